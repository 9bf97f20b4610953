import { expect, it } from 'vitest';
import type { Run, ScenarioCall, ScenarioConfig } from '../engine.ts';
import {
  describeProblem,
  ledgerAt,
  runScenario,
  SCENARIO_FORMAT,
  SCENARIO_VERSION,
  worldFromListing,
} from '../engine.ts';
import { bookCounters } from './counters.ts';
import { guardWords } from './guards.ts';
import { badgeLetters, badgeWords, knownOf } from './known.ts';

const MEMORY = {
  geometry: '4k48',
  roots: [
    { mm: 'init_mm' as const, pgd: '0x41000000' },
    { mm: 'user' as const, pgd: '0x41002000' },
  ],
  tables: [],
};

function run(revision: string, calls: readonly ScenarioCall[], more: ScenarioConfig = {}): Run {
  const world = worldFromListing(MEMORY);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const made = runScenario(
    {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: 'badges',
      revision,
      memory: MEMORY,
      config: { spinlock: 'rt', ...more },
      contexts: [{ cpu: 0, calls: [...calls] }],
    },
    world.value,
    {},
  );
  if (!made.ok) throw new Error(describeProblem(made.error));
  return made.value;
}

/** The letters of every table the run made, by the order they were made in. */
function letters(made: Run, at = made.steps.length): readonly string[] {
  return made.steps.flatMap((step) =>
    step.ev === 'alloc' && step.table !== null
      ? [badgeLetters(knownOf(made, at, Number(step.table), undefined))]
      : [],
  );
}

const KERNEL: ScenarioCall = { fn: 'pte_alloc', mm: 'init_mm', virt: '0xffff800080000000' };
const USER: ScenarioCall = { fn: 'pte_alloc', mm: 'user', virt: '0x400000' };

it('letters say what constructors did: PUD, PMD and PTE tables of the kernel and of a process', () => {
  expect(letters(run('base', [KERNEL]))).toEqual(['C +1', 'CLA +1', '–']);
  expect(letters(run('ctor-p2', [KERNEL]))).toEqual(['C +1', 'CLA +1', 'C +1']);
  expect(letters(run('v7.3', [KERNEL]))).toEqual(['C +1', 'C +1', 'C +1']);
  expect(letters(run('v7.3', [USER]))).toEqual(['C +1', 'CLA +1', 'CLA +1']);
});

it('nothing is asserted of tables from before the run', () => {
  const made = run('v7.3', [USER]);
  const root = knownOf(made, 0, 0x41000000, 0);
  expect([badgeLetters(root), root.inferred?.reason]).toEqual([
    '–',
    'the root of init_mm is part of the kernel’s image',
  ]);
  const user = knownOf(made, 0, 0x41002000, 0);
  expect([badgeLetters(user), badgeWords(user)[0]]).toEqual(['?', 'inferred: no ptlock']);
  const other = knownOf(made, 0, 0x55555000, 3);
  expect([badgeLetters(other), badgeWords(other)[0]]).toEqual([
    '?',
    'constructor, ptlock and count: not known',
  ]);
});

it('counters follow the books step by step', () => {
  const made = run('v7.3', [USER]);
  const [pages, bytes, locks, lockBytes] = bookCounters(made);
  const ctors = made.steps.filter((step) => step.ev === 'ctor').map((step) => step.n);
  expect(ctors.map((n) => [pages?.totals[n - 1], pages?.totals[n]])).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  expect([bytes, locks, lockBytes].map((counter) => counter?.totals.at(-1))).toEqual([3 * 4096, 2, 64]);
});

it('a hook in constructors, in words', () => {
  const hooked = (revision: string): string => {
    const made = run(revision, [{ fn: 'pte_alloc', mm: 'init_mm', virt: '0xffff800080000000' }], {
      ctorHook: 'write-protect',
    });
    const { guards } = ledgerAt(made, made.steps.length);
    return guards === undefined ? '' : guardWords(guards);
  };
  expect(hooked('base')).toBe(
    'The hook write-protects no table. It misses the PTE table 0x41005000: no constructor ran. It could not protect 2 tables: the direct map has no entry of its own there.',
  );
  expect(guardWords({ protected: 1, open: 0, missed: [], lost: 2 })).toBe(
    'The hook write-protects one table. 2 pages went back to the page allocator read-only: no destructor ran.',
  );
  expect(guardWords({ protected: 3, open: 0, missed: [], lost: 0 })).toBe(
    'The hook write-protects 3 tables.',
  );
});
