/** Longest name that is compared; longer ones are no slip of the hand. */
const MAX = 64;

/** The known names a slip of the hand away from `name`, nearest first, three at most. */
export function nearest(name: string, known: readonly string[]): string[] {
  if (name.length > MAX) return [];
  return known
    .map((k) => ({ k, far: distance(name.toLowerCase(), k.toLowerCase()) }))
    .filter(
      ({ k, far }) => far <= Math.max(2, Math.floor(k.length / 3)) || (name.length >= 3 && k.includes(name)),
    )
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ k }) => k);
}

/** Levenshtein distance: insertions, deletions and changes of one character. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
