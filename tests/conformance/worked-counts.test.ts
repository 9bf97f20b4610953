import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../../src-core/arch/arm64/geometry.ts';
import { U64 } from '../../src-core/base/u64.ts';
import type { ListingRow } from '../../src-core/memory/listing.ts';
import { loadListing } from '../../src-core/memory/listing.ts';
import { PhysicalMemory } from '../../src-core/memory/physical.ts';
import { runScenario } from '../../src-core/scenario/run-scenario.ts';
import type { ScenarioCall } from '../../src-core/scenario/schema.ts';
import type { World } from '../../src-core/scenario/world.ts';
import type { RunSummary } from '../../src-core/scene/run-summary.ts';
import { summarizeRun } from '../../src-core/scene/run-summary.ts';
import type { Step } from '../../src-core/step/step.ts';

/**
 * The worked examples of splitting on arm64: what one change costs in tables, stores and barriers, by the state it starts from.
 * Linear map at 0xffff000000000000 for physical 0xc0000000 on, 4K pages, blocks and live splitting.
 */
const BASE = U64.hex('0xffff000000000000');
const PHYS = U64.hex('0xc0000000');
const ROOT = 0x1000000000;
const POINTER = '0x1000000000000403';

const at = (offset: number): string => BASE.plus(offset).toHex();
const pointer = (pa: number): string => U64.hex(POINTER).plus(pa).toHex();
const pa = (offset: number, prot: string): string => U64.hex(prot).add(PHYS).plus(offset).toHex();

const BLOCK = '0xe8000000000705';
const CONT_BLOCK = '0xf8000000000705';
const PAGE = '0xe8000000000707';
const CONT_PAGE = '0xf8000000000707';

/** The linear map's first GiB: one block, 2M blocks, or pages. */
function tables(kind: 'gib' | 'blocks' | 'cont blocks' | 'pages' | 'cont pages'): ListingRow[] {
  const pgd: ListingRow = ['init_mm', 0, at(0), 1, pointer(ROOT + 0x1000), '0x0'];
  if (kind === 'gib') return [pgd, ['init_mm', 1, at(0), 1, pa(0, BLOCK), '0x0']];
  const pud: ListingRow = ['init_mm', 1, at(0), 1, pointer(ROOT + 0x2000), '0x0'];
  if (kind === 'blocks') return [pgd, pud, ['init_mm', 2, at(0), 512, pa(0, BLOCK), '0x200000']];
  if (kind === 'cont blocks') return [pgd, pud, ['init_mm', 2, at(0), 512, pa(0, CONT_BLOCK), '0x200000']];
  const pmd: ListingRow = ['init_mm', 2, at(0x200000), 1, pointer(ROOT + 0x3000), '0x0'];
  return [
    pgd,
    pud,
    pmd,
    ['init_mm', 3, at(0x200000), 512, pa(0x200000, kind === 'pages' ? PAGE : CONT_PAGE), '0x1000'],
  ];
}

function world(kind: Parameters<typeof tables>[0], linearReq = true): World {
  const geo = parseArm64Geometry('4k48');
  if (!geo.ok) throw new Error(geo.error.message);
  const memory = new PhysicalMemory();
  loadListing(memory, geo.value, [{ mm: 'init_mm', pgd: ROOT, base: BASE }], tables(kind));
  return {
    name: kind,
    geo: geo.value,
    memory,
    mms: [{ name: 'init_mm', pgd: ROOT, base: BASE }],
    config: { physOffset: PHYS, linearReq },
    markers: [],
    notes: [],
  };
}

function run(
  w: World,
  call: ScenarioCall,
  fold: 'always' | 'never' = 'never',
): { steps: readonly Step[]; ret: number | null; summary: RunSummary } {
  const r = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'worked',
      revision: 'v7.3',
      memory: { capture: 'worked' },
      contexts: [{ cpu: 0, calls: [call] }],
    },
    w,
    { fold, maxSteps: 1_000_000 },
  );
  if (!r.ok) throw new Error(r.error.message);
  return { steps: r.value.steps, ret: r.value.results[0]?.rets[0] ?? null, summary: summarizeRun(r.value) };
}

const invalidate = (offset: number, numpages = 1): ScenarioCall => ({
  fn: 'set_memory_valid',
  addr: at(offset),
  numpages,
  enable: false,
});
const readOnly = (offset: number, size: number): ScenarioCall => ({
  fn: 'update_range_prot',
  start: at(offset),
  size: U64.from(size).toHex(),
  set: '0x80',
  clear: '0x8000000000000',
});

