import {
  PTE_CONT,
  PTE_DIRTY,
  PTE_AF,
  PTE_RDONLY,
  PTE_VALID,
  PTE_WRITE,
} from '../../../../../arch/arm64/bits.ts';
import { U64 } from '../../../../../base/u64.ts';
import { readOnce } from '../../../../../step/op-memory.ts';
import { Warn } from '../../../../../step/op-walk.ts';
import type { EntryPtr } from '../../../../../step/pointer.ts';
import { advance } from '../../../../../step/pointer.ts';
import type { FnInfo, Walker } from '../../../../../step/walker.ts';
import { kernelFunction } from '../../../../../step/walker.ts';
import type { Kernel } from '../../../../kernel.ts';
import { mkNonCont, setPte } from './set_pte.ts';

/**
 * The contpte layer's accessors (arch/arm64/include/asm/pgtable.h, arch/arm64/mm/contpte.c): `ptep_get()` and `set_pte()` are for user
 * memory, whose contiguous groups the kernel folds and unfolds by itself. Kernel mappings are not theirs: those who change them
 * use the plain `__ptep_get()` and `__set_pte()`.
 */

const info = (name: string, file: string): FnInfo => ({ name, file, lines: {} });

/** `pte_valid_cont()` */
export function validCont(v: U64): boolean {
  return v.intersects(PTE_VALID) && v.intersects(PTE_CONT);
}

/** `pte_dirty()`: by software, or by hardware in a writable entry. */
export function dirty(v: U64): boolean {
  return v.intersects(PTE_DIRTY) || (v.intersects(PTE_WRITE) && !v.intersects(PTE_RDONLY));
}

/** `pte_mkdirty()` */
export function mkDirty(v: U64): U64 {
  const marked = v.or(PTE_DIRTY);
  return marked.intersects(PTE_WRITE) ? marked.andNot(PTE_RDONLY) : marked;
}

/** `ptep_get()`: of a contiguous entry, what it holds with the accessed and dirty bits of its whole group. */
export const contptePtepGet = kernelFunction(
  info('ptep_get', 'arch/arm64/include/asm/pgtable.h'),
  function* (k: Kernel, pte: EntryPtr): Walker<U64> {
    let v = yield* readOnce(pte);
    if (!validCont(v)) return v;
    const n = 1 << k.geo.contPteShift;
    const first = advance(pte, -(pte.idx % n));
    for (let i = 0; i < n; i++) {
      const member = yield* readOnce(advance(first, i));
      if (dirty(member)) v = mkDirty(v);
      if (member.intersects(PTE_AF)) v = v.or(PTE_AF);
    }
    return v;
  },
);

/** `pte_pgprot()`, less what the hardware may change. */
function sameGroup(k: Kernel, a: U64, b: U64, apart: number): boolean {
  const plain = (v: U64): U64 => v.andNot(PTE_AF).andNot(PTE_DIRTY).andNot(PTE_RDONLY);
  return plain(a).add(U64.from(apart).shl(k.geo.pageShift)).eq(plain(b));
}

/** `ptep_get_lockless()`: the same without a lock: read anew until the whole group was seen as one. */
export const contptePtepGetLockless = kernelFunction(
  info('ptep_get_lockless', 'arch/arm64/include/asm/pgtable.h'),
  function* (k: Kernel, pte: EntryPtr): Walker<U64> {
    let v = yield* readOnce(pte);
    if (!validCont(v)) return v;
    const n = 1 << k.geo.contPteShift;
    const own = pte.idx % n;
    const first = advance(pte, -own);
    for (;;) {
      v = yield* readOnce(pte);
      if (!validCont(v)) return v;
      const seen = v;
      let whole = true;
      for (let i = 0; i < n && whole; i++) {
        const member = yield* readOnce(advance(first, i));
        whole = validCont(member) && sameGroup(k, seen, member, i - own);
        if (dirty(member)) v = mkDirty(v);
        if (member.intersects(PTE_AF)) v = v.or(PTE_AF);
      }
      if (whole) return v;
    }
  },
);

/** `set_pte()`: warns on a valid contiguous entry, and never stores the contiguous bit. */
export const contpteSetPte = kernelFunction(
  info('set_pte', 'arch/arm64/include/asm/pgtable.h'),
  function* (pte: EntryPtr, v: U64): Walker<void> {
    if (validCont(yield* readOnce(pte))) yield* new Warn();
    yield* setPte(pte, mkNonCont(v));
  },
);
