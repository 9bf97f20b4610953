import { describe, expect, it } from 'vitest';
import { worldFromListing } from '../../../../scenario/listing-world.ts';
import type { Run } from '../../../../scenario/run.ts';
import { runScenario } from '../../../../scenario/run-scenario.ts';
import type { ListingMemory } from '../../../../scenario/listing-world.ts';

const EMPTY: ListingMemory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm', pgd: '0x41000000' }],
  tables: [],
};
const VIRT = '0xffff000040000000';
const PAGE = '0xe8000000000703';

function map(revision: string, memory: ListingMemory, phys: string, size: string, flags: number): Run {
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(world.error.message);
  const run = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'a mapping',
      revision,
      memory,
      contexts: [
        {
          cpu: 0,
          calls: [
            {
              fn: '__create_pgd_mapping',
              mm: 'init_mm',
              phys,
              virt: VIRT,
              size,
              prot: PAGE,
              flags,
              specialAlloc: false,
            },
          ],
        },
      ],
    },
    world.value,
  );
  if (!run.ok) throw new Error(run.error.message);
  return run.value;
}

const stores = (run: Run): string[] => run.steps.flatMap((s) => (s.ev === 'set' ? [s.new] : []));
const ends = (run: Run): unknown => [run.results[0]?.rets[0], run.steps.at(-1)?.ev];

/** One page of a contiguous group is mapped already, by itself. */
const ONE_OF_A_GROUP: ListingMemory = {
  ...EMPTY,
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1000000041001003', '0x0'],
    ['init_mm', 1, VIRT, 1, '0x1000000041002003', '0x0'],
    ['init_mm', 2, VIRT, 1, '0x1000000041003003', '0x0'],
    ['init_mm', 3, '0xffff000040005000', 1, '0xe8000050005703', '0x0'],
  ],
};

describe('building kernel mappings, before and now', () => {
  it('sets the access flag of table descriptors only now', () => {
    expect(stores(map('v6.12', EMPTY, '0x50000000', '0x1000', 3)).slice(0, 3)).toEqual([
      '0x1000000041001003',
      '0x1000000041002003',
      '0x1000000041003003',
    ]);
    expect(stores(map('v7.3', EMPTY, '0x50000000', '0x1000', 3))[0]).toBe('0x1000000041001403');
  });

  it('warns where the addresses differ within the page, and tells the caller only now', () => {
    const [old, now] = ['v6.12', 'v7.3'].map((id) => map(id, EMPTY, '0x50000800', '0x1000', 3));
    for (const run of [old, now]) expect(run?.steps.filter((s) => s.ev === 'warn')).toHaveLength(1);
    expect([old?.results[0]?.rets, now?.results[0]?.rets]).toEqual([[0], [-22]]);
  });

  it('makes a group contiguous over a page that is not, which was a BUG; now the group stays pages', () => {
    expect(ends(map('v6.12', ONE_OF_A_GROUP, '0x50000000', '0x10000', 0))).toEqual([null, 'bug']);
    const now = map('v7.3', ONE_OF_A_GROUP, '0x50000000', '0x10000', 0);
    expect(now.results[0]?.rets).toEqual([0]);
    expect(new Set(stores(now).map((v) => v.slice(0, 5)))).toEqual(new Set(['0xe80']));
  });
});
