import { describe, expect, it } from 'vitest';
import { listTables } from '../memory/listing.ts';
import type { ListingMemory } from './listing-world.ts';
import { worldFromListing } from './listing-world.ts';
import type { Run } from './run.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario, ScenarioCall } from './schema.ts';

const PROT = '0xe8000000000703';
const AREA = '0xffff800080000000';
const HUGE = '0xffff800080200000';
const GROUP = '0xffff800080600000';
const MAPPED = '0xffff800080401000';

/** Vmalloc space with one area that is mapped and whose alias is read-only, and three that are to be made. */
const MEMORY: ListingMemory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm', pgd: '0x40001000' }],
  tables: [
    ['init_mm', 0, '0xffff000000000000', 1, '0x1000000040006403', '0x0'],
    ['init_mm', 1, '0xffff000080000000', 1, '0x1000000040007403', '0x0'],
    ['init_mm', 2, '0xffff000081000000', 1, '0x1000000040008403', '0x0'],
    ['init_mm', 3, '0xffff000081000000', 2, '0x60000081000783', '0x1000'],
    ['init_mm', 0, '0xffff800000000000', 1, '0x1000000040002403', '0x0'],
    ['init_mm', 1, '0xffff800080000000', 1, '0x1000000040003403', '0x0'],
    ['init_mm', 2, '0xffff800080400000', 1, '0x1000000040005403', '0x0'],
    ['init_mm', 3, MAPPED, 2, '0x60000081000783', '0x1000'],
  ],
  vmAreas: [
    { addr: AREA, size: '0x5000', flags: ['ALLOC'], pages: ['0x82000000', '0x3000', 4] },
    {
      addr: HUGE,
      size: '0x201000',
      flags: ['ALLOC', 'ALLOW_HUGE'],
      pages: ['0x83000000', '0x1000', 512],
    },
    { addr: MAPPED, size: '0x3000', flags: ['ALLOC', 'FLUSH_RESET_PERMS'] },
    { addr: GROUP, size: '0x11000', flags: ['ALLOC', 'ALLOW_HUGE'], pages: ['0x84000000', '0x1000', 16] },
  ],
};
const made = worldFromListing(MEMORY);
if (!made.ok) throw new Error(made.error.message);
const world = made.value;

function run(calls: ScenarioCall[], revision = 'v7.3', more: Partial<Scenario> = {}): Run {
  const done = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'A test',
      revision,
      memory: MEMORY,
      contexts: [{ cpu: 0, calls }],
      ...more,
    },
    world,
  );
  if (!done.ok) throw new Error(`${done.error.path}: ${done.error.message}`);
  return done.value;
}

/** Rows of the vmalloc area after the run, from level 2 on. */
function leaves(r: Run): readonly string[] {
  const play = r.playback();
  play.seek(r.steps.length);
  const roots = world.mms.map((m) => ({ mm: m.name, pgd: m.pgd, base: m.base }));
  return listTables(play.memory, world.geo, roots)
    .filter((row) => row[1] >= 2 && row[2].startsWith('0xffff8'))
    .map(([, level, va, n, value, step]) => `${level} ${va} ${n} ${value} ${step}`);
}

const vmalloc = (addr: string): ScenarioCall => ({ fn: 'vmalloc', addr, prot: PROT });
const vfree = (addr: string): ScenarioCall => ({ fn: 'vfree', addr });
const events = (r: Run, kinds: readonly string[]): string[] =>
  r.steps.flatMap((s) => {
    if (!kinds.includes(s.ev)) return [];
    if (s.ev === 'area') return [`${s.change} ${s.addr}`];
    if (s.ev === 'tlbi') return [`flush ${s.start} ${s.end}`];
    if (s.ev === 'set') return [`${s.fn} ${s.va ?? '-'} ${s.new}`];
    return [s.ev];
  });

