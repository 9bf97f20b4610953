import { arm64Geometry } from '../arch/arm64/geometry.ts';
import type { Geometry } from '../arch/geometry.ts';
import { hwShift, levelName } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { Result } from '../base/result.ts';
import { problem } from '../base/result.ts';
import type { PtdumpDump, PtdumpRange } from './ptdump-text.ts';

const VA_BITS = [36, 39, 42, 47, 48, 52];
/** The coarsest first: that all boundaries of a real kernel's text are multiples of more than a page is no chance. */
const PAGE_SHIFTS = [16, 14, 12];

/**
 * The geometry that an arm64 text of init_mm is of. It begins where the upper half does, which tells the VA bits; the page size is the
 * largest of which every boundary is a multiple, at its level.
 */
export function geometryOfText(dump: PtdumpDump): Result<Geometry> {
  const [first] = dump.ranges;
  if (first === undefined) return problem('line 1', 'no range was found in this text');
  const vaBits = VA_BITS.find((bits) => U64.ZERO.sub(U64.bit(bits)).le(first.start));
  if (vaBits === undefined)
    return problem(
      `line ${first.line}`,
      first.start.hi >= 0
        ? `begins at ${first.start.toHex()}, as a text of efi_mm does: that of init_mm (kernel_page_tables) is needed with it`
        : `${first.start.toHex()} is in the upper half of no arm64 kernel`,
    );
  let wrong = { line: 0, why: '' };
  for (const pageShift of PAGE_SHIFTS) {
    const geo = arm64Geometry(pageShift, vaBits);
    if (!geo.ok) continue;
    const misfit = dump.ranges.find((range) => hardwareLevel(geo.value, range) === undefined);
    if (misfit === undefined) return geo;
    // The one that fits furthest says best what is wrong.
    if (misfit.line > wrong.line)
      wrong = {
        line: misfit.line,
        why: `${misfit.start.toHex()} to ${misfit.end.toHex()} can’t be of ${misfit.level} entries of ${1 << (pageShift - 10)}K pages with ${vaBits} bits`,
      };
  }
  return problem(`line ${wrong.line}`, wrong.why);
}

/**
 * Hardware level of the entries behind a line; undefined where this geometry has no such level, or the line does not begin and end
 * between entries of it. The root prints as PGD whatever its level, but a leaf in a root of PMDs as PMD.
 */
export function hardwareLevel(
  geo: Geometry,
  { level, attributes, start, end }: PtdumpRange,
): number | undefined {
  for (let hw = geo.rootHw; hw <= 3; hw++) {
    const name = hw === 2 && attributes !== '' ? 'PMD' : levelName(geo, hw).toUpperCase();
    if (name !== level) continue;
    const mask = U64.mask(hwShift(geo, hw));
    return start.and(mask).isZero() && end.and(mask).isZero() ? hw : undefined;
  }
  return undefined;
}
