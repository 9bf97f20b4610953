/** A row of a list that may be folded: item `index`, or the items `from … from+n-1` that are left out. */
export type FoldedRow =
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'more'; readonly from: number; readonly n: number };

/**
 * Chooses which of `count` items are shown in at most `rows` rows. `weight(i)` above 0 marks items that must be seen, the
 * heaviest first when even those are too many; the first of the heaviest is the focus, around which the list stays open.
 * Both ends are kept where there is room. What is left out between two shown items takes one row; a single item is never
 * folded away for a row that it could have itself.
 */
export function foldRows(
  count: number,
  rows: number,
  weight: (index: number) => number,
): readonly FoldedRow[] {
  if (count <= rows) return Array.from({ length: count }, (_, index) => ({ kind: 'item', index }));
  const shown = new Uint8Array(count);
  let cost = count > 0 ? 1 : 0;
  /** Rows taken if `i` were shown too: its own, and a fold more or less. */
  const costWith = (i: number): number => {
    const before = i === 0 ? 0 : gap(shown, i, -1);
    const after = i === count - 1 ? 0 : gap(shown, i, 1);
    const whole = before + after + 1;
    return cost - Math.min(1, whole) + 1 + Math.min(1, before) + Math.min(1, after);
  };
  const show = (i: number): void => {
    if (shown[i] === 1) return;
    const next = costWith(i);
    if (next > rows) return;
    shown[i] = 1;
    cost = next;
  };

  const wanted = Array.from({ length: count }, (_, i) => i).filter((i) => weight(i) > 0);
  wanted.sort((a, b) => weight(b) - weight(a) || a - b);
  const focus = wanted[0] ?? 0;
  for (const i of wanted) show(i);
  show(0);
  show(count - 1);
  // Outwards from the focus, and the gaps close as the list meets what is already shown.
  for (let d = 1; d < count && cost < rows; d++) {
    if (focus - d >= 0) show(focus - d);
    if (focus + d < count) show(focus + d);
  }

  const out: FoldedRow[] = [];
  for (let i = 0; i < count; i++) {
    if (shown[i] === 1) {
      out.push({ kind: 'item', index: i });
      continue;
    }
    const from = i;
    while (i + 1 < count && shown[i + 1] !== 1) i++;
    const n = i - from + 1;
    out.push(n === 1 ? { kind: 'item', index: from } : { kind: 'more', from, n });
  }
  return out;
}

/** Items not shown next to `i` in a direction, up to the next shown one or the end. */
function gap(shown: Uint8Array, i: number, step: 1 | -1): number {
  let n = 0;
  for (let k = i + step; k >= 0 && k < shown.length && shown[k] !== 1; k += step) n++;
  return n;
}
