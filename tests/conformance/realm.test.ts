import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../../src-core/arch/arm64/geometry.ts';
import { U64 } from '../../src-core/base/u64.ts';
import type { ListingRow } from '../../src-core/memory/listing.ts';
import { loadListing } from '../../src-core/memory/listing.ts';
import { PhysicalMemory } from '../../src-core/memory/physical.ts';
import type { Run } from '../../src-core/scenario/run.ts';
import { runScenario } from '../../src-core/scenario/run-scenario.ts';
import type { ScenarioCall, ScenarioConfig } from '../../src-core/scenario/schema.ts';
import type { World } from '../../src-core/scenario/world.ts';

/** Memory of a Realm's linear map, shared with its host and taken back: what refuses, and what stays changed. */
const BASE = U64.hex('0xffff000000000000');
const ROOT = 0x1000000000;
const at = (offset: number): string => BASE.plus(offset).toHex();
const pointer = (pa: number): string => U64.hex('0x1000000000000403').plus(pa).toHex();
const SHARED = U64.bit(47);

/** Two blocks, then a table of pages. */
function world(): World {
  const geo = parseArm64Geometry('4k48');
  if (!geo.ok) throw new Error(geo.error.message);
  const rows: ListingRow[] = [
    ['init_mm', 0, at(0), 1, pointer(ROOT + 0x1000), '0x0'],
    ['init_mm', 1, at(0), 1, pointer(ROOT + 0x2000), '0x0'],
    ['init_mm', 2, at(0), 2, '0xe8000000000705', '0x200000'],
    ['init_mm', 2, at(0x400000), 1, pointer(ROOT + 0x3000), '0x0'],
    ['init_mm', 3, at(0x400000), 512, '0xe8000000400707', '0x1000'],
  ];
  const memory = new PhysicalMemory();
  loadListing(memory, geo.value, [{ mm: 'init_mm', pgd: ROOT, base: BASE }], rows);
  return {
    name: 'realm',
    geo: geo.value,
    memory,
    mms: [{ name: 'init_mm', pgd: ROOT, base: BASE }],
    markers: [],
    notes: [],
  };
}

function run(call: ScenarioCall, config: ScenarioConfig = {}, revision = 'v7.3'): Run {
  const r = runScenario(
    {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'realm',
      revision,
      memory: { capture: 'realm' },
      config: { realm: true, ...config },
      contexts: [{ cpu: 0, calls: [call] }],
    },
    world(),
    { fold: 'never' },
  );
  if (!r.ok) throw new Error(`${r.error.path} ${r.error.message}`);
  return r.value;
}

const share = (offset: number, numpages: number, rsiFails = false): ScenarioCall => ({
  fn: 'set_memory_decrypted',
  addr: at(offset),
  numpages,
  ...(rsiFails ? { rsiFails } : {}),
});

function entry(r: Run, table: number, idx: number): U64 {
  const playback = r.playback();
  playback.seek(r.steps.length);
  return playback.memory.read(table, idx);
}
const PMD = ROOT + 0x2000;
const PTE = ROOT + 0x3000;
const told = (r: Run): string[] =>
  r.steps.flatMap((s) => (s.ev === 'set' || s.ev === 'tlbi' || s.ev === 'warn' ? [s.ev] : []));

describe('sharing memory with the host', () => {
  it('takes the mapping away with the new sharing in it, flushes, and makes it valid: a break before a make', () => {
    const r = run(share(0x405000, 1));
    expect(r.results[0]?.rets).toEqual([0]);
    expect(told(r)).toEqual(['set', 'tlbi', 'set']);
    expect(entry(r, PTE, 5).toHex()).toBe(U64.hex('0xe8000000405707').or(SHARED).toHex());
    const back = run({ ...share(0x405000, 1), fn: 'set_memory_encrypted' } as ScenarioCall);
    expect(entry(back, PTE, 5).toHex()).toBe('0xe8000000405707');
  });

  it('splits a live block first where the CPUs allow that', () => {
    const r = run(share(0x5000, 1));
    expect(r.results[0]?.rets).toEqual([0]);
    expect(r.steps.filter((s) => s.ev === 'alloc')).toHaveLength(1);
  });

  it('refuses a block it may not split: two warnings, and nothing changed', () => {
    const r = run(share(0x5000, 1), { bbml3: false });
    expect(r.results[0]?.rets).toEqual([-22]);
    expect(told(r)).toEqual(['warn', 'tlbi', 'warn']);
    expect(r.steps.flatMap((s) => (s.ev === 'warn' ? [s.fn] : []))).toEqual([
      'pageattr_pmd_entry',
      'realm_set_memory_decrypted',
    ]);
  });

  it('leaves the blocks before it shared and without a mapping', () => {
    const r = run(share(0, 513), { bbml3: false });
    expect(r.results[0]?.rets).toEqual([-22]);
    expect(told(r)).toEqual(['set', 'warn', 'tlbi', 'warn']);
    expect(entry(r, PMD, 0).and(U64.from(0x801)).toHex()).toBe('0x800');
    expect(entry(r, PMD, 0).intersects(SHARED)).toBe(true);
    expect(entry(r, PMD, 1).toHex()).toBe('0xe8000000200705');
  });

  it('leaves the memory without a mapping where the monitor refuses, and warns', () => {
    const r = run(share(0x405000, 1, true));
    expect(r.results[0]?.rets).toEqual([-22]);
    expect(told(r)).toEqual(['set', 'tlbi', 'warn']);
    expect(entry(r, PTE, 5).bit(0)).toBe(false);
  });

  it('is for the linear map only, and does nothing outside a Realm', () => {
    const vmalloc = { ...share(0, 1), addr: '0xffff800080000000' } as ScenarioCall;
    expect(run(vmalloc).results[0]?.rets).toEqual([-22]);
    const outside = run(share(0x405000, 1), { realm: false });
    expect(outside.results[0]?.rets).toEqual([0]);
    expect(told(outside)).toEqual([]);
    const unaligned = run({ ...share(0x405010, 1) });
    expect(unaligned.results[0]?.rets).toEqual([0]);
    expect(told(unaligned)).toEqual(['warn']);
  });

  it('does not exist in 6.12', () => {
    expect(() => run(share(0x405000, 1), {}, 'v6.12')).toThrow(
      'set_memory_decrypted does not exist in v6.12',
    );
  });
});

describe('single pages of the linear map', () => {
  const page: ScenarioCall = { fn: 'set_direct_map_invalid_noflush', pfn: '0x405' };
  const off = { rodataFull: false };

  it('can change in a Realm, whatever else was asked for at boot', () => {
    expect(told(run(page, off))).toEqual(['set']);
    expect(told(run(page, { ...off, realm: false }))).toEqual([]);
  });

  it('not in 6.12, which knows no Realm', () => {
    expect(told(run(page, off, 'v6.12'))).toEqual([]);
  });
});
