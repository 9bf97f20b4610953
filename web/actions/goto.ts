import type { U64 } from '../engine.ts';
import { pathAt } from '../derive/focus.ts';
import { lookUp, mmFor } from '../derive/lookup.ts';
import { memoryAt } from '../derive/moment.ts';
import { usePlayback } from '../state/playback.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';

/** Shows an address in the map, selects the deepest entry for it, and lets the address strip answer what is there. */
export function goToAddress(va: U64): void {
  const { scene } = useSession.getState();
  if (scene === undefined) return;
  const { world, run } = scene;
  const { cursor } = usePlayback.getState();
  const shown = (useView.getState().focus ?? pathAt(run, world, cursor)).mm;
  const mm = mmFor(world, va, shown);
  const found = mm && lookUp(world, memoryAt(run, cursor), { mm, va });
  useView.setState({
    asked: { va, mm },
    ...(mm !== undefined && { focus: { mm, va }, follow: false }),
    selection: found?.slot,
  });
}
