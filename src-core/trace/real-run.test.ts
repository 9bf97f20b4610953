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
      'Folded level: reads PGD[15], though its value is not used.',
      'Reads PGD[0] as P4D: a table, 7ffff000.',
      'Reads PGD[0] as P4D again: unchanged, a table.',
      'Reads PGD[0] as P4D again (READ_ONCE): unchanged, a table.',
      'Reads PUD[1]: a table, 7fffe000.',
      'Reads PUD[1] again: unchanged, a table.',
      'Reads PUD[1] again: unchanged, a table.',
      'Reads PUD[1] again (READ_ONCE): unchanged, a table.',
      'Reads PUD[1] again: unchanged, a table.',
      'Reads PMD[14]: a block RW NX, 41c00000.',
      'Reads PMD[14] again (READ_ONCE): unchanged, a block RW NX.',
      'Calls pmd_entry for ffff000041dff000 to ffff000041e00000, part of a block RW NX, 41c00000.',
      'Reads PMD[15]: a block RW NX, 41e00000.',
      'Reads PMD[15] again (READ_ONCE): unchanged, a block RW NX.',
      'Calls pmd_entry for ffff000041e00000 to ffff000041e02000, part of a block RW NX, 41e00000.',
      'Returns 0.',
      'Releases init_mm.mmap_lock.',
    ]);
  });

  it('tells a split as it is', () => {
    const told = sentences(run([SPLIT], { fold: 'always' }));
    const from = told.indexOf('Takes pgtable_split_lock.');
    const to = told.indexOf('Releases pgtable_split_lock.');
    expect(told.slice(0, from)).toEqual(['Calls set_direct_map_invalid_noflush(pfn=0x41e05).']);
    expect(told.slice(from, to + 1).filter((s) => !s.startsWith('Reads') && !s.startsWith('Folded'))).toEqual(
      [
        'Takes pgtable_split_lock.',
        'Enters lazy MMU mode: barriers asked for inside may wait for its end.',
        'Allocates a page for a PTE table (may sleep): 2000000000.',
        'pagetable_pte_ctor(init_mm): page 2000000000 counts as a PTE table now.',
        'Fills PTE[0…511] of the new table 2000000000: a page RW NX cont, 41e00000, and so on every 4K.',
        'DSB: the stores so far are complete, and every CPU’s table walker sees them.',
        'Writes PMD[15]: from a block RW NX, 41e00000, to a table, 2000000000.',
        // The 16 pages of the group that the page lies in are contiguous no more.
        ...Array.from(
          { length: 16 },
          (_, i) => `Writes PTE[${i}]: page RW NX cont becomes page RW NX; clears CONT.`,
        ),
        'DSB: the stores so far are complete, and every CPU’s table walker sees them.',
        'ISB: what this CPU does from here on sees them too.',
        'Leaves lazy MMU mode.',
        'Releases pgtable_split_lock.',
      ],
    );
    expect(told.slice(-4)).toEqual([
      'Reads PTE[5] once: a page RW NX, 41e05000.',
      'Writes PTE[5]: page RW NX becomes INV RW NX; sets PRESENT_INVALID.',
      'Leaves lazy MMU mode.',
      'Returns 0.',
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

  it('names the functions around a hole', () => {
    const text = traceText(run([HOLES]));
    expect(text).toContain('                   pte_hole()\n');
    expect(text).toContain(' 5 hole  8000000+200000 depth 3  # nothing mapped: 2M\n');
  });

  it('differs between revisions where the kernels differ', () => {
    const [old, now] = [run([WALK], { revision: 'v6.12' }), run([WALK])];
    const difference = firstDifference(old.steps, now.steps);
    expect(difference?.left?.ev).toBe('load');
    expect(firstDifference(now.steps, run([WALK], { revision: 'v7.2' }).steps)).toBeUndefined();
  });
});
