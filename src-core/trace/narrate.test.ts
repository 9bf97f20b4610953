import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitrarySteps, contextOf, GEOMETRIES, geometryOf } from '../../tests/support/arbitrary-steps.ts';
import type { Step, StepEvent } from '../step/step.ts';
import { narrate, narrateRich } from './narrate.ts';
import { spanText } from './spans.ts';
import { errnoName, lockWords } from './words.ts';

const BASE = { ctx: 0, cpu: 0, fn: 'walk_pmd_range', at: 'mm/pagewalk.c:96', depth: 5, held: [] } as const;
const PMD = { hw: 2, table: '0x7fffe000', idx: 15, va: '0xffff000041e00000', level: 'pmd' } as const;
const PTE = { hw: 3, table: '0x4174e000', idx: 5, va: '0xffff000041e05000', level: 'pte' } as const;
const BLOCK = '0xe8000041e00705';
const TABLE = '0x180000004174e403';
const read = { ev: 'load', by: 'pmdp_get', once: true, dead: false } as const;

/** The sentence for the last of these events, the others having happened before it in the same context. */
function say(id: string, ...events: readonly (StepEvent & Partial<Step>)[]): string {
  const geo = geometryOf(id);
  const steps = events.map((event, i): Step => ({ ...BASE, n: i + 1, ...event }));
  const last = steps[steps.length - 1];
  if (last === undefined) throw new Error('no step');
  return narrate(last, contextOf(geo, steps));
}

