import { table } from '../../arch/arm64/entry.ts';
import { TABLE_UXN } from '../../arch/arm64/bits.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { LazyMmu } from '../../step/op-barrier.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { read } from '../../step/op-memory.ts';
import { Alloc } from '../../step/op-table.ts';
import { Warn } from '../../step/op-walk.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  p4dBad,
  p4dNone,
  p4dOffset,
  pgdBad,
  pgdNone,
  pgdOffsetPgd,
  pmdLeaf,
  pmdNone,
  pmdOffset,
  pteOffsetKernel,
  pudLeaf,
  pudNone,
  pudOffset,
  pudPresent,
} from '../arch/arm64/include/asm/pgtable.ts';
import { phys, setP4d, setPmd, setPud } from '../arch/arm64/include/asm/set_pte.ts';
import { addrEnd, clearBad } from '../include/linux/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL, ENOMEM } from '../kernel.ts';

/** mm/memory.c: `apply_to_page_range()`, which builds what is missing and refuses leaves above the PTE. */

const info = (name: string): FnInfo => ({ name, file: 'mm/memory.c', lines: {} });

/** What it does to each PTE; a value other than 0 ends it. */
export type PteFn = (k: Kernel, pte: EntryPtr, addr: U64) => Walker<number>;

/** The second look, under the lock: is there a table by now? Each level asks in its own way. */
function* linked(k: Kernel, parent: EntryPtr): Walker<boolean> {
  if (parent.level === 'pud') return yield* pudPresent(k, parent);
  return !(yield* read(parent, parent.level === 'pmd' ? 'pmd_none' : `${parent.level}_present`)).isZero();
}

/** A table of this level is missing: allocate, lock, look again, link or give back. Answers whether one is there now. */
function* populate(
  k: Kernel,
  parent: EntryPtr,
  level: 'pud' | 'pmd' | 'pte',
  none: (k: Kernel, entry: EntryPtr) => Walker<boolean>,
  set: (k: Kernel, entry: EntryPtr, v: U64) => Walker<void>,
): Walker<boolean> {
  if (!(yield* none(k, parent))) return true;
  const page = yield* new Alloc(level, undefined, 'init_mm');
  if (page === undefined) return false;
  yield* new Lock('page_table_lock', 'write');
  if (!(yield* linked(k, parent))) {
    yield* set(k, parent, phys(k, U64.from(page)).or(U64.from(3)).or(TABLE_UXN));
  }
  yield* new Unlock('page_table_lock');
  return true;
}

const applyToPteRange = kernelFunction(
  info('apply_to_pte_range'),
  function* (k: Kernel, _mm: Mm, pmd: EntryPtr, start: U64, end: U64, fn: PteFn): Walker<number> {
    if (!(yield* populate(k, pmd, 'pte', pmdNone, setPmd))) return -ENOMEM;
    let pte = yield* pteOffsetKernel(k, pmd, start);
    const batches = k.rules.pageattr.lazyBatchesBarriers;
    yield* new LazyMmu(true, batches);
    let err: number;
    let addr = start;
    do {
      err = yield* fn(k, pte, addr);
      if (err !== 0) break;
      pte = advance(pte, 1);
      addr = addr.add(U64.bit(k.geo.pageShift));
    } while (!addr.eq(end));
    yield* new LazyMmu(false, batches);
    return err;
  },
);

/** Refuses a leaf, where the level has any, and clears a malformed entry; answers what to return, or 0 to go on. */
function* refuse(
  k: Kernel,
  entry: EntryPtr,
  none: (k: Kernel, entry: EntryPtr) => Walker<boolean>,
  isLeaf: ((k: Kernel, entry: EntryPtr) => Walker<boolean>) | undefined,
  bad: (k: Kernel, entry: EntryPtr) => Walker<boolean>,
): Walker<number> {
  yield* none(k, entry);
  if (isLeaf !== undefined && (yield* isLeaf(k, entry))) {
    yield* new Warn();
    return -EINVAL;
  }
  if (!(yield* none(k, entry)) && (yield* bad(k, entry))) {
    yield* new Warn();
    yield* clearBad(entry);
  }
  return 0;
}

function* upperBad(k: Kernel, entry: EntryPtr): Walker<boolean> {
  return !table(yield* read(entry, `${entry.level}_bad`));
}

const applyToPmdRange = kernelFunction(
  info('apply_to_pmd_range'),
  function* (k: Kernel, mm: Mm, pud: EntryPtr, start: U64, end: U64, fn: PteFn): Walker<number> {
    yield* pudLeaf(k, pud);
    if (k.geo.levels.pmd.folded !== 'build' && !(yield* populate(k, pud, 'pmd', pudNone, setPud)))
      return -ENOMEM;
    let pmd = yield* pmdOffset(k, pud, start);
    let addr = start;
    do {
      const next = addrEnd(k, 'pmd', addr, end);
      const refused = yield* refuse(k, pmd, pmdNone, pmdLeaf, upperBad);
      if (refused !== 0) return refused;
      const err = yield* applyToPteRange(k, mm, pmd, addr, next, fn);
      if (err !== 0) return err;
      pmd = advance(pmd, 1);
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);

const applyToPudRange = kernelFunction(
  info('apply_to_pud_range'),
  function* (k: Kernel, mm: Mm, p4d: EntryPtr, start: U64, end: U64, fn: PteFn): Walker<number> {
    if (k.geo.levels.pud.folded !== 'build' && !(yield* populate(k, p4d, 'pud', p4dNone, setP4d)))
      return -ENOMEM;
    let pud = yield* pudOffset(k, p4d, start);
    let addr = start;
    do {
      const next = addrEnd(k, 'pud', addr, end);
      const refused = yield* refuse(k, pud, pudNone, pudLeaf, upperBad);
      if (refused !== 0) return refused;
      const err = yield* applyToPmdRange(k, mm, pud, addr, next, fn);
      if (err !== 0) return err;
      pud = advance(pud, 1);
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);

const applyToP4dRange = kernelFunction(
  info('apply_to_p4d_range'),
  function* (k: Kernel, mm: Mm, pgd: EntryPtr, start: U64, end: U64, fn: PteFn): Walker<number> {
    let p4d = yield* p4dOffset(k, pgd, start);
    let addr = start;
    do {
      const next = addrEnd(k, 'p4d', addr, end);
      const refused = yield* refuse(k, p4d, p4dNone, undefined, p4dBad);
      if (refused !== 0) return refused;
      const err = yield* applyToPudRange(k, mm, p4d, addr, next, fn);
      if (err !== 0) return err;
      p4d = advance(p4d, 1);
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);

/** `apply_to_page_range()` on init_mm: no PTE lock, no RCU, no assertion; missing tables are built. */
export const applyToPageRange = kernelFunction(
  { name: '__apply_to_page_range', file: 'mm/memory.c', lines: {} },
  function* (k: Kernel, mm: Mm, start: U64, size: U64, fn: PteFn): Walker<number> {
    const end = start.add(size);
    if (end.le(start)) {
      yield* new Warn();
      return -EINVAL;
    }
    let pgd = pgdOffsetPgd(k, mm.pgd, start);
    let addr = start;
    do {
      const next = addrEnd(k, 'pgd', addr, end);
      const refused = yield* refuse(k, pgd, pgdNone, undefined, pgdBad);
      if (refused !== 0) return refused;
      const err = yield* applyToP4dRange(k, mm, pgd, addr, next, fn);
      if (err !== 0) return err;
      pgd = advance(pgd, 1);
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);
