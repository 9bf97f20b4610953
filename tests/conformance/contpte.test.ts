import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../../src-core/arch/arm64/geometry.ts';
import { U64 } from '../../src-core/base/u64.ts';
import type { ListingRow } from '../../src-core/memory/listing.ts';
import { loadListing } from '../../src-core/memory/listing.ts';
import { PhysicalMemory } from '../../src-core/memory/physical.ts';
import type { Run } from '../../src-core/scenario/run.ts';
import { runScenario } from '../../src-core/scenario/run-scenario.ts';
import type { ScenarioCall } from '../../src-core/scenario/schema.ts';
import type { World } from '../../src-core/scenario/world.ts';

/** Contiguous groups of pages: what the contpte layer does to user memory, and what a permission change does to kernel memory. */
const USER_ROOT = 0x2000000000;
const KERNEL_ROOT = 0x1000000000;
const KERNEL_BASE = U64.hex('0xffff000000000000');
const pointer = (pa: number): string => U64.hex('0x403').plus(pa).toHex();
/** A writable, dirty user page, without and with the contiguous bit. */
const USER = '0xe8000000000f43';
const USER_CONT = '0xf8000000000f43';
const PHYS = 0x40000000;
const at = (pa: number, prot: string): string => U64.hex(prot).plus(pa).toHex();

/** The first 512 pages of both halves: of the user's as told, of the kernel's as contiguous groups. */
function world(user: readonly ListingRow[]): World {
  const geo = parseArm64Geometry('4k48');
  if (!geo.ok) throw new Error(geo.error.message);
  const upper = (mm: string, root: number, va: string): ListingRow[] => [
    [mm, 0, va, 1, pointer(root + 0x1000), '0x0'],
    [mm, 1, va, 1, pointer(root + 0x2000), '0x0'],
    [mm, 2, va, 1, pointer(root + 0x3000), '0x0'],
  ];
  const memory = new PhysicalMemory();
  const kernelVa = KERNEL_BASE.toHex();
  loadListing(
    memory,
    geo.value,
    [
      { mm: 'init_mm', pgd: KERNEL_ROOT, base: KERNEL_BASE },
      { mm: 'user', pgd: USER_ROOT, base: U64.ZERO },
    ],
    [
      ...upper('init_mm', KERNEL_ROOT, kernelVa),
      ['init_mm', 3, kernelVa, 512, at(PHYS, '0xf8000000000707'), '0x1000'],
      ...upper('user', USER_ROOT, '0x0'),
      ...user,
    ],
  );
  return {
    name: 'groups',
    geo: geo.value,
    memory,
    mms: [
      { name: 'init_mm', pgd: KERNEL_ROOT, base: KERNEL_BASE },
      { name: 'user', pgd: USER_ROOT, base: U64.ZERO },
    ],
    config: { physOffset: U64.from(PHYS) },
    markers: [],
    notes: [],
  };
}

function run(call: ScenarioCall, user: readonly ListingRow[] = [], bbml3 = false): Run {
  const r = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'groups',
      revision: 'v7.3',
      memory: { capture: 'groups' },
      config: { bbml3 },
      contexts: [{ cpu: 0, calls: [call] }],
    },
    world(user),
    { fold: 'never' },
  );
  if (!r.ok) throw new Error(`${r.error.path} ${r.error.message}`);
  return r.value;
}

const setPtes = (
  mm: 'user' | 'init_mm',
  page: number,
  nr: number,
  prot = USER,
  frame = page,
): ScenarioCall => ({
  fn: 'set_ptes_at',
  mm,
  addr: (mm === 'user' ? U64.ZERO : KERNEL_BASE).plus(page * 4096).toHex(),
  phys: U64.from(PHYS + frame * 4096).toHex(),
  prot,
  nr,
});

/** Which of the first 48 user pages are contiguous, as `c`, or not, as `p`; `.`: empty. */
function groups(r: Run, root = USER_ROOT): string {
  const playback = r.playback();
  playback.seek(r.steps.length);
  return Array.from({ length: 48 }, (_, i) => {
    const v = playback.memory.read(root + 0x3000, i);
    return v.isZero() ? '.' : v.bit(52) ? 'c' : 'p';
  }).join('');
}
const GROUP: ListingRow = ['user', 3, '0x0', 16, at(PHYS, USER_CONT), '0x1000'];
const PAGES: ListingRow = ['user', 3, '0x0', 15, at(PHYS, USER), '0x1000'];
/** Exchanges, other stores, flushes. */
function cost(r: Run): readonly [number, number, number] {
  const sets = r.steps.filter((s) => s.ev === 'set');
  const exchanges = sets.filter((s) => s.ev === 'set' && s.atomic === true);
  return [exchanges.length, sets.length - exchanges.length, r.steps.filter((s) => s.ev === 'tlbi').length];
}

