import { usePlayback } from '../state/playback.ts';
import type { Scene } from '../state/session.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';
import { links } from './links.ts';

const DEBOUNCE_MS = 300;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The hash we put there ourselves, or have read: news is only what differs. */
let known = location.hash;

/**
 * Puts the scene into the address bar. `push` makes a history entry: for a change of scenario, not for a step. A scene too
 * large for a link leaves the address bar empty rather than wrong.
 */
export function writeHash(scene: Scene, cursor: number, how: 'push' | 'replace'): void {
  clearTimeout(timer);
  const options = useView.getState().embed ? { embed: true } : {};
  // One after the other, also while what makes links is still on its way.
  writing = writing.then(async () => {
    const { linkOf } = await links();
    const link = linkOf(scene, cursor, options);
    put(link.ok ? link.value : '', how);
  });
}

let writing: Promise<void> = Promise.resolve();

function put(hash: string, how: 'push' | 'replace'): void {
  if (hash === location.hash) return;
  known = hash;
  const address = hash === '' ? location.pathname + location.search : hash;
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

/** Keeps the address bar at the cursor, a moment after the last step. */
export function followCursor(): () => void {
  return usePlayback.subscribe((now, before) => {
    if (now.cursor === before.cursor) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { scene } = useSession.getState();
      if (scene !== undefined) writeHash(scene, usePlayback.getState().cursor, 'replace');
    }, DEBOUNCE_MS);
  });
}

/** Calls `changed` when the person goes back, forward, or edits the address. */
export function onHashChange(changed: () => void): () => void {
  const listener = (): void => {
    if (location.hash === known) return;
    known = location.hash;
    clearTimeout(timer);
    changed();
  };
  addEventListener('popstate', listener);
  addEventListener('hashchange', listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener('hashchange', listener);
  };
}
