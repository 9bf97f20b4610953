import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import type { Capture } from './capture.ts';
import { ptdumpArm64 } from './ptdump-arm64.ts';
import { ptdumpX86 } from './ptdump-x86.ts';
import type { CapturedMm } from './tables.ts';

/**
 * The kernel's own text of one mm of a capture, byte for byte: /sys/kernel/debug/kernel_page_tables or efi_page_tables.
 * Needs the markers of meta.json: without them, or without that mm, a Problem.
 */
export function ptdumpText(capture: Capture, mm: CapturedMm): Result<string> {
  const { world } = capture;
  const found = world.mms.find((m) => m.name === mm);
  if (found === undefined) return problem(capture.name, `there is no ${mm} in this capture`);
  const markers = mm === 'efi_mm' ? capture.efiMarkers : capture.markers;
  if (markers.length === 0) {
    const why = capture.meta === undefined ? 'meta.json, which has them, is missing' : 'meta.json has none';
    return problem(capture.name, `the text of ${mm} needs the kernel's markers, and ${why}`);
  }
  const print = world.geo.arch === 'x86' ? ptdumpX86 : ptdumpArm64;
  return ok(print(world.geo, world.memory, found, markers));
}
