/** A small seeded generator (mulberry32), for tests and programs that must be the same in every run. */
export interface Rng {
  /** Next unsigned 32-bit value. */
  next(): number;
  /** Uniform integer in 0…n-1. */
  below(n: number): number;
  /** One element of a non-empty list. */
  pick<T>(list: readonly T[]): T;
}

export function rng(seed: number): Rng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  return {
    next,
    below: (n) => Math.floor((next() / 0x100000000) * n),
    pick: (list) => {
      const item = list[Math.floor((next() / 0x100000000) * list.length)];
      if (item === undefined) throw new RangeError('pick from an empty list');
      return item;
    },
  };
}