/** Tables allocated, stores of the split, stores of the walk after it, DSBs before the end of the split. */
function cost(steps: readonly Step[]): { tables: number; split: number; walk: number; dsbInSplit: number } {
  const stores = (list: readonly Step[]): number =>
    list.reduce((n, s) => n + (s.ev === 'set' ? (s.count ?? 1) : 0), 0);
  const unlock = steps.findIndex((s) => s.ev === 'unlock' && s.name === 'pgtable_split_lock');
  const lazyOff = steps.findIndex((s) => s.ev === 'lazy' && !s.on);
  const [before, after] = [steps.slice(0, unlock), steps.slice(unlock)];
  return {
    tables: steps.filter((s) => s.ev === 'alloc' && s.table !== null).length,
    split: stores(before),
    walk: stores(after),
    // The last DSB before lazy mode ends belongs to the end, not to a split.
    dsbInSplit: steps.slice(0, lazyOff).filter((s, i, all) => s.ev === 'dsb' && all[i + 1]?.ev !== 'isb')
      .length,
  };
}

describe('the cost of changing one page, by what maps it', () => {
  it.each([
    ['a page', 'pages', 0x205000, { tables: 0, split: 0, walk: 1, dsbInSplit: 0 }],
    [
      'a page of a contiguous group',
      'cont pages',
      0x205000,
      { tables: 0, split: 16, walk: 1, dsbInSplit: 0 },
    ],
    ['a 2 MiB block', 'blocks', 0x205000, { tables: 1, split: 529, walk: 1, dsbInSplit: 1 }],
    [
      'a 2 MiB block of a contiguous group',
      'cont blocks',
      0x205000,
      { tables: 1, split: 545, walk: 1, dsbInSplit: 1 },
    ],
    ['a 1 GiB block', 'gib', 0x201000, { tables: 2, split: 1058, walk: 1, dsbInSplit: 2 }],
  ] as const)('%s', (_, kind, offset, expected) => {
    for (const fold of ['never', 'always'] as const) {
      const { steps, ret, summary } = run(world(kind), invalidate(offset), fold);
      expect(ret).toBe(0);
      expect(cost(steps)).toEqual(expected);
      expect(summary).toMatchObject({
        rets: [0],
        tables: expected.tables,
        bytes: expected.tables * 4096,
        stores: expected.split + expected.walk,
        tlbis: 1,
        warns: 0,
      });
      expect(summary.splits.reduce((n, s) => n + s.n, 0)).toBe(expected.tables);
      expect(summary.storesFor.newTables).toBe(512 * expected.tables);
    }
  });
});

describe('the values a split of 1 GiB leaves', () => {
  it('are those of the worked example', () => {
    const { steps } = run(world('gib'), readOnly(0x201000, 0x1000));
    const last = (hw: number, idx: number): string | undefined =>
      steps.filter((s) => s.ev === 'set' && s.hw === hw && s.idx === idx).at(-1)?.['new' as never];
    expect(last(2, 0)).toBe('0xe80000c0000705');
    expect(last(3, 0)).toBe('0xe80000c0200707');
    expect(last(3, 1)).toBe('0xe00000c0201787');
    expect(last(3, 16)).toBe('0xf80000c0210707');
    expect(last(1, 0)?.startsWith('0x1800')).toBe(true);
  });
});

describe('ranges', () => {
  it('partial at both ends: two tables, whole blocks by one store each', () => {
    const { steps, ret } = run(world('blocks'), readOnly(0x3f0000, 0x418000));
    expect(ret).toBe(0);
    expect(cost(steps)).toEqual({ tables: 2, split: 513 + 513 + 16, walk: 16 + 2 + 8, dsbInSplit: 2 });
  });

  it('a whole block: one store, no split', () => {
    const { steps } = run(world('blocks'), readOnly(0x400000, 0x200000));
    expect(cost(steps)).toMatchObject({ tables: 0, split: 0, walk: 1 });
  });

  it('a whole block of a contiguous group: 16 stores take the group apart', () => {
    const { steps } = run(world('cont blocks'), readOnly(0x400000, 0x200000));
    expect(cost(steps)).toMatchObject({ tables: 0, split: 16, walk: 1 });
  });

  it('where splitting is off, a partly covered block is refused and nothing is stored', () => {
    const { steps, ret, summary } = run(world('blocks', false), readOnly(0x3ff000, 0x202000));
    expect(ret).toBe(-22);
    expect(summary).toMatchObject({ rets: [-22], stores: 0, tables: 0, splits: [], warns: 1 });
    expect(steps.filter((s) => s.ev === 'set')).toEqual([]);
    expect(steps.filter((s) => s.ev === 'warn').map((s) => s.fn)).toEqual(['pageattr_pmd_entry']);
  });

  it('an unaligned range fails before the lock', () => {
    const { steps, ret } = run(world('blocks'), readOnly(0x400800, 0x1ff800));
    expect(ret).toBe(-22);
    expect(steps.some((s) => s.ev === 'lock')).toBe(false);
  });
});
