import { outputAddress } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { read } from '../../step/op-memory.ts';
import { ChangeVma } from '../../step/op-vma.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { Vma } from '../../step/vma.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { p4dOffset, pgdOffsetPgd, pmdOffset, pudOffset } from '../arch/arm64/include/asm/pgtable.ts';
import { setP4d, setPgd, setPmd, setPud } from '../arch/arm64/include/asm/set_pte.ts';
import { mmapAssertLocked, vmaStartWrite } from '../include/linux/mmap_lock.ts';
import {
  addrEnd,
  p4dNoneOrClearBad,
  pgdNoneOrClearBad,
  pmdNoneOrClearBad,
  pudNoneOrClearBad,
} from '../include/linux/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import type { MmuGather } from './mmu_gather.ts';
import { rmapLockWrite, rmapUnlockWrite } from './rmap.ts';

/**
 * mm/memory.c: taking the tables themselves away. No page-table lock is taken: the VMAs are detached and unlinked from rmap, so that
 * nobody who goes by the rules can be on the way to these tables.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/memory.c', lines: {} });

/** Where the neighbours' tables begin and end; 0 as ceiling is the top of the address space. */
interface Bounds {
  readonly floor: U64;
  readonly ceiling: U64;
}

/** Does the range reach so far, at a level, that nobody else uses the table above it? */
function coversTable(shift: number, start: U64, end: U64, { floor, ceiling }: Bounds): boolean {
  if (start.shr(shift).shl(shift).lt(floor)) return false;
  const top = ceiling.shr(shift).shl(shift);
  if (!ceiling.isZero() && top.isZero()) return false;
  return end.sub(U64.ONE).le(top.sub(U64.ONE));
}

/** `free_pte_range()`: the PMD is cleared, with what is below it. */
const freePteRange = kernelFunction(
  info('free_pte_range'),
  function* (k: Kernel, tlb: MmuGather, pmd: EntryPtr): Walker<void> {
    const table = outputAddress(k.geo, yield* read(pmd, 'pmd_pgtable'));
    yield* setPmd(k, pmd, U64.ZERO);
    tlb.tables.push({ level: 'pte', table });
  },
);

const freePmdRange = kernelFunction(
  info('free_pmd_range'),
  function* (k: Kernel, tlb: MmuGather, pud: EntryPtr, start: U64, end: U64, bounds: Bounds): Walker<void> {
    let pmd = yield* pmdOffset(k, pud, start);
    for (let addr = start; !addr.eq(end);) {
      if (!(yield* pmdNoneOrClearBad(k, pmd))) yield* freePteRange(k, tlb, pmd);
      pmd = advance(pmd, 1);
      addr = addrEnd(k, 'pmd', addr, end);
    }
    const { levels } = k.geo;
    if (levels.pmd.folded !== 'no' || !coversTable(levels.pud.shift, start, end, bounds)) return;
    const { table } = yield* pmdOffset(k, pud, start);
    yield* setPud(k, pud, U64.ZERO);
    tlb.tables.push({ level: 'pmd', table });
  },
);

const freePudRange = kernelFunction(
  info('free_pud_range'),
  function* (k: Kernel, tlb: MmuGather, p4d: EntryPtr, start: U64, end: U64, bounds: Bounds): Walker<void> {
    let pud = yield* pudOffset(k, p4d, start);
    for (let addr = start; !addr.eq(end);) {
      const next = addrEnd(k, 'pud', addr, end);
      if (!(yield* pudNoneOrClearBad(k, pud))) yield* freePmdRange(k, tlb, pud, addr, next, bounds);
      pud = advance(pud, 1);
      addr = next;
    }
    const { levels } = k.geo;
    if (levels.pud.folded !== 'no' || !coversTable(levels.p4d.shift, start, end, bounds)) return;
    const { table } = yield* pudOffset(k, p4d, start);
    yield* setP4d(k, p4d, U64.ZERO);
    tlb.tables.push({ level: 'pud', table });
  },
);

