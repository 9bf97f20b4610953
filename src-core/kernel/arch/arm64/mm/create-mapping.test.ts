import { describe, expect, it } from 'vitest';
import { hwShift, upperHalf } from '../../../../arch/geometry.ts';
import { parseArm64Geometry } from '../../../../arch/arm64/geometry.ts';
import { U64 } from '../../../../base/u64.ts';
import { listTables } from '../../../../memory/listing.ts';
import { worldFromListing } from '../../../../scenario/listing-world.ts';
import type { Run } from '../../../../scenario/run.ts';
import { runScenario } from '../../../../scenario/run-scenario.ts';

/** Maps some pages below a root with nothing in it. `at`: bytes above the start of the upper half. */
function build(geometry: string, at: U64, pages: number): { readonly run: Run; readonly virt: U64 } {
  const geo = parseArm64Geometry(geometry);
  if (!geo.ok) throw new Error(geo.error.message);
  const virt = upperHalf(geo.value).add(at);
  const memory = { geometry, roots: [{ mm: 'init_mm' as const, pgd: '0x40000' }], tables: [] };
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(world.error.message);
  const run = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'A new mapping',
      revision: 'v7.3',
      memory,
      contexts: [
        {
          cpu: 0,
          calls: [
            {
              fn: '__create_pgd_mapping',
              mm: 'init_mm',
              phys: '0x50000000',
              virt: virt.toHex(),
              size: U64.from(pages).shl(geo.value.pageShift).toHex(),
              prot: '0xe8000000000703',
              flags: 3,
              specialAlloc: false,
            },
          ],
        },
      ],
    },
    world.value,
  );
  if (!run.ok) throw new Error(run.error.message);
  return { run: run.value, virt };
}

describe('__create_pgd_mapping', () => {
  // Every way of folding: by the build, at boot, not at all.
  it.each([
    '4k39',
    '4k48',
    '4k52',
    '4k52@48',
    '16k36',
    '16k47',
    '16k48',
    '16k52',
    '16k52@47',
    '64k42',
    '64k48',
    '64k52',
  ])('%s: maps the pages it is asked to map, and nothing else', (geometry) => {
    const { geo } = build(geometry, U64.ZERO, 1).run.world;
    // In the last slot of a table of pages, so that a second table is needed; far from index 0 at every level.
    const at = U64.bit(geo.vaBits - 1)
      .sub(U64.bit(hwShift(geo, 2)))
      .sub(U64.bit(geo.pageShift));
    const { run, virt } = build(geometry, at, 2);
    const playback = run.playback();
    playback.seek(run.steps.length);
    const roots = run.world.mms.map((m) => ({ mm: m.name, pgd: m.pgd, base: m.base }));
    const rows = listTables(playback.memory, geo, roots);
    const pages = rows.filter(([, level]) => level === 3);
    const page = U64.bit(geo.pageShift);
    expect(pages.map(([, , va, n, value]) => [va, n, value])).toEqual([
      [virt.toHex(), 1, '0xe8000050000703'],
      [virt.add(page).toHex(), 1, U64.hex('0xe8000050000703').add(page).toHex()],
    ]);
    // One table a level below the root, and one more of pages: each allocated and constructed.
    const levels = run.steps.flatMap((s) => (s.ev === 'ctor' ? [s.level] : []));
    expect(levels.length).toBe(geo.levelsInUse);
    expect(run.steps.filter((s) => s.ev === 'alloc').length).toBe(geo.levelsInUse);
    expect(rows.length).toBe(geo.levelsInUse + 2);
    expect(run.results[0]?.rets).toEqual([0]);
  });

  it('tells PTE and PMD constructors the mm, those above none', () => {
    const { run } = build('4k52', U64.bit(50), 1);
    expect(run.steps.flatMap((s) => (s.ev === 'ctor' ? [`${s.level} ${String(s.mm)}`] : []))).toEqual([
      'p4d undefined',
      'pud undefined',
      'pmd init_mm',
      'pte init_mm',
    ]);
  });
});