describe('narrate', () => {
  const cases: readonly (readonly [sentence: string, event: StepEvent & Partial<Step>])[] = [
    [
      'Calls walk_page_range_debug(efi_mm, 0x0, 0x4000000, ops=pud pmd hole).',
      {
        ev: 'call',
        fn: 'walk_page_range_debug',
        args: { mm: 'efi_mm', start: '0x0', end: '0x4000000', ops: 'pud pmd hole' },
      },
    ],
    ['Returns 0.', { ev: 'return', ret: 0 }],
    ['Returns 1.', { ev: 'return', ret: 1 }],
    ['Returns -22 (-EINVAL).', { ev: 'return', ret: -22 }],
    ['walk_pmd_range reads PMD[15] with pmdp_get(): a table, 4174e000.', { ...read, ...PMD, value: TABLE }],
    [
      'Writes PMD[15]: from a block RW NX, 41e00000, to a table, 4174e000.',
      { ev: 'set', ...PMD, old: BLOCK, new: TABLE },
    ],
    ['Writes PMD[15]: from none to a table, 4174e000.', { ev: 'set', ...PMD, old: '0x0', new: TABLE }],
    ['Writes PMD[15]: from a table, 4174e000, to none.', { ev: 'set', ...PMD, old: TABLE, new: '0x0' }],
    [
      'Writes PTE[5]: page RW NX becomes page RO NX; sets RDONLY, clears WRITE.',
      { ev: 'set', ...PTE, old: '0xe8000041e05703', new: '0xe0000041e05783' },
    ],
    [
      'Writes PMD[15]: block RW NX becomes INV RW NX; sets PRESENT_INVALID.',
      { ev: 'set', ...PMD, old: BLOCK, new: '0xe8000041e00f04' },
    ],
    [
      'Writes PTE[5]: still page RW NX; sets AF.',
      { ev: 'set', ...PTE, old: '0xe8000041e05303', new: '0xe8000041e05703' },
    ],
    [
      'Writes PTE[5]: the value it has, a page RW NX, 41e05000.',
      { ev: 'set', ...PTE, old: '0xe8000041e05703', new: '0xe8000041e05703' },
    ],
    [
      'Writes PTE[0] in a table that is not linked: from none to a page RW NX cont, 41e00000.',
      { ev: 'set', ...PTE, idx: 0, va: null, old: '0x0', new: '0xf8000041e00707' },
    ],
    [
      'Fills PTE[0…511] of the new table 4174e000: a page RW NX cont, 41e00000, and so on every 4K.',
      {
        ev: 'set',
        ...PTE,
        idx: 0,
        va: null,
        count: 512,
        old: '0x0',
        new: '0xf8000041e00707',
        dnew: '0x1000',
      },
    ],
    [
      'Fills PTE[0…511] of the new table 4174e000, each with a page RW NX cont, 41e00000.',
      { ev: 'set', ...PTE, idx: 0, va: null, count: 512, old: '0x0', new: '0xf8000041e00707' },
    ],
    [
      'Writes PTE[5…20]; the first: page RW NX becomes page RO NX; sets RDONLY, clears WRITE; and so on every 4K.',
      {
        ev: 'set',
        ...PTE,
        count: 16,
        old: '0xe8000041e05703',
        new: '0xe0000041e05783',
        dold: '0x1000',
        dnew: '0x1000',
      },
    ],
    [
      'Writes PTE[5…20] in a table that is not linked; the first: from a page RW NX, 41e05000, to none.',
      { ev: 'set', ...PTE, va: null, count: 16, old: '0xe8000041e05703', new: '0x0', dold: '0x1000' },
    ],
    [
      'Writes PTE[5…20]; the first: from none to a page RW NX, 41e05000.',
      { ev: 'set', ...PTE, count: 16, old: '0x0', new: '0xe8000041e05703' },
    ],
    [
      'Calls update_range_prot(0xffff000041e00000, size=0x1000, set=0x80, clear=0x8000000000000).',
      {
        ev: 'call',
        fn: 'update_range_prot',
        args: { start: '0xffff000041e00000', size: '0x1000', set: '0x80', clear: '0x8000000000000' },
      },
    ],
    [
      'Calls set_memory_ro(0xffff800080000000, numpages=4).',
      { ev: 'call', fn: 'set_memory_ro', args: { addr: '0xffff800080000000', numpages: '4' } },
    ],
    [
      'Calls test_walk for 400000 to 600000: it decides whether this VMA is walked.',
      { ev: 'test_walk', fn: 'test_walk', addr: '0x400000', next: '0x600000' },
    ],
    [
      'Calls pre_vma for 400000 to 600000, before the tables of this VMA are walked.',
      { ev: 'pre_vma', fn: 'pre_vma', addr: '0x400000', next: '0x600000' },
    ],
    ['Calls post_vma: the walk under this VMA is over.', { ev: 'post_vma', fn: 'post_vma' }],
    ['vma_start_write() locks VMA 0 for write.', { ev: 'vmalock', name: 'vma_start_write', vma: 0 }],
    [
      'vma_assert_write_locked() checks that VMA 2 is locked for write.',
      { ev: 'vmalock', name: 'vma_assert_write_locked', vma: 2 },
    ],
    [
      'vma_assert_locked() checks that VMA 1 is locked.',
      { ev: 'vmalock', name: 'vma_assert_locked', vma: 1 },
    ],
    [
      'split_huge_pmd() for 41e00000 finds a block RW NX, 41e00000; it is cleared next.',
      { ev: 'split_huge', level: 'pmd', addr: '0x41e00000', val: BLOCK },
    ],
    [
      'split_huge_pmd() for 41e00000 finds not present, e8000041e00700; it is cleared next.',
      { ev: 'split_huge', level: 'pmd', addr: '0x41e00000', val: '0xe8000041e00700' },
    ],
    [
      'A BUG fires in init_pte(). This context ends here; what it holds stays held.',
      { ev: 'bug', fn: 'init_pte' },
    ],
    ['Enters lazy MMU mode: barriers asked for inside may wait for its end.', { ev: 'lazy', on: true }],
    ['Leaves lazy MMU mode.', { ev: 'lazy', on: false }],
    ['DSB: the stores so far are complete, and every CPU’s table walker sees them.', { ev: 'dsb' }],
    ['ISB: what this CPU does from here on sees them too.', { ev: 'isb' }],
    [
      'flush_tlb_kernel_range(): all CPUs forget ffff800080000000 to ffff800080004000.',
      { ev: 'tlbi', start: '0xffff800080000000', end: '0xffff800080004000' },
    ],
    [
      'flush_tlb_kernel_range(): all CPUs forget ffffffffffe00000 to the end of the address space.',
      { ev: 'tlbi', start: '0xffffffffffe00000', end: '0x0' },
    ],
    [
      'flush_tlb_kernel_range() of an empty range: no CPU forgets anything.',
      { ev: 'tlbi', start: '0xffff800080000000', end: '0xffff800080000000' },
    ],
    [
      'Allocates a page for a PTE table (may sleep): 2000000000.',
      { ev: 'alloc', level: 'pte', table: '0x2000000000', gfp: 'kernel' },
    ],
    [
      'Allocates a page for a PMD table (may not sleep): 2000000000.',
      { ev: 'alloc', level: 'pmd', table: '0x2000000000', gfp: 'atomic' },
    ],
    ['Allocates a page for a PUD table: 2000000000.', { ev: 'alloc', level: 'pud', table: '0x2000000000' }],
    [
      'Asks for a page for a PTE table (may sleep): there is none.',
      { ev: 'alloc', level: 'pte', table: null, gfp: 'kernel' },
    ],
    [
      'pagetable_pte_ctor(init_mm): page 2000000000 counts as a PTE table now.',
      { ev: 'ctor', level: 'pte', table: '0x2000000000', mm: 'init_mm' },
    ],
    [
      'pagetable_pmd_ctor(NULL): page 2000000000 counts as a PMD table now.',
      { ev: 'ctor', level: 'pmd', table: '0x2000000000', mm: null },
    ],
    [
      'pagetable_pud_ctor(): page 2000000000 counts as a PUD table now.',
      { ev: 'ctor', level: 'pud', table: '0x2000000000' },
    ],
    ['vm_unmap_aliases(): mappings of vmap areas that were freed lazily go now.', { ev: 'unmap_aliases' }],
    ['Takes init_mm.mmap_lock for read.', { ev: 'lock', name: 'mmap:init_mm', mode: 'read' }],
    ['Takes pgtable_split_lock.', { ev: 'lock', name: 'pgtable_split_lock', mode: 'write' }],
    ['Takes the PTE lock of table 4174e000.', { ev: 'lock', name: 'ptl@0x4174e000', mode: 'write' }],
    ['Enters an RCU read section.', { ev: 'lock', name: 'rcu', mode: 'read' }],
    [
      'Tries for init_mm.mmap_lock for read and gets it.',
      { ev: 'trylock', name: 'mmap:init_mm', mode: 'read', ok: true },
    ],
    [
      'Tries for init_mm.mmap_lock for read: not free. It does not wait.',
      { ev: 'trylock', name: 'mmap:init_mm', mode: 'read', ok: false },
    ],
    [
      'Waits for init_mm.mmap_lock for write: new readers wait behind it.',
      { ev: 'wait', name: 'mmap:init_mm', mode: 'write' },
    ],
    [
      'Downgrades user.mmap_lock: held for read now, and never free in between.',
      { ev: 'downgrade', name: 'mmap:user' },
    ],
    ['vma_mark_detached(): nobody can lock VMA 2 any more.', { ev: 'vma', vma: 2, change: 'detach' }],
    [
      'VMA 2 goes out of the tree of its mm: no lookup by address finds it.',
      { ev: 'vma', vma: 2, change: 'erase' },
    ],
    [
      'VMA 2 is unlinked from rmap: nobody finds it by its file or its pages.',
      { ev: 'vma', vma: 2, change: 'unlink' },
    ],
    [
      'VMA 0 gets an anon_vma: pages of its own are to be mapped in it.',
      { ev: 'vma', vma: 0, change: 'anon' },
    ],
    [
      '__split_vma(): VMA 0 ends at 0x402000, and a new one has the rest.',
      { ev: 'vma', vma: 0, change: 'split', addr: '0x402000' },
    ],
    ['An RCU grace period starts: it waits for the read sections open now.', { ev: 'gp', phase: 'start' }],
    ['The RCU grace period is over: every section open at its start was left.', { ev: 'gp', phase: 'end' }],
    [
      'pagetable_pte_ctor(NULL): page 2000000000 counts as a PTE table now, its lock in the page’s descriptor.',
      { ev: 'ctor', level: 'pte', table: '0x2000000000', mm: null, lock: 'embedded' },
    ],
    [
      'pagetable_dtor(): page 2000000000 counts as a PTE table no more, and has no lock.',
      { ev: 'dtor', level: 'pte', table: '0x2000000000' },
    ],
    [
      'Queues the page of the PTE table 2000000000: a worker frees it once the IOMMU has forgotten it.',
      { ev: 'free', level: 'pte', table: '0x2000000000', deferred: true },
    ],
    [
      'Allocates 4 pages for a PGD table of user (may sleep): 2000000000.',
      { ev: 'alloc', level: 'pgd', table: '0x2000000000', gfp: 'kernel', mm: 'user', order: 2 },
    ],
    ['Frees the page of the PTE table 2000000000.', { ev: 'free', level: 'pte', table: '0x2000000000' }],
    ['Leaves the RCU read section.', { ev: 'unlock', name: 'rcu', mode: 'read' }],
    ['Releases efi_mm.mmap_lock.', { ev: 'unlock', name: 'mmap:efi_mm', mode: 'write' }],
    [
      'mmap_assert_locked(init_mm): held.',
      { ev: 'assert', name: 'mmap_assert_locked', mm: 'init_mm', ok: true },
    ],
    [
      'mmap_assert_locked(init_mm): not held. A warning only; the walk goes on.',
      { ev: 'assert', name: 'mmap_assert_locked', mm: 'init_mm', ok: false },
    ],
    [
      'mmap_assert_write_locked(efi_mm): not held for write. A warning only; the walk goes on.',
      { ev: 'assert', name: 'mmap_assert_write_locked', mm: 'efi_mm', ok: false },
    ],
    [
      'pmd_entry(ffff000041e00000) saw a block RW NX, 41e00000.',
      { ev: 'cb', level: 'pmd', addr: '0xffff000041e00000', next: '0xffff000042000000', val: BLOCK },
    ],
    [
      'pmd_entry(ffff000041e05000 to ffff000041e06000) saw a block RW NX, 41e00000: the range is a part of it.',
      { ev: 'cb', level: 'pmd', addr: '0xffff000041e05000', next: '0xffff000041e06000', val: BLOCK },
    ],
    [
      'pte_entry(ffff000041e00000) saw an empty entry.',
      { ev: 'cb', level: 'pte', addr: '0xffff000041e00000', next: '0xffff000041e01000', val: '0x0' },
    ],
    [
      'pte_entry(ffff000041e00000) saw an entry that is not present, 702.',
      { ev: 'cb', level: 'pte', addr: '0xffff000041e00000', next: '0xffff000041e01000', val: '0x702' },
    ],
    [
      'p4d_entry, a folded level, ran for ffff000041e00000 and saw a table, 4174e000.',
      { ev: 'cb', level: 'p4d', addr: '0xffff000041e00000', next: '0xffff000042000000', val: TABLE },
    ],
    [
      'pte_entry ran 512 times, from ffff000041e00000; the first saw a page RW NX, 41e00000.',
      {
        ev: 'cb',
        level: 'pte',
        addr: '0xffff000041e00000',
        next: '0xffff000041e01000',
        val: '0xe8000041e00703',
        count: 512,
      },
    ],
    [
      'Hole at PMD level: nothing is mapped from ffff000041e00000 to ffff000042000000.',
      { ev: 'hole', addr: '0xffff000041e00000', next: '0xffff000042000000', depth: 3 },
    ],
    [
      'Hole at PGD level: nothing is mapped from ffffff8000000000 to the end of the address space.',
      { ev: 'hole', addr: '0xffffff8000000000', next: '0x0', depth: 0 },
    ],
    [
      'Hole, no VMA or a PFN map: the tables from 400000 to 600000 are not looked at.',
      { ev: 'hole', addr: '0x400000', next: '0x600000', depth: -1 },
    ],
    [
      'p4d_ERROR() reports a malformed P4D entry, 1f33c001; it is cleared next.',
      { ev: 'bad', level: 'p4d', val: '0x1f33c001' },
    ],
    ['A WARN fires in walk_pmd_range(). It is a report only; the code goes on.', { ev: 'warn' }],
    [
      'Wild table pointer: reads pte entry 0 of a table at 0x0, where no page table is.',
      {
        ev: 'violation',
        what: 'wild',
        detail: 'reads pte entry 0 of a table at 0x0, where no page table is',
      },
    ],
    [
      'Use of a freed table: reads pte entry 0.',
      { ev: 'violation', what: 'uaf', detail: 'reads pte entry 0.' },
    ],
    [
      'Stale translation: the load may use it.',
      { ev: 'violation', what: 'tlb', detail: 'the load may use it' },
    ],
    ['TLB conflict: two sizes.', { ev: 'violation', what: 'conflict', detail: 'two sizes' }],
    [
      'Fault in a break-before-make window: the load faults.',
      { ev: 'violation', what: 'bbm', detail: 'the load faults' },
    ],
    [
      'CPU 0 reads from ffff000041e05000: a walk finds a page RW NX, 41e05000, which works.',
      {
        ev: 'access',
        kind: 'load',
        addr: '0xffff000041e05000',
        may: [{ hw: 3, value: '0xe8000041e05703', from: 'walk', ok: true }],
        conflict: false,
      },
    ],
    ['The other CPUs are let go, their TLBs empty.', { ev: 'stop_machine', on: false }],
    [
      'The static key arm64_ptdump_lock_key is off: the branch is not taken.',
      { ev: 'static_key', name: 'arm64_ptdump_lock_key', on: false },
    ],
    [
      'The static key arm64_ptdump_lock_key is switched on.',
      { ev: 'static_key', name: 'arm64_ptdump_lock_key', on: true, set: true },
    ],
    [
      'kmap_local_page(): the PTE table 41005000, in high memory, can be reached by this CPU now.',
      { ev: 'kmap', table: '0x41005000', on: true },
    ],
    [
      'kunmap_local(): the PTE table 41005000 is out of reach again.',
      { ev: 'kmap', table: '0x41005000', on: false },
    ],
    [
      'pagetable_pmd_ctor() of page 41005000 answers false: no memory for its lock.',
      { ev: 'ctor', level: 'pmd', table: '0x41005000', failed: true },
    ],
    [
      'The kernel panics in early_pgtable_alloc(): it can’t go on.',
      { ev: 'bug', fn: 'early_pgtable_alloc', panic: true },
    ],
    [
      'The hook has write-protected the PTE table 41005000: the direct map’s entry of its page is read-only now.',
      { ev: 'hook', level: 'pte', table: '0x41005000', does: 'protect', how: 'entry' },
    ],
    [
      'The hook has made the page of the PTE table 41005000 writable again.',
      { ev: 'hook', level: 'pte', table: '0x41005000', does: 'release', how: 'entry' },
    ],
    [
      'The hook can’t write-protect the PTE table 41005000: a block, or a contiguous run, maps its page.',
      { ev: 'hook', level: 'pte', table: '0x41005000', does: 'protect', how: 'block' },
    ],
    [
      'The hook leaves the PTE table 41005000 as it is: no table here maps its page.',
      { ev: 'hook', level: 'pte', table: '0x41005000', does: 'release', how: 'unmapped' },
    ],
    [
      'The PTE table 48013000 is deposited: nothing leads to it, and it is there when the huge PMD is split or goes.',
      { ev: 'deposit', table: '0x48013000' },
    ],
    [
      'The deposited PTE table 48013000 is withdrawn.',
      { ev: 'deposit', table: '0x48013000', withdrawn: true },
    ],
    [
      'The vmalloc area at ffff800080000000 is there now: find_vm_area() finds it.',
      { ev: 'area', addr: '0xffff800080000000', change: 'insert' },
    ],
    [
      'The vmalloc area at ffff800080000000 is taken out of its tree: find_vm_area() finds it no more.',
      { ev: 'area', addr: '0xffff800080000000', change: 'unlink' },
    ],
    ['The lower half of the address space is efi_mm’s now, on this CPU.', { ev: 'switch_mm', mm: 'efi_mm' }],
    ['The lower half of the address space is the task’s own again.', { ev: 'switch_mm', mm: null }],
  ];

  it.each(cases)('%s', (sentence, event) => {
    expect(say('4k48', event)).toBe(sentence);
  });

  it('covers every kind of step', () => {
    const kinds = new Set(cases.map(([, event]) => event.ev));
    // Fails to compile when a kind is added to Step and not here.
    const all: Readonly<Record<Step['ev'], true>> = {
      call: true,
      return: true,
      load: true,
      set: true,
      lock: true,
      unlock: true,
      assert: true,
      cb: true,
      hole: true,
      test_walk: true,
      pre_vma: true,
      post_vma: true,
      vmalock: true,
      vma: true,
      split_huge: true,
      bad: true,
      warn: true,
      bug: true,
      lazy: true,
      dsb: true,
      isb: true,
      tlbi: true,
      alloc: true,
      ctor: true,
      dtor: true,
      hook: true,
      kmap: true,
      free: true,
      gp: true,
      wait: true,
      downgrade: true,
      trylock: true,
      deposit: true,
      area: true,
      unmap_aliases: true,
      access: true,
      stop_machine: true,
      static_key: true,
      switch_mm: true,
      violation: true,
    };
    expect(Object.keys(all).filter((kind) => !kinds.has(kind as Step['ev']))).toEqual([]);
  });

  it('tells of every translation an access may use, and of a conflict', () => {
    const told = say('4k48', {
      ev: 'access',
      kind: 'store',
      addr: '0xffff000041e05000',
      may: [
        { hw: 3, value: '0xe0000041e05783', from: 'walk', ok: false },
        { hw: 3, value: '0xe8000041e05f02', from: 'walk', ok: false },
        { hw: 2, value: '0xe8000041e00701', from: 'tlb', ok: true },
        { hw: 2, value: '0xf8000041e00701', from: 'tlb', ok: true },
      ],
      conflict: true,
    });
    expect(told).toBe(
      'CPU 0 writes to ffff000041e05000: a walk finds a page RO NX, 41e05000, a permission fault, or a present-invalid page RW NX, 41e05000, a translation fault; its TLB may still have a block RW NX, 41e00000, which works, or a block RW NX cont, 41e00000, which works. Both may be cached at once: a TLB conflict abort is possible.',
    );
  });

  it('keeps ordinary sentences short', () => {
    expect(cases.filter(([sentence]) => sentence.length > 110)).toEqual([]);
  });

  it('marks callbacks of folded levels', () => {
    const cb = { ev: 'cb', addr: '0x0', next: '0x2000000' } as const;
    expect(say('4k52@48', { ...cb, level: 'pgd', val: '0x0' })).toBe(
      'pgd_entry, a folded level, ran for 0 and saw an empty entry.',
    );
    expect(say('16k36', { ...cb, level: 'pmd', val: '0xe8000042000705' })).toBe(
      'pmd_entry, a folded level, ran for 0 and saw a block RW NX, 42000000.',
    );
  });

  it('gives the same sentence in pieces, for any step, on one line', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...GEOMETRIES).chain((geo) => arbitrarySteps(geo).map((steps) => ({ geo, steps }))),
        ({ geo, steps }) => {
          const ctx = contextOf(geo, steps);
          for (const step of steps) {
            const spans = narrateRich(step, ctx);
            expect(spanText(spans)).toBe(narrate(step, ctx));
            expect(narrate(step, ctx)).toMatch(/\.$/);
            expect(spans.every((s) => s.text !== '')).toBe(true);
            expect(spans.every((s) => (s.kind === 'level') === (s.level !== undefined))).toBe(true);
          }
        },
      ),
      { numRuns: 200, seed: 6 },
    );
  });

  it('marks levels, addresses, locks and what is wrong', () => {
    const ctx = contextOf(geometryOf('4k48'), []);
    const kinds = (event: StepEvent): string[] =>
      narrateRich({ ...BASE, n: 1, ...event }, ctx).flatMap((s) =>
        s.kind === undefined ? [] : [`${s.kind}:${s.text}`],
      );
    expect(kinds({ ...read, ...PMD, value: TABLE })).toEqual([
      'level:PMD[15]',
      'value:table',
      'address:4174e000',
    ]);
    expect(kinds({ ev: 'lock', name: 'mmap:init_mm', mode: 'read' })).toEqual(['lock:init_mm.mmap_lock']);
    expect(kinds({ ev: 'assert', name: 'mmap_assert_locked', mm: 'init_mm', ok: false })).toEqual([
      'bad:not held',
    ]);
    expect(kinds({ ev: 'alloc', level: 'pte', table: null })).toEqual(['level:PTE', 'bad:there is none']);
    expect(kinds({ ev: 'bug' })).toEqual(['bad:A BUG']);
    expect(kinds({ ev: 'vmalock', name: 'vma_start_write', vma: 1 })).toEqual(['lock:VMA 1']);
    expect(kinds({ ev: 'tlbi', start: '0x1000', end: '0x2000' })).toEqual(['address:1000', 'address:2000']);
    expect(kinds({ ev: 'ctor', level: 'pmd', table: '0x2000', mm: null })).toEqual([
      'address:2000',
      'level:PMD',
    ]);
    expect(kinds({ ev: 'call', args: { start: '0x1000', set: '0x80' } })).toEqual([
      'address:0x1000',
      'value:0x80',
    ]);
  });
});

describe('words', () => {
  it('names the errors that page-table code returns', () => {
    expect([-1, -5, -12, -16, -22].map(errnoName)).toEqual([
      '-EPERM',
      '-EIO',
      '-ENOMEM',
      '-EBUSY',
      '-EINVAL',
    ]);
    expect([0, 1, 22, -4095].map(errnoName)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('names locks as the kernel does', () => {
    expect(['mmap:user', 'mem_hotplug', 'pmd_lock@0x1000', 'fixmap_lock'].map(lockWords)).toEqual([
      'user.mmap_lock',
      'mem_hotplug_lock',
      'PMD lock of table 1000',
      'fixmap_lock',
    ]);
  });
});
