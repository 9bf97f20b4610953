import { tableStates } from './table-states.ts';
import { describe, expect, it } from 'vitest';
import { findLibraryEntry, runScenario, worldFromListing } from '../engine.ts';
import type { Run } from '../engine.ts';
import { lifeAt, livesOf } from './life.ts';

function run(id: string): Run {
  const entry = findLibraryEntry(id);
  if (entry === undefined || 'capture' in entry.scenario.memory) throw new Error(`no scenario ${id}`);
  const world = worldFromListing(entry.scenario.memory);
  if (!world.ok) throw new Error(world.error.message);
  const made = runScenario(entry.scenario, world.value);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const PTE = 0x48015000;
const PMD = 0x48014000;

describe('the life of a table', () => {
  const munmap = run('nolock-meets-munmap');

  it('is linked, unlinked, waited for, destructed and freed, each from its own step on', () => {
    const life = livesOf(munmap).get(PTE);
    expect(life?.level).toBe('pte');
    expect(life?.parts.map((part) => part.state)).toEqual([
      'linked',
      'unlinked',
      'rcu',
      'destructed',
      'freed',
    ]);
    const events = life?.parts.slice(1).map(({ from }) => munmap.steps[from - 1]?.ev);
    expect(events).toEqual(['set', 'gp', 'dtor', 'free']);
    expect(life?.parts.slice(1).map((part) => part.from)).toEqual(
      life?.parts.slice(0, -1).map((part) => part.to),
    );
    expect(life?.parts[0]?.from).toBe(0);
    expect(life?.parts.at(-1)?.to).toBe(munmap.steps.length + 1);
  });

  it('begins with its allocation where the run makes it', () => {
    const made = run('kernel-tables-made');
    const born = [...livesOf(made).values()].filter((life) => life.parts[0]?.state === 'allocated');
    expect(born.length).toBeGreaterThan(0);
    for (const { parts } of born) expect(made.steps[(parts[0]?.from ?? 0) - 1]?.ev).toBe('alloc');
  });

  it('is that of the selected table, else of the one the steps came to last', () => {
    const freed = livesOf(munmap).get(PTE)?.parts.at(-1)?.from ?? 0;
    expect(lifeAt(munmap, freed, [])?.table).toBe(PTE);
    expect(lifeAt(munmap, freed, [PMD])?.table).toBe(PMD);
    expect(lifeAt(munmap, freed, [0x1234])?.table).toBe(PTE);
  });

  it('has a time below a huge page, deposited, until that is split', () => {
    const split = run('collapse-and-split');
    const parts = livesOf(split).get(0x48015000)?.parts ?? [];
    expect(parts.map((part) => part.state)).toEqual([
      'linked',
      'unlinked',
      'deposited',
      'unlinked',
      'linked',
    ]);
    const states = parts.map(({ from }) => tableStates(split, split.world, from).get(0x48015000)?.state);
    expect(states).toEqual([undefined, 'detached', 'deposited', 'detached', undefined]);
    expect(lifeAt(split, parts[2]?.from ?? 0, [])?.table).toBe(0x48015000);
  });

  it('is nothing in a run that only reads and writes', () => {
    expect(livesOf(run('vma-kept-stable')).size).toBe(0);
    expect(lifeAt(run('vma-kept-stable'), 3, [])).toBeUndefined();
  });
});
