import { describe, expect, it } from 'vitest';
import { rng } from '../../src-core/base/rng.ts';
import type { GoldenCase } from '../../src-core/golden/case.ts';
import { runGolden } from '../../src-core/golden/run-case.ts';
import { listTables } from '../../src-core/memory/listing.ts';
import type { PhysicalMemory } from '../../src-core/memory/physical.ts';
import type { Run } from '../../src-core/scenario/run.ts';
import { runScenario } from '../../src-core/scenario/run-scenario.ts';
import type { SetStep, Step } from '../../src-core/step/step.ts';
import { storedAt } from '../../src-core/step/store-run.ts';
import { readGolden } from './read-golden.ts';

const SEED = 20260;
const walks = readGolden<GoldenCase>('public.jsonl.gz').filter((c) => c.cat === 'walk');

function run(c: GoldenCase): Run {
  const r = runGolden(c);
  if (!r.ok) throw new Error(r.error.message);
  return r.value;
}

function tables(r: Run, memory: PhysicalMemory): string {
  return JSON.stringify(
    listTables(
      memory,
      r.world.geo,
      r.world.mms.map((m) => ({ mm: m.name, pgd: m.pgd, base: m.base })),
    ),
  );
}

describe(`laws on recorded walks (seed ${SEED})`, () => {
  const random = rng(SEED);
  const writing = walks.filter((c) => c.events.some((e) => e.ev === 'set'));
  const sample = [...writing, ...Array.from({ length: 40 }, () => random.pick(walks))];

  it('there are walks that write', () => {
    expect(writing.length).toBeGreaterThan(10);
  });

  it('undo after do is identity, at every step and from every step', () => {
    for (const c of sample) {
      const r = run(c);
      const at: string[] = [];
      const forward = r.playback();
      for (let n = 0; n <= r.steps.length; n++) {
        forward.seek(n);
        at.push(tables(r, forward.memory));
      }
      const wandering = r.playback();
      for (let i = 0; i < 30; i++) {
        const n = random.below(r.steps.length + 1);
        wandering.seek(n);
        expect(tables(r, wandering.memory)).toBe(at[n]);
      }
      for (let n = r.steps.length; n >= 0; n--) {
        wandering.seek(n);
        expect(tables(r, wandering.memory), `${c.id} step ${n}`).toBe(at[n]);
      }
    }
  });

  it('a store shows in memory at its own step, not before', () => {
    for (const c of writing) {
      const r = run(c);
      const playback = r.playback();
      for (const step of r.steps) {
        if (step.ev !== 'set') continue;
        playback.seek(step.n - 1);
        expect(playback.memory.read(Number(step.table), step.idx).toHex()).toBe(step.old);
        playback.seek(step.n);
        expect(playback.memory.read(Number(step.table), step.idx).toHex()).toBe(step.new);
      }
    }
  });

  it('running again gives the identical trace, and leaves the world as it was', () => {
    for (const c of sample) {
      const r = run(c);
      const before = tables(r, r.world.memory);
      const again = runScenario(r.scenario, r.world, { fold: 'never' });
      expect(again.ok && again.value.steps).toEqual(r.steps);
      expect(tables(r, r.world.memory)).toBe(before);
    }
  });

  it('a folded run unfolds to the single steps', () => {
    let runs = 0;
    for (const c of walks) {
      const single = run(c);
      const folded = runScenario(single.scenario, single.world, { fold: 'always' });
      if (!folded.ok) throw new Error(folded.error.message);
      runs += folded.value.steps.filter((s) => 'count' in s && s.count !== undefined).length;
      const memory = folded.value.playback().memory;
      expect(shape(folded.value.steps.flatMap((s) => unfold(s, memory))), c.id).toEqual(shape(single.steps));
      expect(folded.value.results).toEqual(single.results);
    }
    expect(runs).toBeGreaterThan(300);
  });
});

describe('laws on recorded splits', () => {
  it('a run of stores unfolds to the single stores, with the same events around it', () => {
    const splits = readGolden<GoldenCase>('public.jsonl.gz').filter((c) => c.cat === 'split');
    let runs = 0;
    for (const c of splits) {
      const single = run(c);
      const folded = runScenario(single.scenario, single.world, { fold: 'always' });
      if (!folded.ok) throw new Error(folded.error.message);
      runs += folded.value.steps.filter((s) => s.ev === 'set' && s.count !== undefined).length;
      const told = (r: Run): unknown => ({
        stores: r.steps.flatMap((s) => (s.ev === 'set' ? stores(s) : [])),
        others: r.steps.flatMap((s) => (s.ev === 'set' ? [] : [{ ...s, n: 0 }])),
        end: tablesAtEnd(r),
      });
      expect(told(folded.value), c.id).toEqual(told(single));
    }
    expect(runs).toBeGreaterThan(30);
  });
});

/** Each store that a step stands for, with the values it found and left. */
function stores(step: SetStep): string[] {
  return Array.from({ length: step.count ?? 1 }, (_, nth) => {
    const { old, new: now } = storedAt(step, nth);
    return `${step.table}[${step.idx + nth}] ${old.toHex()} ${now.toHex()}`;
  });
}

function tablesAtEnd(r: Run): string {
  const playback = r.playback();
  playback.seek(r.steps.length);
  return tables(r, playback.memory);
}

/** What single steps a step with a count stands for; loads and their callbacks are paired up again by `shape`. */
function unfold(step: Step, memory: PhysicalMemory): Step[] {
  if (!('count' in step) || step.count === undefined) return [step];
  const out: Step[] = [];
  for (let i = 0; i < step.count; i++) {
    if (step.ev === 'load') {
      out.push({ ...step, idx: step.idx + i, value: memory.read(Number(step.table), step.idx + i).toHex() });
    } else out.push(step);
  }
  return out;
}

/** Loads in order, and how many callbacks there were at each level: what folding must keep. */
function shape(steps: readonly Step[]): unknown {
  return {
    loads: steps.flatMap((s) => (s.ev === 'load' ? [`${s.fn} ${s.table} ${s.idx} ${s.value}`] : [])),
    callbacks: steps
      .filter((s) => s.ev === 'cb')
      .map((s) => s.level)
      .sort(),
    rest: steps.filter((s) => s.ev !== 'load' && s.ev !== 'cb').map((s) => s.ev),
  };
}
