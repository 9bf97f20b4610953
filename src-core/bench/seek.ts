import { Journal, Playback } from '../memory/journal.ts';
import { rng } from '../base/rng.ts';
import { gibWorld } from './gib.ts';

const STEPS = 100_000;
const FIRST_PTE_TABLE = 0x1000003000;

export interface SeekTimes {
  /** Microseconds, medians. */
  readonly stepBack: number;
  readonly seek: number;
  readonly structuredClone: number;
}

/** Moves a cursor over a run of 100,000 stores in 512 tables, against copying the tables' state. */
export function timeSeeks(now: () => number): SeekTimes {
  const world = gibWorld();
  const random = rng(1);
  const journal = new Journal();
  for (let step = 1; step <= STEPS; step++) {
    journal.record(step, FIRST_PTE_TABLE + 4096 * random.below(512), random.below(512), 0, 0, 0, step);
  }
  const playback = new Playback(world.memory, journal);
  playback.seek(STEPS);
  const micros = (n: number, run: (i: number) => void): number => {
    const times = Array.from({ length: n }, (_, i) => {
      const t = now();
      run(i);
      return (now() - t) * 1000;
    });
    return times.sort((a, b) => a - b)[n >> 1] ?? 0;
  };
  const stepBack = micros(2000, (i) => playback.seek(STEPS - 1 - i));
  const seek = micros(200, () => playback.seek(random.below(STEPS)));
  const state = [...world.memory.pages()].map((p) => p.lanes);
  return { stepBack, seek, structuredClone: micros(11, () => structuredClone(state)) };
}
