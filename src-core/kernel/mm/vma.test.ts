import { describe, expect, it } from 'vitest';
import { worldFromListing } from '../../scenario/listing-world.ts';
import type { ListingMemory } from '../../scenario/listing-world.ts';
import { PROCESS } from '../../scenario/library/worlds.ts';
import { TO_MOVE, TWO_FILES } from '../../scenario/library/worlds-user.ts';
import { runScenario } from '../../scenario/run-scenario.ts';
import type { Run } from '../../scenario/run.ts';
import type { Scenario, ScenarioCall } from '../../scenario/schema.ts';
import { tablesAt } from '../../claims/evidence.ts';

function run(memory: ListingMemory, calls: ScenarioCall[], more: Partial<Scenario> = {}): Run {
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(world.error.message);
  const scenario: Scenario = {
    format: 'pagewalk/scenario',
    version: 1,
    title: 'A test',
    revision: 'v7.3',
    memory,
    contexts: [{ cpu: 0, calls }],
    ...more,
  };
  const made = runScenario(scenario, world.value);
  if (!made.ok) throw new Error(`${made.error.path}: ${made.error.message}`);
  expect(made.value.steps.filter((s) => s.ev === 'violation')).toEqual([]);
  return made.value;
}

/** What a run did to locks, VMAs, entries and tables. */
function story({ steps }: Run): string[] {
  return steps.flatMap((s) => {
    switch (s.ev) {
      case 'lock':
      case 'unlock':
        return s.name === 'rcu' ? [] : [`${s.ev} ${s.name} ${s.mode}`];
      case 'downgrade':
        return [`downgrade ${s.name}`];
      case 'vmalock':
        return [`${s.name} ${s.vma}`];
      case 'vma':
        return [`${s.change} ${s.vma}${s.addr === undefined ? '' : ` ${s.addr}`}`];
      case 'set':
        return [`${s.level} ${s.va ?? '-'} ${s.new}`];
      case 'tlbi':
        return [`flush ${s.start}-${s.end}`];
      case 'gp':
        return [`grace period ${s.phase}`];
      case 'free':
        return [`free ${s.level} ${s.table}`];
      default:
        return [];
    }
  });
}

const freed = (of: Run): string[] => story(of).filter((s) => s.startsWith('free '));

