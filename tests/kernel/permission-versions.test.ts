import { describe, expect, it } from 'vitest';
import type { Row } from './run.ts';
import { lines, runContexts, tableAt } from './run.ts';

const INIT = 'init_mm';
const BASE = '0xffff000000000000';
/** A 2 MiB block at +4M, a PTE table at +2M: pages at 0, and a contiguous group from 16 on. */
const TABLES: readonly Row[] = [
  [INIT, 0, BASE, 1, tableAt(0x11000), '0x0'],
  [INIT, 1, BASE, 1, tableAt(0x12000), '0x0'],
  [INIT, 2, '0xffff000000200000', 1, tableAt(0x13000), '0x0'],
  [INIT, 3, '0xffff000000200000', 2, '0xe8000041000703', '0x1000'],
  [INIT, 3, '0xffff000000210000', 16, '0xf8000041010703', '0x1000'],
  [INIT, 2, '0xffff000000400000', 1, '0xe8000041400701', '0x0'],
];
const PAGE = '0xffff000000200000';
const BLOCK = '0xffff000000400000';
const CONT = '0xffff000000210000';

function change(revision: string, calls: readonly object[], loads = false): string[] {
  const run = runContexts({ tables: TABLES, revision, config: { linearReq: false } }, [{ calls }]);
  return lines(run.steps, loads);
}
const valid = (addr: string, numpages: number, enable: boolean): object => ({
  fn: 'set_memory_valid',
  addr,
  numpages,
  enable,
});
const only = (told: readonly string[], what: RegExp): string[] => told.filter((l) => what.test(l));

const POSTED = ['nolock-v1', 'nolock-review', 'nolock-v2', 'perm-v3', 'perm-v4', 'v6.18'];

describe('a block made invalid and valid again', () => {
  it.each(POSTED)(
    '%s: only the valid bit goes, and nothing brings it back, though 0 is returned',
    (revision) => {
      const told = change(revision, [valid(BLOCK, 512, false), valid(BLOCK, 512, true)]);
      expect(only(told, /^(set|return|warn)/)).toEqual([
        'set pmd[2] 0xe8000041400701 -> 0xe8000041400700',
        'return 0',
        'return 0',
      ]);
    },
  );

  it('v7.3: bit 11 keeps it a leaf', () => {
    expect(
      only(change('v7.3', [valid(BLOCK, 512, false), valid(BLOCK, 512, true)]), /^(set|return)/),
    ).toEqual([
      'set pmd[2] 0xe8000041400701 -> 0xe8000041400f00',
      'return 0',
      'set pmd[2] 0xe8000041400f00 -> 0xe8000041400701',
      'return 0',
    ]);
  });
});

describe('a part of a block', () => {
  it.each([...POSTED, 'v7.3'])(
    '%s: a warning and -EINVAL, nothing stored, and a flush all the same',
    (revision) => {
      expect(only(change(revision, [valid(BLOCK, 1, false)]), /^(set|return|warn|tlbi)/)).toEqual([
        'warn',
        'tlbi',
        'return -22',
      ]);
    },
  );
});

describe('the TLB flush', () => {
  it.each([
    ['v6.12.0', 2],
    ['v6.12', 2],
    ['v6.16', 2],
    ['nolock-v1', 1],
    ['nolock-v2', 1],
    ['perm-v4', 1],
    ['v7.3', 1],
  ])('%s: of invalid and valid again, flushes %d', (revision, flushes) => {
    expect(only(change(revision, [valid(PAGE, 1, false), valid(PAGE, 1, true)]), /tlbi/)).toHaveLength(
      flushes,
    );
  });
});

describe('lazy MMU mode', () => {
  const two = valid('0xffff0000001ff000', 2, false);
  it('is entered for each PTE table by hooks (nolock-v1), or around the whole walk', () => {
    const crossing: object = { fn: 'set_memory_valid', addr: PAGE, numpages: 1, enable: true };
    expect(only(change('nolock-v1', [crossing]), /lazy|set|dsb/)).toEqual([
      'lazy on',
      expect.stringMatching(/^set pte/),
      'dsb',
      'lazy off',
    ]);
    // Nothing is mapped by a PTE table in the first page: the walk enters it for the second only.
    expect(only(change('nolock-v1', [two]), /lazy/)).toEqual(['lazy on', 'lazy off']);
    expect(only(change('nolock-v1', [valid(BLOCK, 512, false)]), /lazy/)).toEqual([]);
    expect(only(change('perm-v4', [valid(BLOCK, 512, false)]), /lazy/)).toEqual(['lazy on', 'lazy off']);
  });
});

