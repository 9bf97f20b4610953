import { Inspector } from './inspector/Inspector.tsx';
import { AddressStrip } from './parts/AddressStrip.tsx';
import { Caption } from './parts/Caption.tsx';
import { ErrorBoundary } from './parts/ErrorBoundary.tsx';
import { Intro } from './parts/Intro.tsx';
import { MapPane } from './parts/MapPane.tsx';
import { RevisionBar } from './parts/RevisionBar.tsx';
import { Transport } from './parts/Transport.tsx';
import { WalkForm } from './parts/WalkForm.tsx';
import { useView } from './state/view.ts';
import { Legend } from './timeline/Legend.tsx';
import { Timeline } from './timeline/Timeline.tsx';
import { ZoomButtons } from './timeline/ZoomButtons.tsx';

/** Everything that needs a scene. A part that breaks leaves the others standing. */
export default function Workbench() {
  const side = useView((v) => v.side);
  return (
    <>
      <main className="centre">
        <ErrorBoundary what="the address">
          <AddressStrip />
        </ErrorBoundary>
        <Intro />
        <ErrorBoundary what="the map">
          <MapPane />
        </ErrorBoundary>
        <ErrorBoundary what="the caption">
          <Caption />
        </ErrorBoundary>
        <section className="timeline" aria-label="Timeline">
          <ErrorBoundary what="the timeline">
            <div className="timeline-head">
              <Transport />
              <Legend />
              <ZoomButtons />
            </div>
            <Timeline />
          </ErrorBoundary>
        </section>
      </main>
      <aside className="side" aria-label={side === 'walk' ? 'Set up a walk' : 'Inspector'}>
        <ErrorBoundary what="the revision bar">
          <RevisionBar />
        </ErrorBoundary>
        <ErrorBoundary what="the inspector">{side === 'walk' ? <WalkForm /> : <Inspector />}</ErrorBoundary>
      </aside>
    </>
  );
}