describe('munmap', () => {
  it('detaches under the write lock, downgrades, clears, unlinks, frees from the PTE table up, and waits for RCU last', () => {
    const whole = run(TWO_FILES, [{ fn: 'munmap', addr: '0x40000000', size: '0x2000' }]);
    expect(story(whole)).toEqual([
      'lock mmap:user write',
      'vma_start_write 1',
      'detach 1',
      'erase 1',
      'downgrade mmap:user',
      'lock ptl write',
      'pte 0x40000000 0x0',
      'pte 0x40001000 0x0',
      'unlock ptl write',
      'lock i_mmap:1 write',
      'unlink 1',
      'unlock i_mmap:1 write',
      'pmd 0x40000000 0x0',
      'pud 0x40000000 0x0',
      'flush 0x40000000-0x40002000',
      'grace period start',
      'unlock mmap:user read',
      'grace period end',
      'free pte 0x48015000',
      'free pmd 0x48014000',
    ]);
    expect(whole.results).toEqual([{ rets: [0] }]);
  });

  it('keeps the lock for write inside mmap(), and locks the VMAs again while it frees', () => {
    const inside = run(TWO_FILES, [{ fn: 'munmap', addr: '0x40000000', size: '0x2000', unlock: false }]);
    expect(story(inside).filter((s) => /mmap:user|start_write/.test(s))).toEqual([
      'lock mmap:user write',
      'vma_start_write 1',
      'vma_start_write 1',
      'unlock mmap:user write',
    ]);
  });

  it('leaves tables that neighbours use', () => {
    // Both lie in one PTE table.
    expect(freed(run(PROCESS, [{ fn: 'munmap', addr: '0x410000', size: '0x2000' }]))).toEqual([]);
    // The last of its GiB: PTE tables and their PMD table go, the PUD table stays.
    expect(freed(run(PROCESS, [{ fn: 'munmap', addr: '0x40000000', size: '0x800000' }]))).toEqual([
      'free pte 0x48015000',
      'free pte 0x48016000',
      'free pmd 0x48014000',
    ]);
    // All of them: the root alone is left.
    expect(freed(run(PROCESS, [{ fn: 'munmap', addr: '0x0', size: '0x7fffffff000' }]))).toEqual([
      'free pte 0x48013000',
      'free pmd 0x48012000',
      'free pte 0x48015000',
      'free pte 0x48016000',
      'free pmd 0x48014000',
      'free pud 0x48011000',
    ]);
  });

  it('cuts a VMA at both ends of the range', () => {
    const part = run(PROCESS, [{ fn: 'munmap', addr: '0x401000', size: '0x2000' }]);
    expect(story(part).filter((s) => /split|detach|^pte/.test(s))).toEqual([
      'split 0 0x401000',
      'split 3 0x403000',
      'detach 3',
      'pte 0x401000 0x0',
      'pte 0x402000 0x0',
    ]);
    expect(freed(part)).toEqual([]);
  });

  it('does nothing where nothing is mapped, and refuses what is not page aligned', () => {
    expect(run(PROCESS, [{ fn: 'munmap', addr: '0x500000', size: '0x1000' }]).results).toEqual([
      { rets: [0] },
    ]);
    expect(run(PROCESS, [{ fn: 'munmap', addr: '0x500800', size: '0x1000' }]).results).toEqual([
      { rets: [-22] },
    ]);
  });

  it('does without the mm’s lock where the scenario leaves that out, downgrade and all', () => {
    const without = run(TWO_FILES, [{ fn: 'munmap', addr: '0x40000000', size: '0x2000' }], {
      contexts: [
        { cpu: 0, omit: ['mmap:user'], calls: [{ fn: 'munmap', addr: '0x40000000', size: '0x2000' }] },
      ],
    });
    expect(without.results).toEqual([{ rets: [0] }]);
    expect(story(without).filter((s) => s.includes('mmap:user'))).toEqual([]);
    expect(freed(without).length).toBeGreaterThan(0);
  });

  it('madvise and mremap refuse addresses between pages; a size of madvise is rounded up', () => {
    const rets = (call: ScenarioCall): unknown => run(TWO_FILES, [call]).results[0]?.rets[0];
    expect(rets({ fn: 'do_madvise', addr: '0x40000001', size: '0x1000', by: 'vma' })).toBe(-22);
    expect(rets({ fn: 'do_madvise', addr: '0x40000000', size: '0x0', by: 'vma' })).toBe(0);
    expect(rets({ fn: 'do_madvise', addr: '0x40000000', size: '0xffffffffffffffff', by: 'vma' })).toBe(-22);
    const part = run(TWO_FILES, [{ fn: 'do_madvise', addr: '0x40000000', size: '0x1', by: 'vma' }]);
    expect(story(part).filter((s) => s.startsWith('pte '))).toEqual(['pte 0x40000000 0x0']);
    for (const [addr, to, size] of [
      ['0x200800', '0x600000', '0x200000'],
      ['0x200000', '0x600800', '0x200000'],
      ['0x200000', '0x600000', '0x1800'],
    ] as const)
      expect(run(TO_MOVE, [{ fn: 'move_vma', addr, to, size }]).results).toEqual([{ rets: [-22] }]);
  });

  it('leaves nothing for those who look the VMA up afterwards', () => {
    const after = run(TWO_FILES, [
      { fn: 'munmap', addr: '0x40000000', size: '0x2000' },
      { fn: 'do_page_fault', addr: '0x40000000', entry: '0xe8000049400f43', by: 'vma' },
      { fn: 'do_madvise', addr: '0x40000000', size: '0x1000', by: 'mmap' },
    ]);
    expect(after.results).toEqual([{ rets: [0, -14, -12] }]);
  });
});