const freeP4dRange = kernelFunction(
  info('free_p4d_range'),
  function* (k: Kernel, tlb: MmuGather, pgd: EntryPtr, start: U64, end: U64, bounds: Bounds): Walker<void> {
    let p4d = yield* p4dOffset(k, pgd, start);
    for (let addr = start; !addr.eq(end);) {
      const next = addrEnd(k, 'p4d', addr, end);
      if (!(yield* p4dNoneOrClearBad(k, p4d))) yield* freePudRange(k, tlb, p4d, addr, next, bounds);
      p4d = advance(p4d, 1);
      addr = next;
    }
    const { levels } = k.geo;
    if (levels.p4d.folded !== 'no' || !coversTable(levels.pgd.shift, start, end, bounds)) return;
    const { table } = yield* p4dOffset(k, pgd, start);
    yield* setPgd(k, pgd, U64.ZERO);
    tlb.tables.push({ level: 'p4d', table });
  },
);

/** `free_pgd_range()`: every table that only this range uses, as far as its neighbours' (`floor`, `ceiling`) let it. */
export const freePgdRange = kernelFunction(
  info('free_pgd_range'),
  function* (k: Kernel, tlb: MmuGather, from: U64, to: U64, floor: U64, top: U64): Walker<void> {
    const { shift } = k.geo.levels.pmd;
    const size = U64.bit(shift);
    const down = (v: U64): U64 => v.shr(shift).shl(shift);
    let [start, end, ceiling] = [down(from), to, top];
    if (start.lt(floor)) {
      start = start.add(size);
      if (start.isZero()) return;
    }
    if (!ceiling.isZero()) {
      ceiling = down(ceiling);
      if (ceiling.isZero()) return;
    }
    if (ceiling.sub(U64.ONE).lt(end.sub(U64.ONE))) end = end.sub(size);
    if (end.sub(U64.ONE).lt(start)) return;
    const bounds = { floor, ceiling };
    let pgd = pgdOffsetPgd(k, tlb.mm.pgd, start);
    let addr = start;
    do {
      const next = addrEnd(k, 'pgd', addr, end);
      if (!(yield* pgdNoneOrClearBad(k, pgd))) yield* freeP4dRange(k, tlb, pgd, addr, next, bounds);
      pgd = advance(pgd, 1);
      addr = next;
    } while (!addr.eq(end));
  },
);

/** `unlink_anon_vmas()` or `unlink_file_vma()`: from here on rmap does not find the VMA. */
const unlinkVma = kernelFunction(
  { name: 'unlink_vma', file: '', lines: {} },
  function* (vma: Vma): Walker<void> {
    yield* rmapLockWrite(vma);
    yield* new ChangeVma(vma.id, 'unlink');
    yield* rmapUnlockWrite(vma);
  },
);
const unlinkAnonVmas = kernelFunction(
  { name: 'unlink_anon_vmas', file: 'mm/rmap.c', lines: {} },
  function* (mm: Mm, vma: Vma): Walker<void> {
    if (vma.file !== undefined) return;
    yield* mmapAssertLocked(mm);
    yield* unlinkVma(vma);
  },
);
const unlinkFileVma = kernelFunction(
  { name: 'unlink_file_vma_batch_final', file: 'mm/vma.c', lines: {} },
  function* (vma: Vma): Walker<void> {
    if (vma.file !== undefined) yield* unlinkVma(vma);
  },
);

/**
 * `free_pgtables()`: hides the VMAs from rmap, then frees their tables; VMAs that lie near each other in one go. Only where the mm's
 * lock is still held for write are they locked for write again.
 */
export const freePgtables = kernelFunction(
  info('free_pgtables'),
  function* (
    k: Kernel,
    tlb: MmuGather,
    vmas: readonly Vma[],
    floor: U64,
    ceiling: U64,
    mmWrLocked: boolean,
  ): Walker<void> {
    const near = U64.bit(k.geo.levels.pmd.shift);
    for (let i = 0; i < vmas.length;) {
      const first = vmas[i];
      if (first === undefined) return;
      let last = first;
      for (;;) {
        if (mmWrLocked) yield* vmaStartWrite(tlb.mm, last);
        yield* unlinkAnonVmas(tlb.mm, last);
        yield* unlinkFileVma(last);
        const next = vmas[++i];
        if (next === undefined || last.end.add(near).lt(next.start)) break;
        last = next;
      }
      yield* freePgdRange(k, tlb, first.start, last.end, floor, vmas[i]?.start ?? ceiling);
    }
  },
);