describe('callbacks at every level', () => {
  it('read the upper entries for nothing: arm64 has no leaves there', () => {
    const told = only(change('perm-v4', [valid(PAGE, 1, false)], true), /pgdp_get|p4dp_get/);
    expect(told).toEqual(['dead pgdp_get pgd[0]', 'dead p4dp_get p4d[0]']);
    expect(only(change('v6.18', [valid(PAGE, 1, false)], true), /pgdp_get|p4dp_get/)).toEqual([]);
    expect(only(change('nolock-v1', [valid(PAGE, 1, false)], true), /pgdp_get|p4dp_get/)).toEqual([]);
  });
});

describe('the contpte accessors of the first version', () => {
  it('warn on a contiguous entry and drop its contiguous bit, one entry at a time', () => {
    const told = change('nolock-v1', [{ fn: 'set_memory_valid', addr: CONT, numpages: 2, enable: true }]);
    expect(only(told, /^(set|warn|return)/)).toEqual([
      'warn',
      'set pte[16] 0xf8000041010703 -> 0xe8000041010703',
      'warn',
      'set pte[17] 0xf8000041011703 -> 0xe8000041011703',
      'return 0',
    ]);
  });

  it('read the whole group for one entry, and gather its dirty bit', () => {
    const loads = (revision: string): number =>
      only(change(revision, [valid(CONT, 1, true)], true), /ptep_get pte\[/).length;
    // ptep_get() reads the entry and the 16 of its group, set_pte() the entry once more.
    expect([loads('nolock-v1'), loads('nolock-v2')]).toEqual([18, 1]);
  });

  it('were not used from the second version on', () => {
    const told = change('nolock-v2', [valid(CONT, 1, false)]);
    expect(only(told, /^(set|warn)/)).toEqual(['set pte[16] 0xf8000041010703 -> 0xf8000041010702']);
  });
});

describe('which functions change the range', () => {
  const frames = (revision: string): string[] => {
    const run = runContexts({ tables: TABLES, revision, config: { linearReq: false } }, [
      { calls: [valid(PAGE, 1, false)] },
    ]);
    const store = run.steps.find((s) => s.ev === 'set');
    return run
      .stackAt(store?.n ?? 0)
      .map((f) => f.fn)
      .filter((fn) => !/_range$|pte_entry|set_pte|range_inner/.test(fn) || fn.startsWith('apply_to_page'));
  };
  it.each([
    ['v6.16', ['apply_to_page_range', '__change_memory_common', 'set_memory_valid']],
    ['nolock-v1', ['walk_page_range_novma', '__change_memory_common', 'set_memory_valid']],
    ['nolock-v2', ['___change_memory_common', '__change_memory_common', 'set_memory_valid']],
    [
      'perm-v3',
      [
        'walk_kernel_page_table_range_lockless',
        '___change_memory_common',
        '__change_memory_common',
        'set_memory_valid',
      ],
    ],
    [
      'perm-v4',
      [
        'walk_kernel_page_table_range_lockless',
        'update_range_prot',
        '__change_memory_common',
        'set_memory_valid',
      ],
    ],
    [
      'v7.3',
      [
        'walk_kernel_page_table_range_lockless',
        'update_range_prot',
        '__change_memory_common',
        'set_memory_valid',
      ],
    ],
  ])('%s', (revision, wanted) => {
    expect(frames(revision)).toEqual(wanted);
  });

  it('the linear map’s went by apply_to_page_range() until the second version', () => {
    const by = (revision: string): boolean => {
      const run = runContexts({ tables: TABLES, revision, config: { physOffset: '0x0' } }, [
        { calls: [{ fn: 'set_direct_map_invalid_noflush', pfn: '0x200' }] },
      ]);
      return run.steps.some((s) => s.fn === 'apply_to_pte_range');
    };
    expect(['v6.12', 'nolock-v1', 'nolock-v2', 'perm-v4'].map(by)).toEqual([true, true, false, false]);
  });
});
