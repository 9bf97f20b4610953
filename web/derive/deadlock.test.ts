import { describe, expect, it } from 'vitest';
import {
  blockedWords,
  deadlockEdgeWords,
  findLibraryEntry,
  narrate,
  narrationContext,
  runScenario,
  worldFromListing,
} from '../engine.ts';
import type { Run } from '../engine.ts';
import { deadlockAt, waitsForEver } from './deadlock.ts';
import { waitAt } from './interleave.ts';

function run(schedule: string): Run {
  const entry = findLibraryEntry('nested-reader');
  if (entry === undefined || 'capture' in entry.scenario.memory) throw new Error('no scenario');
  const world = worldFromListing(entry.scenario.memory);
  if (!world.ok) throw new Error(world.error.message);
  const made = runScenario(entry.scenario, world.value, { schedule });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

describe('a run that ends in a deadlock', () => {
  const locked = run('b14a4');
  const n = locked.steps.length;

  it('has its wait graph from where nobody can go on, in the names of the page', () => {
    expect(deadlockAt(locked, n - 2)).toEqual([]);
    expect(deadlockAt(locked, n - 1)).toEqual(deadlockAt(locked, n));
    expect(deadlockAt(locked, n).map((edge) => [edge.ctx, deadlockEdgeWords(edge)])).toEqual([
      [0, 'waits for init_mm.mmap_lock for write, which is held by b'],
      [1, 'waits for init_mm.mmap_lock for read, behind a, which has queued for it for write'],
    ]);
  });

  it('says so in the sentence of its last step', () => {
    const last = locked.steps.at(-1);
    expect(last && narrate(last, narrationContext(locked))).toBe(
      'Deadlock: nobody can go on. a waits for init_mm.mmap_lock for write, which is held by b; b waits for init_mm.mmap_lock for read, behind a, which has queued for it for write.',
    );
  });

  it('has waits that never end; a reader behind the queue does not wait for itself', () => {
    expect(locked.waits.filter(waitsForEver(locked)).map((wait) => wait.ctx)).toEqual([0, 1]);
    const reader = waitAt(locked, 1, n - 1);
    expect(reader && blockedWords(reader.why)).toBe(
      'waits for init_mm.mmap_lock for read, behind a in the queue',
    );
  });

  it('is none where somebody can go on', () => {
    const free = run('');
    expect(free.deadlock).toBeUndefined();
    expect(deadlockAt(free, free.steps.length)).toEqual([]);
    expect(free.waits.filter(waitsForEver(free))).toEqual([]);
  });
});
