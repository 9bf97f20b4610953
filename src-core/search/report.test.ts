import { describe, expect, it } from 'vitest';
import { findLibraryEntry } from '../scenario/library.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { packWorld, unpackWorld } from '../scenario/pack-world.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import type { Run } from '../scenario/run.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { formatSchedule } from '../scenario/schedule.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { World } from '../scenario/world.ts';
import { pointerReads } from '../trace/pointers.ts';
import { blockedWords } from '../trace/blocked-words.ts';
import { raceReport } from './report.ts';
import { searchScenario } from './search.ts';
import type { Verdict } from './verdict.ts';

function open(id: string): { scenario: Scenario; world: World } {
  const scenario = findLibraryEntry(id)?.scenario;
  if (scenario === undefined || !('tables' in scenario.memory)) throw new Error(id);
  const world = worldFromListing(scenario.memory);
  if (!world.ok) throw new Error(world.error.message);
  return { scenario, world: world.value };
}

function search(scenario: Scenario, world: World): Verdict {
  const prepared = prepareScenario(scenario, world);
  if (!prepared.ok) throw new Error(prepared.error.message);
  return searchScenario(prepared.value);
}

function run(scenario: Scenario, world: World, schedule: string): Run {
  const made = runScenario(scenario, world, { schedule });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

describe('a race as text', () => {
  const { scenario, world } = open('read-lock-is-not-enough');
  const verdict = search(scenario, world);
  const witness = run(scenario, world, verdict.witness?.schedule ?? '');
  const text = raceReport(verdict, witness, 'https://example.org/#x');

  it('fits a mail, and says what was relied on and what broke it', () => {
    expect(text.split('\n').filter((line) => line.length > 72)).toEqual([]);
    expect(text).toMatch(
      /^ *premise at (\d+): b read the pointer to P\w\w table [0-9a-f]+ from P\w\w\[\d+\]/m,
    );
    expect(text).toMatch(/^ *broken at \d+: a unlinked it/m);
    expect(text).toMatch(/^ *broken at \d+: a freed it/m);
    expect(text).toMatch(/^ *wrong at \d+: b /m);
    expect(text).toContain('https://example.org/#x');
    expect(text).toContain('sequentially');
  });

  it('has a lane for each context and ends where it goes wrong', () => {
    const at = verdict.witness?.step ?? 0;
    const [, lanes = ''] = text.split('-'.repeat(72) + '\n');
    expect(lanes).toMatch(/^ +1 \S.*\|?$/m);
    const rows = text.trimEnd().split('\n');
    expect(rows.some((row) => row.trimStart().startsWith(`${at} `) && row.includes('***'))).toBe(true);
    expect(text).toContain('takes user.mmap_lock for read');
  });

  it('each finding has a schedule of its own, that leads to it', () => {
    for (const finding of verdict.findings) {
      const own = run(scenario, world, finding.schedule ?? '');
      expect(own.steps[(finding.step ?? 0) - 1]).toMatchObject({ ev: 'violation', what: finding.what });
    }
  });

  it('the pointer that is about to be used is known, and that its table is gone', () => {
    const at = verdict.witness?.step ?? 0;
    const reads = pointerReads(witness, at - 2);
    expect(reads.find((r) => r.ctx === 1)).toMatchObject({ use: at - 1, freed: { ctx: 0 } });
  });
});

describe('the choices of a run', () => {
  const { scenario, world } = open('write-lock-keeps-it-out');

  it('are exactly its schedule: by them it runs again, step by step the same', () => {
    const made = run(scenario, world, 'a9b2a3');
    const taken = formatSchedule(made.choices.map(({ taken: ctx }) => ctx));
    const again = run(scenario, world, taken);
    expect(again.steps).toEqual(made.steps);
    expect(again.choices).toEqual(made.choices);
    for (const { enabled, taken: ctx } of made.choices) {
      expect(enabled.length).toBeGreaterThan(1);
      expect(enabled).toContain(ctx);
    }
  });

  it('any other choice among the enabled ones can be taken there', () => {
    const made = run(scenario, world, '');
    for (const [i, { after, enabled, taken }] of made.choices.entries()) {
      const other = enabled.find((ctx) => ctx !== taken) ?? taken;
      const fork = [...made.choices.slice(0, i).map((c) => c.taken), other];
      const made2 = run(scenario, world, formatSchedule(fork));
      expect(made2.steps.slice(0, after)).toEqual(made.steps.slice(0, after));
      expect(made2.choices[i]?.taken).toBe(other);
    }
  });

  it('waits say who is in the way', () => {
    const made = run(scenario, world, 'b3ab99');
    const wait = made.waits.find(({ ctx }) => ctx === 0);
    expect(wait && blockedWords(wait.why)).toMatch(
      /^waits for \S+\.mmap_lock for write, held by b for write$/,
    );
    expect(made.steps.slice(wait?.from, wait?.to).every(({ ctx }) => ctx === 1)).toBe(true);
  });
});

it('a packed world is the same after a structured clone', () => {
  const { scenario, world } = open('read-lock-is-not-enough');
  const copy = unpackWorld(structuredClone(packWorld(world)));
  expect(search(scenario, copy)).toEqual(search(scenario, world));
});
