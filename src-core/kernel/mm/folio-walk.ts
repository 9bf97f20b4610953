import { PTE_SPECIAL } from '../../arch/arm64/bits.ts';
import { leaf, outputAddress, present } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import type { LockName } from '../../step/lock.ts';
import { Unlock } from '../../step/op-lock.ts';
import { readOnce } from '../../step/op-memory.ts';
import { Warn } from '../../step/op-walk.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { p4dOffset, pgdOffsetPgd, pmdOffset, pudOffset } from '../arch/arm64/include/asm/pgtable.ts';
import { pteLockptr } from '../include/linux/mm.ts';
import { mmapAssertLocked } from '../include/linux/mmap_lock.ts';
import { p4dNoneOrClearBad, pgdNoneOrClearBad } from '../include/linux/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import { hugetlbVmaLockRead, hugetlbVmaUnlockRead } from './hugetlb.ts';
import { inPagewalk } from './pagewalk-range.ts';
import { pmdLock, pteOffsetMapLock, pteUnmapUnlock, pudLock } from './pgtable-generic.ts';

/**
 * `folio_walk_start()` and `folio_walk_end()` (mm/pagewalk.c): to the folio at one address. What was found stays locked, at the level it
 * was found at, until the walk is ended. Of folios only the page is told: its physical address.
 */

/** Bits of its flags. v7.3 has the zero page only, as bit 0. */
export interface FolioWalkFlags {
  readonly migration: boolean;
  readonly zeropage: boolean;
}

/** The flags as the revision numbers them. */
export function folioWalkFlags(k: Kernel, flags: number): FolioWalkFlags {
  if (!k.rules.walk.folioWalkMigration) return { migration: false, zeropage: (flags & 1) !== 0 };
  return { migration: (flags & 1) !== 0, zeropage: (flags & 2) !== 0 };
}

/** `struct folio_walk`, as far as it is told. */
export interface FolioWalk {
  readonly level: 'pud' | 'pmd' | 'pte';
  readonly entry: EntryPtr;
  readonly value: U64;
  /** Physical address of the page; undefined where it is not exposed: zero pages and migration entries. */
  readonly page: U64 | undefined;
  /** Held; of a PTE, together with an RCU section. */
  readonly ptl: LockName;
}

/** Looks at an entry under its lock: what is found, or what to do instead. */
type Seen = FolioWalk | 'table' | 'nothing';

/** Swap types of migration entries (include/linux/swap.h) in a kernel with memory failure handling and device memory. */
const MIGRATION_TYPES = { first: 24, last: 26 };

/** `is_migration_entry()`: arm64 keeps the swap type in bits 10:6. */
function isMigration(v: U64): boolean {
  const type = v.field(6, 5);
  return !v.isZero() && !v.bit(0) && type >= MIGRATION_TYPES.first && type <= MIGRATION_TYPES.last;
}

function isZeroPage(k: Kernel, v: U64): boolean {
  const { zeroPage } = k.config;
  return !zeroPage.isZero() && U64.from(outputAddress(k.geo, v)).eq(zeroPage);
}

/** Which page of a leaf the address is in. */
function pageAt(k: Kernel, v: U64, addr: U64, shift: number): U64 {
  const within = addr.and(U64.mask(shift)).andNot(U64.mask(k.geo.pageShift));
  return U64.from(outputAddress(k.geo, v)).andNot(U64.mask(shift)).add(within);
}

/** `vm_normal_page()` and its PMD form: the kernel does not look after special entries, and not after page frames of a PFN map. */
function isNormal(vma: Vma, v: U64): boolean {
  return !v.intersects(PTE_SPECIAL) && !vma.flags.includes('PFNMAP');
}

/** What a leaf gives: a page, the zero page if that is asked for, or nothing. */
function fromLeaf(
  k: Kernel,
  vma: Vma,
  addr: U64,
  found: Omit<FolioWalk, 'page' | 'level'> & { readonly level: 'pmd' | 'pte' },
  flags: FolioWalkFlags,
): Seen {
  const zero = isZeroPage(k, found.value);
  if (isNormal(vma, found.value) && !zero)
    return { ...found, page: pageAt(k, found.value, addr, k.geo.levels[found.level].shift) };
  return zero && flags.zeropage ? { ...found, page: undefined } : 'nothing';
}

function* atPud(k: Kernel, mm: Mm, vma: Vma, pud: EntryPtr, addr: U64): Walker<Seen> {
  const seen = yield* readOnce(pud);
  if (seen.isZero()) return 'nothing';
  if (present(seen) && !leaf(seen)) return 'table';
  const ptl = yield* pudLock(k, mm);
  const value = yield* readOnce(pud);
  const isTable = present(value) && !leaf(value);
  if (!isTable && present(value) && isNormal(vma, value))
    return { level: 'pud', entry: pud, value, page: pageAt(k, value, addr, k.geo.levels.pud.shift), ptl };
  yield* new Unlock(ptl);
  return isTable ? 'table' : 'nothing';
}