describe('exit_mmap', () => {
  it('clears entries under the read lock, frees every table but the root under the write lock', () => {
    const end = run(PROCESS, [{ fn: 'exit_mmap' }]);
    expect(story(end).filter((s) => /mmap:user/.test(s))).toEqual([
      'lock mmap:user read',
      'unlock mmap:user read',
      'lock mmap:user write',
      'unlock mmap:user write',
    ]);
    expect(freed(end)).toHaveLength(6);
    const locked = end.steps.find((s) => s.ev === 'lock' && s.mode === 'write' && s.name === 'mmap:user');
    for (const s of end.steps)
      if (s.ev === 'set') expect(s.level === 'pte', `${s.n}`).toBe(s.n < (locked?.n ?? 0));
  });
});

describe('what brings entries in and moves them', () => {
  it('a fault builds the tables that are missing, and sets the entry once', () => {
    const entry = '0xe8000049400f43';
    const fault: ScenarioCall = { fn: 'do_page_fault', addr: '0x40400000', entry, by: 'vma' };
    const twice = run(PROCESS, [fault, { ...fault, entry: '0xe8000049500f43' }]);
    expect(tablesAt(twice, undefined, 'user').entry('0x40400000').value.toHex()).toBe(entry);
    expect(twice.steps.filter((s) => s.ev === 'alloc').map((s) => s.level)).toEqual(['pte']);
    expect(twice.results).toEqual([{ rets: [0, 0] }]);
  });

  it('mremap moves a table where both ranges lie alike, and entries one by one elsewhere', () => {
    const whole = run(TO_MOVE, [{ fn: 'move_vma', addr: '0x200000', to: '0x600000', size: '0x200000' }]);
    expect(story(whole).filter((s) => /^(pmd|pte) 0x/.test(s))).toEqual([
      'pmd 0x200000 0x0',
      'pmd 0x600000 0x800000048013403',
    ]);
    expect(freed(whole)).toEqual([]);
    const page = '0xe8000049200f43';
    expect(tablesAt(whole, undefined, 'user').entry('0x600000').value.toHex()).toBe(page);
    // What is done there later is told at the new address.
    const later: ScenarioCall = { fn: 'do_madvise', addr: '0x600000', size: '0x1000', by: 'vma' };
    const zapped = run(TO_MOVE, [
      { fn: 'move_vma', addr: '0x200000', to: '0x600000', size: '0x200000' },
      later,
    ]);
    expect(story(zapped)).toContain('pte 0x600000 0x0');
    const unalike: ListingMemory = {
      ...TO_MOVE,
      vmas: [
        { start: '0x200000', end: '0x400000', flags: [] },
        { start: '0x601000', end: '0x603000', flags: [] },
      ],
    };
    const pages = run(unalike, [{ fn: 'move_vma', addr: '0x200000', to: '0x601000', size: '0x2000' }]);
    expect(story(pages).filter((s) => s.startsWith('pte 0x'))).toEqual([
      'pte 0x200000 0x0',
      `pte 0x601000 ${page}`,
    ]);
    expect(pages.results).toEqual([{ rets: [0] }]);
  });

  it('collapse leaves VMAs with an anon_vma alone', () => {
    const both = run(TWO_FILES, [
      { fn: 'mfill_atomic_copy', addr: '0x201000', entry: '0xe8000049400f43', by: 'vma' },
      { fn: 'collapse_file', file: 0, first: 0, nr: 0 },
    ]);
    expect(both.results).toEqual([{ rets: [0, 0] }]);
    expect(run(TWO_FILES, [{ fn: 'collapse_file', file: 0, first: 0, nr: 1 }]).results).toEqual([
      { rets: [1] },
    ]);
  });
});