describe('several user entries at once', () => {
  it('are contiguous where a whole group is written, aligned in both spaces', () => {
    expect(groups(run(setPtes('user', 8, 32)))).toBe(
      `${'.'.repeat(8)}${'p'.repeat(8)}${'c'.repeat(16)}${'p'.repeat(8)}${'.'.repeat(8)}`,
    );
    expect(groups(run(setPtes('user', 0, 32, USER, 3)))).toBe(`${'p'.repeat(32)}${'.'.repeat(16)}`);
  });

  it('cost a store each, whatever they become, and are refused beyond the table', () => {
    expect(cost(run(setPtes('user', 0, 48)))).toEqual([0, 48, 0]);
    expect(run(setPtes('user', 500, 13)).results[0]?.rets).toEqual([-22]);
  });
});

describe('a single user entry', () => {
  it('takes its group apart first: cleared, flushed, written as pages', () => {
    const r = run(setPtes('user', 5, 1, '0xe0000000000fc3'), [GROUP]);
    expect(groups(r)).toBe(`${'p'.repeat(16)}${'.'.repeat(32)}`);
    expect(cost(r)).toEqual([16, 17, 1]);
    const flush = r.steps.find((s) => s.ev === 'tlbi');
    expect(flush).toMatchObject({ start: '0x0', end: '0x10000' });
    // Nothing is mapped while the TLB is flushed.
    const playback = r.playback();
    playback.seek(flush?.n ?? 0);
    expect(playback.memory.read(USER_ROOT + 0x3000, 5).isZero()).toBe(true);
  });

  it('needs no flush where the CPUs bear two sizes at once', () => {
    expect(cost(run(setPtes('user', 5, 1), [GROUP], true))).toEqual([16, 17, 0]);
  });

  it('puts the group together when it is the last one needed, and alike', () => {
    const last = run(setPtes('user', 15, 1), [PAGES]);
    expect(groups(last)).toBe(`${'c'.repeat(16)}${'.'.repeat(32)}`);
    expect(cost(last)).toEqual([16, 17, 1]);
    const readOnly = run(setPtes('user', 15, 1, '0xe0000000000fc3'), [PAGES]);
    expect(groups(readOnly)).toBe(`${'p'.repeat(16)}${'.'.repeat(32)}`);
    expect(cost(readOnly)).toEqual([0, 1, 0]);
    expect(groups(run(setPtes('user', 15, 1, USER, 31), [PAGES]))).toBe(`${'p'.repeat(16)}${'.'.repeat(32)}`);
  });

  it('keeps that any page was written to or used', () => {
    const clean: ListingRow = ['user', 3, '0x0', 15, at(PHYS, '0x68000000000bc3'), '0x1000'];
    const r = run(setPtes('user', 15, 1), [clean]);
    expect(groups(r)).toBe(`${'c'.repeat(16)}${'.'.repeat(32)}`);
    const playback = r.playback();
    playback.seek(r.steps.length);
    const first = playback.memory.read(USER_ROOT + 0x3000, 0);
    expect([first.bit(10), first.bit(55), first.bit(7)]).toEqual([true, true, false]);
  });
});

describe('kernel entries', () => {
  const kernel = '0xe8000000000707';

  it('are left as they are told: no group is made or taken apart, and nothing is cleared', () => {
    const r = run(setPtes('init_mm', 5, 1, kernel));
    expect(cost(r)).toEqual([0, 1, 0]);
    expect(groups(r, KERNEL_ROOT)).toBe(`${'c'.repeat(5)}p${'c'.repeat(42)}`);
    const several = run(setPtes('init_mm', 0, 16, kernel));
    expect(groups(several, KERNEL_ROOT)).toBe(`${'p'.repeat(16)}${'c'.repeat(32)}`);
    expect(several.steps.filter((s) => s.ev === 'dsb')).toHaveLength(1);
  });

  it.each([
    ['a page of a group', 5, 1, 16, 1, 'p'.repeat(16)],
    ['a whole group', 0, 16, 0, 16, 'c'.repeat(16)],
    ['half a group and the next', 8, 24, 16, 24, 'p'.repeat(16)],
  ] as const)('change within a contiguous run: %s', (_, page, n, split, walk, first) => {
    const r = run(
      {
        fn: 'update_range_prot',
        start: KERNEL_BASE.plus(page * 4096).toHex(),
        size: U64.from(n * 4096).toHex(),
        set: '0x80',
        clear: '0x8000000000000',
      },
      [],
      true,
    );
    const unlock = r.steps.findIndex((s) => s.ev === 'unlock');
    const stores = (steps: Run['steps']): number => steps.filter((s) => s.ev === 'set').length;
    expect([stores(r.steps.slice(0, unlock)), stores(r.steps.slice(unlock))]).toEqual([split, walk]);
    expect(groups(r, KERNEL_ROOT)).toBe(`${first}${'c'.repeat(32)}`);
  });
});
