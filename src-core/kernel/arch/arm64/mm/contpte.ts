import {
  PTE_AF,
  PTE_CONT,
  PTE_DIRTY,
  PTE_RDONLY,
  PTE_SPECIAL,
  PTE_VALID,
  PTE_WRITE,
} from '../../../../arch/arm64/bits.ts';
import { outputAddress } from '../../../../arch/arm64/entry.ts';
import { U64 } from '../../../../base/u64.ts';
import type { Mm } from '../../../../mm/mm.ts';
import { PteBarriers, Tlbi } from '../../../../step/op-barrier.ts';
import { Exchange, readOnce, store } from '../../../../step/op-memory.ts';
import type { EntryPtr } from '../../../../step/pointer.ts';
import { advance } from '../../../../step/pointer.ts';
import type { FnInfo, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { Kernel } from '../../../kernel.ts';
import { mkNonCont, pgprot, phys, validNotUser } from '../include/asm/set_pte.ts';
import { dirty, mkDirty, validCont } from '../include/asm/contpte.ts';

/**
 * arch/arm64/mm/contpte.c: contiguous groups that the kernel makes and takes apart by itself, in user memory only. Both change live
 * entries by clearing them first, so there is a moment without a mapping. A user fault waits for the page-table lock then; a kernel
 * mapping could not bear it, so init_mm and efi_mm are left alone.
 */

const info = (name: string, file = 'arch/arm64/mm/contpte.c'): FnInfo => ({ name, file, lines: {} });

/** `mm_is_user()` */
export function mmIsUser(mm: Mm): boolean {
  return mm.name !== 'init_mm' && mm.name !== 'efi_mm';
}

function groupSize(k: Kernel): number {
  return 1 << k.geo.contPteShift;
}

function groupStart(k: Kernel, pte: EntryPtr): EntryPtr {
  return advance(pte, -(pte.idx % groupSize(k)));
}

function groupMask(k: Kernel): U64 {
  return U64.mask(k.geo.pageShift + k.geo.contPteShift);
}

/** The output address alone. */
function target(k: Kernel, v: U64): U64 {
  return U64.from(outputAddress(k.geo, v));
}

/** `__set_ptes()`: one store an entry, and barriers once at the end, for kernel entries. */
const setPtes = kernelFunction(
  info('__set_ptes', 'arch/arm64/include/asm/pgtable.h'),
  function* (k: Kernel, pte: EntryPtr, first: U64, nr: number): Walker<void> {
    const prot = pgprot(k, first);
    let pa = target(k, first);
    for (let i = 0; i < nr; i++) {
      yield* store(advance(pte, i), prot.or(phys(k, pa)));
      pa = pa.add(U64.bit(k.geo.pageShift));
    }
    if (validNotUser(first)) yield* new PteBarriers();
  },
);

/**
 * `contpte_convert()`: every entry of the group is cleared by an atomic exchange, its accessed and dirty bits kept; the TLB forgets the
 * group, unless the CPUs bear two sizes at once; then the group is written as wanted.
 */
const contpteConvert = kernelFunction(
  info('contpte_convert'),
  function* (k: Kernel, addr: U64, pte: EntryPtr, wanted: U64): Walker<void> {
    const n = groupSize(k);
    const first = groupStart(k, pte);
    const start = addr.andNot(groupMask(k));
    let v = wanted;
    for (let i = 0; i < n; i++) {
      const was = yield* new Exchange(advance(first, i), U64.ZERO);
      if (dirty(was)) v = mkDirty(v);
      if (was.intersects(PTE_AF)) v = v.or(PTE_AF);
    }
    if (!k.config.bbml3) yield* new Tlbi(start, start.add(groupMask(k)).add(U64.ONE));
    yield* setPtes(k, first, pgprot(k, v).or(phys(k, target(k, v).andNot(groupMask(k)))), n);
  },
);

/** `__contpte_try_unfold()`: a contiguous group becomes pages before one of them changes. */
export const contpteTryUnfold = kernelFunction(
  info('__contpte_try_unfold'),
  function* (k: Kernel, mm: Mm, addr: U64, pte: EntryPtr, v: U64): Walker<void> {
    if (mmIsUser(mm)) yield* contpteConvert(k, addr, pte, mkNonCont(v));
  },
);

/** Everything that members of a group must have alike: all but their place, and the accessed and dirty bits. */
function alike(k: Kernel, v: U64): U64 {
  const clean = pgprot(k, v).andNot(PTE_AF).andNot(PTE_DIRTY);
  return clean.intersects(PTE_WRITE) ? clean.or(PTE_RDONLY) : clean;
}

/** `__contpte_try_fold()`: 16 like pages, aligned in both spaces, become a group. That one folio holds them all is taken for granted. */
const contpteTryFold = kernelFunction(
  info('__contpte_try_fold'),
  function* (k: Kernel, mm: Mm, addr: U64, pte: EntryPtr, v: U64): Walker<void> {
    if (!mmIsUser(mm)) return;
    const first = groupStart(k, pte);
    let pa = target(k, v).andNot(groupMask(k));
    for (let i = 0; i < groupSize(k); i++) {
      const member = yield* readOnce(advance(first, i));
      const same = member.intersects(PTE_VALID) && target(k, member).eq(pa);
      if (!same || !alike(k, member).eq(alike(k, v))) return;
      pa = pa.add(U64.bit(k.geo.pageShift));
    }
    yield* contpteConvert(k, addr, pte, v.or(PTE_CONT));
  },
);

/** `contpte_set_ptes()`: group by group, contiguous where a whole one is written and both addresses are aligned to it. */
const contpteSetPtes = kernelFunction(
  info('contpte_set_ptes'),
  function* (k: Kernel, mm: Mm, addr: U64, pte: EntryPtr, first: U64, nr: number): Walker<void> {
    if (!mmIsUser(mm)) {
      yield* setPtes(k, pte, first, nr);
      return;
    }
    const prot = mkNonCont(pgprot(k, first));
    for (let done = 0; done < nr;) {
      const at = addr.add(U64.from(done).shl(k.geo.pageShift));
      const pa = target(k, first).add(U64.from(done).shl(k.geo.pageShift));
      const toEnd = groupSize(k) - ((pte.idx + done) % groupSize(k));
      const n = Math.min(toEnd, nr - done);
      const whole = n === groupSize(k) && !at.or(pa).intersects(groupMask(k));
      const v = prot.or(phys(k, pa));
      yield* setPtes(k, advance(pte, done), whole ? v.or(PTE_CONT) : v, n);
      done += n;
    }
  },
);

/**
 * `set_ptes()` (arch/arm64/include/asm/pgtable.h): a single entry is taken out of its group before it is written, and its group is put
 * together after it where it is the last one needed; more entries are `contpte_set_ptes()`.
 */
export const setPtesPublic = kernelFunction(
  info('set_ptes', 'arch/arm64/include/asm/pgtable.h'),
  function* (k: Kernel, mm: Mm, addr: U64, pte: EntryPtr, value: U64, nr: number): Walker<void> {
    const v = mkNonCont(value);
    if (nr !== 1) {
      yield* contpteSetPtes(k, mm, addr, pte, v, nr);
      return;
    }
    const was = yield* readOnce(pte);
    if (validCont(was)) yield* contpteTryUnfold(k, mm, addr, pte, was);
    yield* setPtes(k, pte, v, 1);
    const last = lastOfGroup(k, addr) && lastOfGroup(k, target(k, v));
    if (last && v.intersects(PTE_VALID) && !v.intersects(PTE_SPECIAL))
      yield* contpteTryFold(k, mm, addr, pte, v);
  },
);

/** Is the page at this address the last of an aligned group? */
function lastOfGroup(k: Kernel, addr: U64): boolean {
  return addr.or(U64.mask(k.geo.pageShift)).and(groupMask(k)).eq(groupMask(k));
}
