import { leastWidth } from './columns.ts';
import type { MapInput } from './input.ts';
import type { MapLayout } from './marks.ts';
import { narrowLayout } from './layout-narrow.ts';
import { wideLayout } from './layout-wide.ts';
import { withRange } from './range.ts';

/** Below this width the map is a list. */
export const NARROW = 700;

/** Where everything in the map goes. Pure: the same input gives the same layout. */
export function mapLayout(input: MapInput): MapLayout {
  const made =
    input.width < Math.max(NARROW, leastWidth(input.geo)) ? narrowLayout(input) : wideLayout(input);
  return { ...made, groups: withRange(made.groups, input.range) };
}
