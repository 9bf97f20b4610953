import { describe, expect, it } from 'vitest';
import type { Rng } from '../base/rng.ts';
import { rng } from '../base/rng.ts';
import { Journal } from './journal.ts';
import { PhysicalMemory } from './physical.ts';
import { Playback } from './playback.ts';

const SEED = 31_337;
const ENTRIES = 16;

interface Made {
  readonly initial: PhysicalMemory;
  readonly journal: Journal;
  readonly steps: number;
  /** at[step]: the tables after it, as text. */
  readonly at: readonly string[];
}

/** All tables as text, whatever order they are listed in. */
function contents(memory: PhysicalMemory): string {
  return [...memory.pages()]
    .sort((a, b) => a.pa - b.pa)
    .map((page) => `${page.name} ${page.mm} ${page.hw}: ${page.lanes.join()}`)
    .join('\n');
}

/** A run of random stores in some tables, more and more of which are added on the way; some steps store several words, some none. */
function makeRun(random: Rng): Made {
  const initial = new PhysicalMemory();
  const pas = [0x1000, 0x2000, 0x3000];
  for (const pa of pas) initial.add(pa, 3, 'init_mm', undefined, ENTRIES).set(1, 0, pa);
  const journal = new Journal();
  // What the machine would have: written as it goes, never undone.
  const straight = initial.fork();
  const at = [contents(straight)];
  const steps = 40 + random.below(200);
  for (let step = 1; step <= steps; step++) {
    if (random.below(12) === 0) {
      const pa = 0x10000 + 0x1000 * step;
      const table = { pa, hw: 2, mm: 'efi_mm', entries: ENTRIES };
      journal.recordAdded(step, table);
      straight.add(pa, table.hw, table.mm, undefined, ENTRIES);
      pas.push(pa);
    }
    for (let n = random.below(4); n > 0; n--) {
      const pa = random.below(2) === 0 ? 0x1000 : random.pick(pas);
      const idx = random.below(ENTRIES);
      const old = straight.read(pa, idx);
      const [hi, lo] = [random.below(3), random.below(2 ** 31)];
      journal.record(step, pa, idx, old.hi, old.lo, hi, lo);
      straight.write(pa, idx, hi, lo);
    }
    at.push(contents(straight));
  }
  return { initial, journal, steps, at };
}

describe(`Playback (seed ${SEED})`, () => {
  const random = rng(SEED);

  it('a seek from anywhere to anywhere shows what the run had there', () => {
    for (let round = 0; round < 60; round++) {
      const { initial, journal, steps, at } = makeRun(random);
      const playback = new Playback(initial, journal);
      for (let i = 0; i < 80; i++) {
        const step = random.below(steps + 1);
        playback.seek(step);
        expect(contents(playback.memory), `round ${round}, step ${step}`).toBe(at[step]);
      }
      expect(contents(initial)).toBe(at[0]);
    }
  });

  it('pages looked at now and then are right, though they missed seeks', () => {
    for (let round = 0; round < 60; round++) {
      const { initial, journal, steps } = makeRun(random);
      const playback = new Playback(initial, journal);
      const pas = [...journal.byPage().keys(), 0x9000];
      for (let i = 0; i < 200; i++) {
        const step = random.below(steps + 1);
        playback.seek(step);
        if (random.below(3) === 0) continue;
        const pa = random.pick(pas);
        const fresh = new Playback(initial, journal);
        fresh.seek(step);
        expect(playback.memory.page(pa)?.lanes, `round ${round}, step ${step}`).toEqual(
          fresh.memory.page(pa)?.lanes,
        );
      }
    }
  });

  it('a page that is not as it was when it was read last has another version', () => {
    const { initial, journal, steps } = makeRun(random);
    const playback = new Playback(initial, journal);
    const known = new Map<number, string>();
    for (let i = 0; i < 500; i++) {
      playback.seek(random.below(steps + 1));
      const page = playback.memory.page(0x1000);
      const lanes = page?.lanes.join() ?? '';
      const seen = known.get(page?.version ?? -1);
      expect(seen ?? lanes).toBe(lanes);
      known.set(page?.version ?? -1, lanes);
    }
  });

  it('a page written very often is near from everywhere', () => {
    const initial = new PhysicalMemory();
    initial.add(0x1000, 3, 'init_mm', undefined, ENTRIES);
    const journal = new Journal();
    const written = 1000 * ENTRIES;
    for (let step = 1; step <= written; step++)
      journal.record(step, 0x1000, step % ENTRIES, 0, Math.max(0, step - ENTRIES), 0, step);
    const playback = new Playback(initial, journal);
    const changes = (step: number): number => {
      const before = playback.memory.page(0x1000)?.version ?? 0;
      playback.seek(step);
      return (playback.memory.page(0x1000)?.version ?? 0) - before;
    };
    expect(changes(written)).toBe(written);
    for (let i = 0; i < 200; i++) expect(changes(random.below(written))).toBeLessThanOrEqual(ENTRIES);
  });
});
