import { describe, expect, it } from 'vitest';
import { findLibraryEntry, formatSchedule, runScenario, worldFromListing } from '../engine.ts';
import type { Run, World } from '../engine.ts';
import { nextStepOf, partingStep, waitAt } from './interleave.ts';
import { runIndex } from './runIndex.ts';
import { pointersAt, tableStates, violationAt } from './table-states.ts';

const scenario = findLibraryEntry('read-lock-is-not-enough')?.scenario;
if (scenario === undefined || !('tables' in scenario.memory)) throw new Error('the library has changed');
const made = worldFromListing(scenario.memory);
if (!made.ok) throw new Error(made.error.message);
const world: World = made.value;

function run(schedule: string): Run {
  const result = scenario && runScenario(scenario, world, { schedule });
  if (result?.ok !== true) throw new Error('it does not run');
  return result.value;
}

/** A witness: b reads a table that a has freed. */
const UNSAFE = run('a52b15a9');
const WRONG = UNSAFE.steps.find((step) => step.ev === 'violation')?.n ?? 0;

describe('who goes on next', () => {
  it('goes along the run, parts from it at a choice, or waits', () => {
    const first = run('');
    expect(nextStepOf(first, 0, 0)).toEqual({ kind: 'along', to: 1 });
    expect(nextStepOf(first, 1, 0)).toEqual({ kind: 'fork', choice: 0 });
    expect(nextStepOf(first, 0, first.steps.length)).toEqual({ kind: 'ended' });
    const waits = run('b3a');
    expect(waitAt(waits, 0, 4)?.why).toMatchObject({ kind: 'lock', name: 'mmap:user', by: [1] });
    expect(nextStepOf(waits, 0, 4).kind).toBe('waits');
  });

  it('at any step: a fork shows that context’s step there, and the same steps before', () => {
    for (let cursor = 0; cursor < UNSAFE.steps.length; cursor++) {
      for (const ctx of [0, 1]) {
        const next = nextStepOf(UNSAFE, ctx, cursor);
        if (next.kind !== 'fork') continue;
        const { after } = UNSAFE.choices[next.choice] ?? { after: -1 };
        const taken = UNSAFE.choices.slice(0, next.choice).map((c) => c.taken);
        const other = run(formatSchedule([...taken, ctx]));
        expect(other.steps.slice(0, after)).toEqual(UNSAFE.steps.slice(0, after));
        expect(partingStep(UNSAFE, other)).toBe(after + 1);
      }
    }
  });

  it('two runs by the same choices do not part', () => {
    expect(partingStep(UNSAFE, run(formatSchedule(UNSAFE.choices.map((c) => c.taken))))).toBeUndefined();
  });
});

describe('what becomes of tables', () => {
  it('is seen as it happens: detached, waited for, then freed', () => {
    const state = (cursor: number) => tableStates(UNSAFE, world, cursor).get(0x48014000)?.state;
    const seen = UNSAFE.steps.map((step) => state(step.n));
    expect([...new Set(seen)]).toEqual([undefined, 'detached', 'rcu', 'freed']);
  });

  it('a pointer that was read before tells of it, and so does the violation', () => {
    expect(pointersAt(UNSAFE, WRONG - 2).find(({ ctx }) => ctx === 1)).toMatchObject({
      table: 0x48014000,
      freed: { ctx: 0 },
    });
    expect(violationAt(UNSAFE, world, WRONG)?.lines).toEqual([
      'b reads PMD[0]',
      expect.stringMatching(/^pointer read at step \d+$/),
      expect.stringMatching(/^freed by a at step \d+$/),
    ]);
    expect(violationAt(UNSAFE, world, WRONG - 1)).toBeUndefined();
  });

  it('the lanes have grace periods, and a lock that is downgraded goes on for read', () => {
    const { bars } = runIndex(UNSAFE);
    expect(bars.filter(({ name }) => name === 'grace period')).toHaveLength(1);
    const own = bars.filter(({ name, ctx }) => name === 'mmap:user' && ctx === 0);
    expect(own.map(({ mode }) => mode)).toEqual(['write', 'read']);
  });
});
