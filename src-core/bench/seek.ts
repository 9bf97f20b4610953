import { rng } from '../base/rng.ts';
import { Journal } from '../memory/journal.ts';
import { Playback } from '../memory/playback.ts';
import { gibWorld } from './gib.ts';

const STEPS = 100_000;
const ROOT = 0x1000000000;
const FIRST_PTE_TABLE = 0x1000003000;
const PTE_TABLES = 512;

export interface SeekTimes {
  /** Microseconds, medians. Each seek is followed by reading the four tables on the way to one page. */
  readonly stepBack: number;
  readonly seek: number;
  /** A seek, and then reading an entry of every table. */
  readonly seekAll: number;
  readonly structuredClone: number;
}

/** Moves a cursor over a run of 100,000 stores in 512 tables, against copying the tables' state. */
export function timeSeeks(now: () => number): SeekTimes {
  const world = gibWorld();
  const random = rng(1);
  const journal = new Journal();
  for (let step = 1; step <= STEPS; step++) {
    const pa = FIRST_PTE_TABLE + 4096 * random.below(PTE_TABLES);
    journal.record(step, pa, random.below(512), 0, 0, 0, step);
  }
  const playback = new Playback(world.memory, journal);
  const { memory } = playback;
  const readPath = (i: number): void => {
    for (const table of [ROOT, ROOT + 0x1000, ROOT + 0x2000, FIRST_PTE_TABLE + 4096 * (i % PTE_TABLES)])
      if (memory.page(table) === undefined) throw new Error('the world has no such table');
  };
  const readAll = (): void => {
    for (let i = 0; i < PTE_TABLES; i++) readPath(i);
  };
  playback.seek(STEPS);
  readAll();
  const micros = (n: number, run: (i: number) => void): number => {
    const times = Array.from({ length: n }, (_, i) => {
      const t = now();
      run(i);
      return (now() - t) * 1000;
    });
    return times.sort((a, b) => a - b)[n >> 1] ?? 0;
  };
  const stepBack = micros(2000, (i) => {
    playback.seek(STEPS - 1 - i);
    readPath(i);
  });
  const seek = micros(2000, () => {
    playback.seek(random.below(STEPS));
    readPath(random.below(PTE_TABLES));
  });
  const seekAll = micros(200, () => {
    playback.seek(random.below(STEPS));
    readAll();
  });
  const state = [...world.memory.pages()].map((p) => p.lanes);
  return { stepBack, seek, seekAll, structuredClone: micros(11, () => structuredClone(state)) };
}
