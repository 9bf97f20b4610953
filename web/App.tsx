import { lazy, Suspense, useEffect } from 'react';
import { openFromAddress } from './actions/address.ts';
import { listenForKeys } from './actions/commands.ts';
import { followCursor, onHashChange } from './actions/history.ts';
import { listenForDrops } from './actions/drops.ts';
import { links } from './actions/links.ts';
import { followTheme } from './actions/theme.ts';
import { ErrorBoundary } from './parts/ErrorBoundary.tsx';
import { DropZone, Notices } from './parts/Notices.tsx';
import { Rail } from './parts/Rail.tsx';
import { preload } from './parts/useLater.ts';
import { useLooks } from './parts/useLooks.ts';
import { TopBar } from './parts/TopBar.tsx';
import Workbench from './Workbench.tsx';
import { loadCalls } from './engine.ts';
import { later } from './later.ts';
import { wholeLibrary } from './state/library.ts';
import { useSession } from './state/session.ts';
import type { DialogName } from './state/view.ts';
import { useView } from './state/view.ts';
import { sentence } from './text/problems.ts';

const load = {
  help: () => import('./dialogs/HelpDialog.tsx'),
  import: () => import('./dialogs/ImportDialog.tsx'),
  library: () => import('./dialogs/LibraryDialog.tsx'),
  model: () => import('./dialogs/ModelDialog.tsx'),
  palette: () => import('./dialogs/PaletteDialog.tsx'),
  share: () => import('./dialogs/ShareDialog.tsx'),
} satisfies Readonly<Record<DialogName, unknown>>;
const DIALOGS = {
  help: lazy(load.help),
  import: lazy(load.import),
  library: lazy(load.library),
  model: lazy(load.model),
  palette: lazy(load.palette),
  share: lazy(load.share),
};

// Known before the first paint, so that a frame never shows the whole page.
useView.setState({ embed: /&embed(&|$)/.test(location.hash) });

export function App() {
  const embed = useView((v) => v.embed);
  const hasScene = useSession((s) => s.scene !== undefined);
  const title = useSession((s) => s.scene?.scenario.title);
  const looks = useLooks();

  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Pagewalk`;
  }, [title]);

  useEffect(() => {
    const stops = [
      followTheme(),
      listenForKeys(),
      ...(useView.getState().embed ? [] : [listenForDrops()]),
      followCursor(),
      onHashChange(() => void openFromAddress()),
    ];
    void openFromAddress();
    return () => stops.forEach((stop) => stop());
  }, []);

  useEffect(() => {
    if (!hasScene) return;
    // After the first picture: what the next step takes, then all that may be asked for soon.
    let painted: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      painted = setTimeout(() =>
        [later.telling, later.entry, loadCalls, wholeLibrary].forEach((part) => void preload(part)),
      );
    });
    const soon = setTimeout(
      () => [links, ...Object.values(later), ...Object.values(load)].forEach((part) => void preload(part)),
      1000,
    );
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(painted);
      clearTimeout(soon);
    };
  }, [hasScene]);

  return (
    <div className={embed ? 'app embed' : 'app'} data-look={looks === '' ? undefined : looks}>
      {!embed && (
        <>
          <TopBar />
          <Rail />
        </>
      )}
      <ErrorBoundary what="the page">{hasScene ? <Workbench /> : <Waiting />}</ErrorBoundary>
      {!hasScene && <Notices />}
      <DropZone />
      <ErrorBoundary what="this dialog">
        <OpenDialog />
      </ErrorBoundary>
    </div>
  );
}

/** Before there is a scene: what is being loaded, or why there is none. */
function Waiting() {
  const failure = useSession((s) => s.failure);
  const loading = useSession((s) => s.loading);
  return (
    <>
      <div className="side" aria-hidden="true" />
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
    </>
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
