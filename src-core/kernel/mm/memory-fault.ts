import { present } from '../../arch/arm64/entry.ts';
import type { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import type { LockName } from '../../step/lock.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { read, readOnce } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  p4dOffset,
  pgdOffsetPgd,
  pmdNone,
  pmdOffset,
  pmdTransHuge,
  pudNone,
  pudOffset,
} from '../arch/arm64/include/asm/pgtable.ts';
import { setPte } from '../arch/arm64/include/asm/set_pte.ts';
import type { Kernel } from '../kernel.ts';
import { ENOMEM } from '../kernel.ts';
import { p4dAlloc, pmdAlloc, pteAlloc, pudAlloc } from './memory-alloc.ts';
import {
  pteOffsetMapLock,
  pteOffsetMapNolock,
  pteOffsetMapRwNolock,
  pteUnmap,
  pteUnmapUnlock,
} from './pgtable-generic.ts';

/**
 * mm/memory.c: a page is brought in. The value of the new entry is the scenario's; pages themselves are not simulated, but for the lock
 * that those of a file have while they are mapped (one for the whole file).
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/memory.c', lines: {} });

/**
 * How the PTE is set: as the kernel does; or, what if, without looking again whether the PMD still leads to the table whose lock was
 * taken.
 */
export type PteRevalidation = 'pmd_same' | 'none';

/** The PTE pointer, locked; without looking at the PMD again if that is asked for. */
function* mapAndLock(
  k: Kernel,
  mm: Mm,
  pmd: EntryPtr,
  addr: U64,
  how: PteRevalidation,
): Walker<EntryPtr | undefined> {
  if (how === 'pmd_same') return yield* pteOffsetMapLock(k, mm, pmd, addr);
  const mapped = yield* pteOffsetMapRwNolock(k, mm, pmd, addr);
  if (mapped === undefined) return undefined;
  yield* new Lock(mapped.ptl, 'write');
  return mapped.pte;
}

/** A table if there is none, its lock, a last look at the entry, and the store. */
function* installPte(
  k: Kernel,
  mm: Mm,
  pmd: EntryPtr,
  addr: U64,
  entry: U64,
  how: PteRevalidation,
): Walker<number> {
  if ((yield* pmdNone(k, pmd)) && (yield* pteAlloc(k, mm, pmd)) !== 0) return -ENOMEM;
  const pte = yield* mapAndLock(k, mm, pmd, addr, how);
  if (pte === undefined) return 0;
  // `vmf_pte_changed()`: somebody else has been here.
  if ((yield* readOnce(pte)).isZero()) yield* setPte(pte, entry);
  yield* pteUnmapUnlock(k, pte, mm);
  return 0;
}

/** `do_anonymous_page()` */
const doAnonymousPage = kernelFunction(info('do_anonymous_page'), installPte);

/** `finish_fault()`: likewise, with a page of a file, whose lock is held meanwhile. */
const finishFault = kernelFunction(info('finish_fault'), installPte);

/** `mfill_atomic_install_pte()`: likewise, for userfaultfd. */
export const mfillAtomicInstallPte = kernelFunction(
  { name: 'mfill_atomic_install_pte', file: 'mm/userfaultfd.c', lines: {} },
  installPte,
);

/** `handle_pte_fault()`: only for what is not mapped yet; whatever is there is left to the other kinds of fault. */
const handlePteFault = kernelFunction(
  info('handle_pte_fault'),
  function* (
    k: Kernel,
    mm: Mm,
    pmd: EntryPtr,
    addr: U64,
    entry: U64,
    how: PteRevalidation,
    file: number | undefined,
  ): Walker<number> {
    if (!(yield* pmdNone(k, pmd))) {
      const map = k.rules.walk.mapRefusesNonPresent ? pteOffsetMapRwNolock : pteOffsetMapNolock;
      const mapped = yield* map(k, mm, pmd, addr);
      if (mapped === undefined) return 0;
      const found = yield* readOnce(mapped.pte, 'ptep_get_lockless');
      yield* pteUnmap(k, mapped.pte);
      if (!found.isZero()) return 0;
    }
    if (file === undefined) return yield* doAnonymousPage(k, mm, pmd, addr, entry, how);
    yield* new Lock(folioLock(file), 'write');
    const ret = yield* finishFault(k, mm, pmd, addr, entry, how);
    yield* new Unlock(folioLock(file));
    return ret;
  },
);

/** The lock of a file's folios: a page cache page is locked while it is mapped, and while others are put in its place. */
export function folioLock(file: number): LockName {
  return `folio:${file}`;
}

/**
 * `__handle_mm_fault()`: builds what is missing on the way down, and has `entry` set at `addr` if nothing is there. Whoever calls keeps
 * the VMA stable by the mm's lock or the VMA's. `file`: the file mapped there, if any. 0, or -ENOMEM.
 */
export const handleMmFault = kernelFunction(
  info('__handle_mm_fault'),
  function* (
    k: Kernel,
    mm: Mm,
    addr: U64,
    entry: U64,
    how: PteRevalidation,
    file: number | undefined,
  ): Walker<number> {
    const pmd = yield* allocPmd(k, mm, addr);
    if (pmd === undefined) return -ENOMEM;
    const seen = yield* readOnce(pmd, 'pmdp_get_lockless');
    if (!seen.isZero() && (!present(seen) || pmdTransHuge(seen))) return 0;
    return yield* handlePteFault(k, mm, pmd, addr, entry, how, file);
  },
);

/** `mm_alloc_pmd()`: the PMD entry of an address, with the tables above it built where they are missing. Undefined: no memory. */
export function* allocPmd(k: Kernel, mm: Mm, addr: U64): Walker<EntryPtr | undefined> {
  const { levels } = k.geo;
  const pgd = pgdOffsetPgd(k, mm.pgd, addr);
  if (levels.p4d.folded === 'no' && (yield* read(pgd, 'pgd_none')).isZero()) {
    if ((yield* p4dAlloc(k, mm, pgd)) !== 0) return undefined;
  }
  const p4d = yield* p4dOffset(k, pgd, addr);
  if (levels.pud.folded === 'no' && (yield* read(p4d, 'p4d_none')).isZero()) {
    if ((yield* pudAlloc(k, mm, p4d)) !== 0) return undefined;
  }
  const pud = yield* pudOffset(k, p4d, addr);
  if (levels.pmd.folded === 'no' && (yield* pudNone(k, pud))) {
    if ((yield* pmdAlloc(k, mm, pud)) !== 0) return undefined;
  }
  return yield* pmdOffset(k, pud, addr);
}
