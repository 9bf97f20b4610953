import { lazy, Suspense } from 'react';
import { Inspector } from './inspector/Inspector.tsx';
import { AddressStrip } from './parts/AddressStrip.tsx';
import { Caption } from './parts/Caption.tsx';
import { ErrorBoundary } from './parts/ErrorBoundary.tsx';
import { Intro } from './parts/Intro.tsx';
import { MapPane } from './parts/MapPane.tsx';
import { Notices } from './parts/Notices.tsx';
import { RevisionBar } from './parts/RevisionBar.tsx';
import { Transport } from './parts/Transport.tsx';
import { useLater } from './parts/useLater.ts';
import { useNarrow } from './parts/useNarrow.ts';
import { EmbedView } from './EmbedView.tsx';
import { useCompare } from './state/compare.ts';
import { later } from './later.ts';
import { useForks } from './state/forks.ts';
import { useSession } from './state/session.ts';
import { useTour } from './state/tour.ts';
import type { SideName } from './state/view.ts';
import { useView } from './state/view.ts';
import { Legend } from './timeline/Legend.tsx';
import { Timeline } from './timeline/Timeline.tsx';
import { ZoomButtons } from './timeline/ZoomButtons.tsx';

const Compare = lazy(later.compare);
const WalkForm = lazy(async () => ({ default: (await later.walkForm()).WalkForm }));
const SearchPanel = lazy(async () => ({ default: (await later.search()).SearchPanel }));
const Player = lazy(later.player);

const SIDE_NAMES: Readonly<Record<SideName, string>> = {
  inspector: 'Inspector',
  walk: 'Set up a walk',
  search: 'Search',
};

/** Everything that needs a scene. A part that breaks leaves the others standing. */
export default function Workbench() {
  const embed = useView((v) => v.embed);
  // Tables that no walk can be run on yet: the caption says so in place of everything that is about steps.
  const steps = useSession((s) => s.scene !== undefined && s.scene.run.steps.length > 0);
  const chosen = useView((v) => v.side);
  const side = steps ? chosen : 'inspector';
  const narrow = useNarrow();
  const forks = useLater(
    later.forks,
    useForks((f) => f.kept.length > 0),
  );
  const touring = useTour((t) => t.tour !== undefined);
  const player = touring && (
    <ErrorBoundary what="the walkthrough">
      <Suspense fallback={null}>
        <Player />
      </Suspense>
    </ErrorBoundary>
  );
  const comparing = useCompare((c) => c.revision !== undefined);
  if (embed) return <EmbedView />;
  if (comparing && steps)
    return (
      <ErrorBoundary what="the comparison">
        <Suspense fallback={<main className="compare" />}>
          <Compare />
        </Suspense>
      </ErrorBoundary>
    );
  return (
    <>
      <main className={steps ? 'centre' : 'centre look-only'}>
        {narrow && player}
        <ErrorBoundary what="the address">
          <AddressStrip />
        </ErrorBoundary>
        <Intro />
        <ErrorBoundary what="the map">
          <MapPane />
        </ErrorBoundary>
        <Notices />
        <ErrorBoundary what="the caption">
          <Caption />
        </ErrorBoundary>
        {steps && (
          <section className="timeline" aria-label="Timeline">
            <ErrorBoundary what="the timeline">
              <div className="timeline-head">
                <Transport />
                {forks !== undefined && <forks.ForkList />}
                <Legend />
                <ZoomButtons />
              </div>
              <Timeline />
            </ErrorBoundary>
          </section>
        )}
      </main>
      <aside className="side" aria-label={SIDE_NAMES[side]}>
        {steps && (
          <ErrorBoundary what="the revision bar">
            <RevisionBar />
          </ErrorBoundary>
        )}
        {!narrow && player}
        <ErrorBoundary what="the inspector">
          {side === 'walk' ? (
            <Suspense fallback={null}>
              <WalkForm />
            </Suspense>
          ) : side === 'search' ? (
            <Suspense fallback={null}>
              <SearchPanel />
            </Suspense>
          ) : (
            <Inspector />
          )}
        </ErrorBoundary>
      </aside>
    </>
  );
}