describe('vmalloc()', () => {
  it('maps each page of the list, in tables that it makes', () => {
    const mapped = run([vmalloc(AREA)]);
    expect(mapped.results).toEqual([{ rets: [0] }]);
    expect(leaves(mapped).filter((row) => row.startsWith(`3 ${AREA}`))).toEqual([
      `3 ${AREA} 4 0xe8000082000703 0x3000`,
    ]);
    expect(events(mapped, ['area', 'alloc', 'tlbi'])).toEqual([`insert ${AREA}`, 'alloc']);
  });

  it('maps a block where the area allows it, its pages make one, and the kernel has it', () => {
    const block = `2 ${HUGE} 1 0xe8000083000701 0x0`;
    expect(leaves(run([vmalloc(HUGE)]))).toContain(block);
    expect(leaves(run([vmalloc(HUGE)], 'v6.12', { config: { ptdumpDebugfs: true } }))).not.toContain(block);
    // Pages in pieces can’t be one.
    const memory: ListingMemory = {
      ...MEMORY,
      vmAreas: MEMORY.vmAreas?.map((a) =>
        a.addr === HUGE ? { ...a, pages: ['0x83001000', '0x1000', 512] } : a,
      ),
    };
    const other = worldFromListing(memory);
    if (!other.ok) throw new Error(other.error.message);
    const pieces = runScenario({ ...run([vmalloc(HUGE)]).scenario, memory }, other.value);
    expect(pieces.ok && leaves(pieces.value).filter((row) => row.startsWith(`3 ${HUGE}`))).toEqual([
      `3 ${HUGE} 512 0xe8000083001703 0x1000`,
    ]);
  });

  it('maps a contiguous group in kernels that make them', () => {
    const row = (r: Run): string | undefined => leaves(r).find((l) => l.startsWith(`3 ${GROUP}`));
    expect(row(run([vmalloc(GROUP)]))).toBe(`3 ${GROUP} 16 0xf8000084000703 0x1000`);
    expect(row(run([vmalloc(GROUP)], 'v6.12'))).toBe(`3 ${GROUP} 16 0xe8000084000703 0x1000`);
  });

  it('is undone by vfree(), which leaves the tables and does not flush yet', () => {
    const both = run([vmalloc(AREA), vfree(AREA)]);
    expect(both.results).toEqual([{ rets: [0, 0] }]);
    expect(leaves(both).filter((row) => row.startsWith('3'))).toEqual([
      `3 ${MAPPED} 2 0x60000081000783 0x1000`,
    ]);
    expect(events(both, ['area', 'tlbi', 'warn', 'free'])).toEqual([`insert ${AREA}`, `unlink ${AREA}`]);
  });

  it('gives back what it mapped where a table can’t be had', () => {
    const failed = run([vmalloc(AREA)], 'v7.3', {
      contexts: [{ cpu: 0, calls: [vmalloc(AREA)], failAllocation: { table: 1 } }],
    });
    expect(failed.results).toEqual([{ rets: [-12] }]);
    expect(events(failed, ['area'])).toEqual([`insert ${AREA}`, `unlink ${AREA}`]);
  });

  it('has room only once, and only where the scenario lists an area', () => {
    expect(run([vmalloc(AREA), vmalloc(AREA)]).results).toEqual([{ rets: [0, -12] }]);
    expect(() => run([vmalloc('0xffff800090000000')])).toThrow(
      'contexts[0].calls[0].addr: is where no vmalloc area of memory.vmAreas starts',
    );
  });
});

describe('vfree()', () => {
  it('resets the permissions of the alias: invalid, one flush over all, default', () => {
    const freed = run([vfree(MAPPED)]);
    const linear = (va: string, value: string): string => `change_page_range ${va} ${value}`;
    const told = events(freed, ['area', 'set', 'tlbi']);
    expect(
      told.map((s) => s.replace(/^(pageattr_pte_entry|change_page_range)/, 'change_page_range')),
    ).toEqual([
      `unlink ${MAPPED}`,
      `vunmap_pte_range ${MAPPED} 0x0`,
      'vunmap_pte_range 0xffff800080402000 0x0',
      'vunmap_pte_range 0xffff800080403000 0x0',
      linear('0xffff000081000000', '0x60000081000f82'),
      linear('0xffff000081001000', '0x60000081001f82'),
      'flush 0xffff000081000000 0xffff800080404000',
      linear('0xffff000081000000', '0x68000081000703'),
      linear('0xffff000081001000', '0x68000081001703'),
    ]);
  });

  it('warns of an area that is not there, and nobody finds it any more', () => {
    const twice = run([
      vfree(MAPPED),
      vfree(MAPPED),
      { fn: 'set_memory_rw', addr: MAPPED, numpages: 2 },
      vfree('0xffff800080402000'),
    ]);
    expect(twice.results).toEqual([{ rets: [0, 0, -22, 0] }]);
    expect(events(twice, ['warn', 'area'])).toEqual([`unlink ${MAPPED}`, 'warn', 'warn']);
  });

  it('flushes at once with CONFIG_DEBUG_PAGEALLOC', () => {
    const freed = run([vmalloc(AREA), vfree(AREA)], 'v7.3', { config: { debugPagealloc: true } });
    expect(events(freed, ['tlbi'])).toEqual([`flush ${AREA} 0xffff800080005000`]);
  });
});
