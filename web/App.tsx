import { lazy, Suspense, useEffect } from 'react';
import { openFromAddress } from './actions/address.ts';
import { listenForKeys } from './actions/commands.ts';
import { followCursor, onHashChange } from './actions/history.ts';
import { listenForDrops } from './actions/import.ts';
import { sentence } from './actions/scene.ts';
import { followTheme } from './actions/theme.ts';
import { Inspector } from './inspector/Inspector.tsx';
import { AddressStrip } from './parts/AddressStrip.tsx';
import { Caption } from './parts/Caption.tsx';
import { ErrorBoundary } from './parts/ErrorBoundary.tsx';
import { Intro } from './parts/Intro.tsx';
import { MapPane } from './parts/MapPane.tsx';
import { DropZone, Notices } from './parts/Notices.tsx';
import { Rail } from './parts/Rail.tsx';
import { RevisionBar } from './parts/RevisionBar.tsx';
import { TopBar } from './parts/TopBar.tsx';
import { Transport } from './parts/Transport.tsx';
import { WalkForm } from './parts/WalkForm.tsx';
import { useSession } from './state/session.ts';
import type { DialogName } from './state/view.ts';
import { useView } from './state/view.ts';
import { Legend } from './timeline/Legend.tsx';
import { Timeline } from './timeline/Timeline.tsx';
import { ZoomButtons } from './timeline/ZoomButtons.tsx';

const DIALOGS = {
  help: lazy(() => import('./dialogs/HelpDialog.tsx')),
  palette: lazy(() => import('./dialogs/PaletteDialog.tsx')),
  share: lazy(() => import('./dialogs/ShareDialog.tsx')),
} satisfies Readonly<Record<DialogName, unknown>>;

export function App() {
  const hasScene = useSession((s) => s.scene !== undefined);

  useEffect(() => {
    const stops = [
      followTheme(),
      listenForKeys(),
      listenForDrops(),
      followCursor(),
      onHashChange(() => void openFromAddress()),
    ];
    void openFromAddress();
    return () => stops.forEach((stop) => stop());
  }, []);

  return (
    <div className="app">
      <TopBar />
      <Rail />
      {hasScene ? <Workbench /> : <Waiting />}
      <Notices />
      <DropZone />
      <ErrorBoundary what="this dialog">
        <OpenDialog />
      </ErrorBoundary>
    </div>
  );
}

function Workbench() {
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

/** Before there is a scene: what is being loaded, or why there is none. */
function Waiting() {
  const failure = useSession((s) => s.failure);
  const loading = useSession((s) => s.loading);
  return (
    <main className="waiting">
      {failure === undefined ? (
        <p role="status">Loading {loading ?? 'the first walk'} …</p>
      ) : (
        <div role="alert">
          <h2>There is nothing to show yet</h2>
          <p>{sentence(failure.problem)}</p>
          <button type="button" className="main" onClick={failure.retry}>
            Try again
          </button>
        </div>
      )}
    </main>
  );
}

function OpenDialog() {
  const dialog = useView((v) => v.dialog);
  const hasScene = useSession((s) => s.scene !== undefined);
  if (dialog === undefined || (dialog === 'share' && !hasScene)) return null;
  const Shown = DIALOGS[dialog];
  return (
    <Suspense fallback={null}>
      <Shown />
    </Suspense>
  );
}