function* atPmd(k: Kernel, mm: Mm, vma: Vma, pmd: EntryPtr, addr: U64, flags: FolioWalkFlags): Walker<Seen> {
  const seen = yield* readOnce(pmd, 'pmdp_get_lockless');
  if (seen.isZero()) return 'nothing';
  if (present(seen) && !leaf(seen)) return 'table';
  const ptl = yield* pmdLock(k, mm, pmd);
  const value = yield* readOnce(pmd);
  const isTable = present(value) && !leaf(value);
  const found = { level: 'pmd', entry: pmd, value, ptl } as const;
  if (!isTable && present(value)) {
    const page = fromLeaf(k, vma, addr, found, flags);
    if (page !== 'nothing') return page;
  } else if (!isTable && flags.migration && isMigration(value)) return { ...found, page: undefined };
  yield* new Unlock(ptl);
  return isTable ? 'table' : 'nothing';
}

function* atPte(k: Kernel, mm: Mm, vma: Vma, pmd: EntryPtr, addr: U64, flags: FolioWalkFlags): Walker<Seen> {
  const pte = yield* pteOffsetMapLock(k, mm, pmd, addr);
  if (pte === undefined) return 'nothing';
  const value = yield* readOnce(pte);
  const found = { level: 'pte', entry: pte, value, ptl: pteLockptr(k, mm, pte.table) } as const;
  let seen: Seen = 'nothing';
  if (present(value)) seen = fromLeaf(k, vma, addr, found, flags);
  else if (flags.migration && isMigration(value)) seen = { ...found, page: undefined };
  if (seen === 'nothing') yield* pteUnmapUnlock(k, pte, mm);
  return seen;
}

function* lookUp(k: Kernel, mm: Mm, vma: Vma, addr: U64, flags: FolioWalkFlags): Walker<Seen> {
  if (addr.lt(vma.start) || !addr.lt(vma.end)) {
    yield* new Warn();
    return 'nothing';
  }
  const pgd = pgdOffsetPgd(k, mm.pgd, addr);
  if (yield* pgdNoneOrClearBad(k, pgd)) return 'nothing';
  const p4d = yield* p4dOffset(k, pgd, addr);
  if (yield* p4dNoneOrClearBad(k, p4d)) return 'nothing';
  const pud = yield* pudOffset(k, p4d, addr);
  // Where the PMD is folded the PUD is no entry of its own.
  const upper = k.geo.levels.pmd.folded === 'build' ? 'table' : yield* atPud(k, mm, vma, pud, addr);
  if (upper !== 'table') return upper;
  const pmd = yield* pmdOffset(k, pud, addr);
  const middle = yield* atPmd(k, mm, vma, pmd, addr, flags);
  return middle === 'table' ? yield* atPte(k, mm, vma, pmd, addr, flags) : middle;
}

/** `folio_walk_start()`: the folio at `addr`, its entry locked; undefined, with nothing held, where there is none. */
export const folioWalkStart = kernelFunction(
  inPagewalk('folio_walk_start', 774, 901),
  function* (k: Kernel, mm: Mm, vma: Vma, addr: U64, flags: FolioWalkFlags): Walker<FolioWalk | undefined> {
    yield* mmapAssertLocked(mm);
    // vma_pgtable_walk_begin()
    if (vma.flags.includes('HUGETLB')) yield* hugetlbVmaLockRead(vma);
    const seen = yield* lookUp(k, mm, vma, addr, flags);
    if (typeof seen !== 'string') return seen;
    if (vma.flags.includes('HUGETLB')) yield* hugetlbVmaUnlockRead(vma);
    return undefined;
  },
);

/** `folio_walk_end()`: drops what `folio_walk_start()` left held. */
export const folioWalkEnd = kernelFunction(
  { name: 'folio_walk_end', file: 'include/linux/pagewalk.h', lines: {} },
  function* (k: Kernel, mm: Mm, vma: Vma, found: FolioWalk): Walker<void> {
    if (found.level === 'pte') yield* pteUnmapUnlock(k, found.entry, mm);
    else yield* new Unlock(found.ptl);
    // vma_pgtable_walk_end()
    if (vma.flags.includes('HUGETLB')) yield* hugetlbVmaUnlockRead(vma);
  },
);

/** A caller: starts the walk, and ends it if it found a folio. Answers 1 or 0. Not a kernel function. */
export const folioWalk = kernelFunction(
  { name: 'folio_walk', file: '', lines: {} },
  function* (k: Kernel, mm: Mm, vma: Vma, addr: U64, flags: number): Walker<number> {
    const found = yield* folioWalkStart(k, mm, vma, addr, folioWalkFlags(k, flags));
    if (found === undefined) return 0;
    yield* folioWalkEnd(k, mm, vma, found);
    return 1;
  },
);
