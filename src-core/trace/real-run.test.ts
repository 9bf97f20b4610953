import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importCapture } from '../import/capture.ts';
import type { Run, RunOptions } from '../scenario/run.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Scenario, ScenarioCall } from '../scenario/schema.ts';
import { narrationContext } from './context.ts';
import { firstDifference } from './diff.ts';
import { narrate } from './narrate.ts';
import { columns } from './text-lines.ts';
import { parseTraceText } from './text-parse.ts';
import { traceText } from './text.ts';

/** Runs of the engine on a real kernel's tables, told in words and in text. */
const folder = new URL('../../tests/data/captures/x4-4k-48/', import.meta.url);
const capture = importCapture(
  new Uint8Array(readFileSync(new URL('tables.bin.gz', folder))),
  JSON.parse(readFileSync(new URL('meta.json', folder), 'utf8')),
  'x4-4k-48',
);

function run(calls: readonly ScenarioCall[], options: RunOptions = {}): Run {
  if (!capture.ok) throw new Error(capture.error.message);
  const scenario: Scenario = {
    format: 'pagewalk/scenario',
    version: 1,
    title: 'A walk over real tables',
    revision: 'v7.3',
    memory: { capture: 'x4-4k-48' },
    contexts: calls.map((call, cpu) => ({ cpu, calls: [call] })),
  };
  const result = runScenario(scenario, capture.value.world, options);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function sentences(of: Run): string[] {
  const ctx = narrationContext(of);
  return of.steps.map((step) => narrate(step, ctx));
}

const WALK: ScenarioCall = {
  fn: 'walk_kernel_page_table_range',
  start: '0xffff000041dff000',
  end: '0xffff000041e02000',
  ops: { callbacks: ['pmd', 'hole'] },
  locks: [{ name: 'mmap:init_mm', mode: 'read' }],
};
const HOLES: ScenarioCall = {
  fn: 'walk_page_range_debug',
  mm: 'efi_mm',
  start: '0x7e00000',
  end: '0x9400000',
  ops: { callbacks: ['pud', 'pmd', 'pte', 'hole'] },
};
const MANY: ScenarioCall = {
  fn: 'walk_kernel_page_table_range_lockless',
  start: '0xffff800080000000',
  end: '0xffff800080200000',
  ops: { callbacks: ['pte'] },
};
const FIRST = {
  fn: 'walk_kernel_page_table_range_lockless',
  start: '0xffff00007c7fc000',
  end: '0xffff00007fe00000',
} as const;
const WILD: ScenarioCall = {
  ...WALK,
  start: '0xffff000041e00000',
  ops: { callbacks: ['pmd', 'pte'], rules: [{ cb: 'pmd', n: 1, ret: 0, action: null, write: '0x8774e403' }] },
};

/** A page in the middle of a block: the block is split. */
const SPLIT: ScenarioCall = { fn: 'set_direct_map_invalid_noflush', pfn: '0x41e05' };
const VALID: ScenarioCall = {
  fn: 'set_memory_valid',
  addr: '0xffff000041e00000',
  numpages: 512,
  enable: true,
};
const BUILD: ScenarioCall = {
  fn: 'range_split_to_ptes',
  start: '0xffff000041e00000',
  end: '0xffff000042200000',
  atomic: true,
};

describe('a recorded run', () => {
  it('is told step by step', () => {
    expect(sentences(run([WALK]))).toEqual([
      'Takes init_mm.mmap_lock for read.',
      'Calls walk_kernel_page_table_range(0xffff000041dff000, 0xffff000041e02000, ops=pmd hole).',
      'mmap_assert_locked(init_mm): held.',
      'p4d_offset() reads PGD[15] and does not use it: this kernel was built for 52-bit addresses and runs with 48, so the level is folded.',
      'p4d_none(PGD[0]): no, it is a table, 7ffff000.',
      'p4d_bad(PGD[0]): no, it points to a table.',
      'pud_offset(PGD[0]) (READ_ONCE): goes to the PUD table at 7ffff000.',
      'pud_none(PUD[1]): no, it is a table, 7fffe000.',
      'pud_leaf(PUD[1]): no, a table.',
      'pud_present(PUD[1]): yes.',
      'walk_pmd_range reads PUD[1] once more (READ_ONCE): still a table.',
      'pmd_offset(PUD[1]): goes to the PMD table at 7fffe000.',
      'pmd_none(PMD[14]): no, it is a block RW NX, 41c00000.',
      'pmd_entry reads PMD[14] with pmdp_get(): a block RW NX, 41c00000.',
      'pmd_entry(ffff000041dff000 to ffff000041e00000) saw a block RW NX, 41c00000: the range is a part of it.',
      'pmd_none(PMD[15]): no, it is a block RW NX, 41e00000.',
      'pmd_entry reads PMD[15] with pmdp_get(): a block RW NX, 41e00000.',
      'pmd_entry(ffff000041e00000 to ffff000041e02000) saw a block RW NX, 41e00000: the range is a part of it.',
      'Returns 0.',
      'Releases init_mm.mmap_lock.',
    ]);
  });

  it('tells a split as it is', () => {
    const split = run([SPLIT], { fold: 'always' });
    const loads = new Set(split.steps.filter((step) => step.ev === 'load').map((step) => step.n));
    const told = sentences(split);
    const from = told.indexOf('Takes pgtable_split_lock.');
    const to = told.indexOf('Releases pgtable_split_lock.');
    expect(told.slice(0, from)).toEqual(['Calls set_direct_map_invalid_noflush(pfn=0x41e05).']);
    expect(told.slice(from, to + 1).filter((_, i) => !loads.has(from + i + 1))).toEqual([
      'Takes pgtable_split_lock.',
      'Enters lazy MMU mode: barriers asked for inside may wait for its end.',
      'Allocates a page for a PTE table (may sleep): 80000000.',
      'pagetable_pte_ctor(init_mm): page 80000000 counts as a PTE table now.',
      'Fills PTE[0…511] of the new table 80000000: a page RW NX cont, 41e00000, and so on every 4K.',
      'DSB: the stores so far are complete, and every CPU’s table walker sees them.',
      'Writes PMD[15]: from a block RW NX, 41e00000, to a table, 80000000.',
      // The 16 pages of the group that the page lies in are contiguous no more.
      ...Array.from(
        { length: 16 },
        (_, i) => `Writes PTE[${i}]: page RW NX cont becomes page RW NX; clears CONT.`,
      ),
      'DSB: the stores so far are complete, and every CPU’s table walker sees them.',
      'ISB: what this CPU does from here on sees them too.',
      'Leaves lazy MMU mode.',
      'Releases pgtable_split_lock.',
    ]);
    expect(told.slice(-4)).toEqual([
      'pageattr_pte_entry reads PTE[5] with ptep_get(): a page RW NX, 41e05000.',
      'Writes PTE[5]: page RW NX becomes INV RW NX; sets PRESENT_INVALID.',
      'Leaves lazy MMU mode.',
      'Returns 0.',
    ]);
  });

  it('says in v6.12 which part of a test each read is for', () => {
    const told = sentences(run([WALK], { revision: 'v6.12' }));
    expect(told.filter((words) => words.startsWith('pud_'))).toEqual([
      'pud_offset(PGD[0]) (READ_ONCE): goes to the PUD table at 7ffff000.',
      'pud_none(PUD[1]): no, it is a table, 7fffe000.',
      'pud_leaf(PUD[1]): is it valid? Yes, a table.',
      'pud_leaf(PUD[1]) reads it again, for its next question: is it a table? Yes, so no leaf.',
      'pud_present(PUD[1]): yes.',
    ]);
  });

  it('says that an entry changed between the tests of a walk and its use', () => {
    const walk = (write: string | null): ScenarioCall => ({
      ...WALK,
      start: '0xffff00007c600000',
      end: '0xffff00007c601000',
      ops: { callbacks: ['pmd', 'pte'], rules: [{ cb: 'pmd', n: 1, ret: 0, action: null, write }] },
    });
    // One walk makes a block of the table that the other is walking under.
    const told = new Set<string>();
    for (let choices = 10; choices < 20; choices++) {
      const both = run([walk(null), walk('0xe800007c600705')], { schedule: `a${choices}b30` });
      for (const words of sentences(both))
        if (words.includes('changed')) told.add(words.replace(/step \d+/, 'step n'));
    }
    expect([...told]).toEqual([
      'pmd_entry reads PMD[483] with pmdp_get(): it changed since step n (was a table, 7fff9000): a block RW NX, 7c600000.',
      'pmd_leaf(PMD[483]): it changed since step n (was a table, 7fff9000): yes, a block RW NX, 7c600000.',
      'pmd_present(PMD[483]): it changed since step n (was a table, 7fff9000): yes, a block RW NX, 7c600000.',
      'pte_offset_kernel(PMD[483]): it changed since step n (was a table, 7fff9000): not the value tested; takes 7c600000 for a PTE table, but it is a block RW NX.',
    ]);
  });

  it('says what ended it', () => {
    const told = sentences(run([WILD]));
    expect(told[told.length - 1]).toBe(
      'Wild table pointer: reads pte entry 0 of a table at 0x8774e000, where no page table is.',
    );
    expect(
      traceText(run([WILD]))
        .trimEnd()
        .split('\n')
        .at(-1),
    ).toBe('result a: walk_kernel_page_table_range = none  # did not return');
  });

  it.each([
    ['one context', [WALK], {}],
    ['holes', [HOLES], {}],
    ['two contexts in turns', [WALK, HOLES], { schedule: 'a5b8a3b2a' }],
    ['single steps', [MANY], { fold: 'never' as const }],
    ['folded', [MANY], { fold: 'always' as const }],
    ['a violation', [WILD], {}],
    ['cut off', [MANY], { maxSteps: 40 }],
    ['a split', [SPLIT], { fold: 'never' as const }],
    ['splits, folded', [BUILD], { fold: 'always' as const }],
    ['permissions of a range', [VALID], {}],
    ['permissions in 6.12', [VALID], { revision: 'v6.12' }],
    ['a split beside a walk', [SPLIT, WALK], { schedule: 'a40b20a600b2' }],
  ])('is a text trace that fits a mail and can be read back: %s', (_, calls, options) => {
    const recorded = run(calls, options);
    for (const comments of ['none', 'some', 'all'] as const) {
      const text = traceText(recorded, { comments });
      expect(text.split('\n').filter((line) => columns(line) > 72)).toEqual([]);
      const parsed = parseTraceText(text);
      expect(parsed.ok ? parsed.value.steps : parsed.error).toEqual(recorded.steps);
    }
    expect(recorded.steps.length).toBeGreaterThan(10);
  });

  it('has a short form that tells like groups once', () => {
    const first = run([{ ...FIRST, ops: { callbacks: ['pud', 'pmd', 'pte', 'hole'] } }]);
    const text = traceText(first, { short: true });
    const lines = text.split('\n');
    expect(lines[0]).toBe('Pagewalk trace, short form');
    expect(parseTraceText(text).ok).toBe(false);
    const from = lines.findIndex((line) => line.includes('walk_pte_range_inner()'));
    expect(lines.slice(from)).toEqual([
      '                     walk_pte_range_inner()  mm/pagewalk.c:29',
      '                       pte_entry()',
      ' 19 a 7 load pte 7fff9000[508] f800007c7fc707 once va=ffff00007c7fc000',
      '         # page RW NX cont',
      ' 20 a 7 cb   pte ffff00007c7fc000+4K f800007c7fc707  # page RW NX cont',
      '         # Steps 21-26: 3 more pages RW NX cont, PTE[509..511], the same',
      '         # read each.',
      ' 27 a 4 load pmd 7fffe000[484] e800007c800705 by=pmd_none  # block RW NX',
      '                   pmd_entry()',
      ' 29 a 5 cb   pmd ffff00007c800000+2M e800007c800705  # block RW NX',
      '         # Steps 31-130: 25 more blocks RW NX, PMD[485..509], the same',
      '         # three reads each.',
      '131 a 4 load pmd 7fffe000[510] 0 by=pmd_none  # none',
      '                   pte_hole()',
      '132 a 5 hole ffff00007fc00000+2M depth 3  # nothing mapped',
      '133 a 0 return 0',
      '',
      'result a: walk_kernel_page_table_range_lockless = 0',
      '',
    ]);
    expect(first.steps).toHaveLength(133);
  });

  it('names the functions around a hole', () => {
    const text = traceText(run([HOLES]));
    expect(text).toContain('                   pte_hole()\n');
    expect(text).toContain(' 5 hole 8000000+2M depth 3  # nothing mapped\n');
  });

  it('differs between revisions where the kernels differ', () => {
    const [old, now] = [run([WALK], { revision: 'v6.12' }), run([WALK])];
    const difference = firstDifference(old.steps, now.steps);
    expect(difference?.left?.ev).toBe('load');
    expect(firstDifference(now.steps, run([WALK], { revision: 'v7.2' }).steps)).toBeUndefined();
  });
});
