import type { U64 } from '../engine.ts';
import { halfOf } from '../derive/address.ts';
import { pathAt } from '../derive/focus.ts';
import { usePlayback } from '../state/playback.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';

/**
 * Shows an address in the map. Which mm: the upper half is init_mm's; the lower half is the shown one's, or efi_mm's, where
 * there is one.
 */
export function goToAddress(va: U64): void {
  const { scene } = useSession.getState();
  if (scene === undefined) return;
  const { world, run } = scene;
  const shown = (useView.getState().focus ?? pathAt(run, world, usePlayback.getState().cursor)).mm;
  const names = world.mms.map((mm) => mm.name as string);
  const wanted =
    halfOf(world.geo, va) === 'upper'
      ? ['init_mm']
      : [shown === 'init_mm' ? 'efi_mm' : shown, 'efi_mm', 'user'];
  const mm = wanted.find((name) => names.includes(name)) ?? names[0];
  if (mm !== undefined) useView.setState({ focus: { mm, va }, follow: false });
}
