import { table } from '../../arch/arm64/entry.ts';
import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { LazyMmu } from '../../step/op-barrier.ts';
import { read, readOnce } from '../../step/op-memory.ts';
import { Bug, Warn } from '../../step/op-walk.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { advance } from '../../step/pointer.ts';
import type { FnInfo, KernelCall, Walker } from '../../step/walker.ts';
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
} from '../arch/arm64/include/asm/pgtable.ts';
import { isKernelMm } from '../../mm/ptdesc.ts';
import { ctorWhatIf } from '../include/asm-generic/pgalloc.ts';
import { addrEnd, clearBad } from '../include/linux/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import { EINVAL, ENOMEM } from '../kernel.ts';
import { p4dAlloc, pmdAlloc, pteAlloc, pteAllocKernel, pudAlloc } from './memory-alloc.ts';
import { pteOffsetMapLock, pteUnmapUnlock } from './pgtable-generic.ts';

/**
 * mm/memory.c: `apply_to_page_range()`, which builds what is missing, and `apply_to_existing_page_range()`, which steps over it. Both
 * refuse leaves above the PTE. No lock is asserted for any mm; every mm but init_mm has its PTE lock taken.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/memory.c', lines: {} });

/** What it does to each PTE; a value other than 0 ends it. */
export type PteFn = (k: Kernel, pte: EntryPtr, addr: U64) => Walker<number>;

/** What stays the same all the way down. */
interface Job {
  readonly mm: Mm;
  /** Undefined: a null pointer. */
  readonly fn: PteFn | undefined;
  /** Missing tables are built, and the function is called for empty PTEs too. */
  readonly create: boolean;
}

/** `mm == &init_mm`; where kernel mms are told by a flag, or efi_mm is to count as one, that too: nobody takes its split locks. */
function isKernel(k: Kernel, mm: Mm): boolean {
  return isKernelMm(k.rules.ctor, mm.name, ctorWhatIf(k.config));
}

/** The PTE pointer, with the PTE lock where the mm has one to take; or what the range ends with. */
function* reachPte(k: Kernel, pmd: EntryPtr, addr: U64, { mm, create }: Job): Walker<EntryPtr | number> {
  if (create && (yield* pmdNone(k, pmd))) {
    const err = yield* isKernel(k, mm) ? pteAllocKernel(k, mm, pmd) : pteAlloc(k, mm, pmd);
    if (err !== 0) return -ENOMEM;
  }
  if (isKernel(k, mm)) return yield* pteOffsetKernel(k, pmd, addr);
  // With `create`, a race that was lost looks like a lack of memory.
  return (yield* pteOffsetMapLock(k, mm, pmd, addr)) ?? (create ? -ENOMEM : -EINVAL);
}

const applyToPteRange = kernelFunction(
  info('apply_to_pte_range'),
  function* (k: Kernel, pmd: EntryPtr, start: U64, end: U64, job: Job): Walker<number> {
    const first = yield* reachPte(k, pmd, start, job);
    if (typeof first === 'number') return first;
    const batches = k.rules.pageattr.lazyBatchesBarriers;
    yield* new LazyMmu(true, batches);
    const err = job.fn === undefined ? 0 : yield* eachPte(k, first, start, end, job.fn, job.create);
    yield* new LazyMmu(false, batches);
    if (!isKernel(k, job.mm)) yield* pteUnmapUnlock(k, first, job.mm);
    return err;
  },
);

function* eachPte(
  k: Kernel,
  first: EntryPtr,
  start: U64,
  end: U64,
  fn: PteFn,
  create: boolean,
): Walker<number> {
  let pte = first;
  let addr = start;
  do {
    if (create || !(yield* readOnce(pte)).isZero()) {
      const err = yield* fn(k, pte, addr);
      if (err !== 0) return err;
    }
    pte = advance(pte, 1);
    addr = addr.add(U64.bit(k.geo.pageShift));
  } while (!addr.eq(end));
  return 0;
}

type EntryTest = (k: Kernel, entry: EntryPtr) => Walker<boolean>;

/**
 * What to do at a slot: `leaf` ends the range with -EINVAL, `skip` steps over it, `go` goes on to the level below. A malformed entry
 * is cleared where tables are built. `isLeaf` is undefined at the levels that know no leaves.
 */
function* look(
  k: Kernel,
  entry: EntryPtr,
  none: EntryTest,
  isLeaf: EntryTest | undefined,
  bad: EntryTest,
  { create }: Job,
): Walker<'go' | 'skip' | 'leaf'> {
  if ((yield* none(k, entry)) && !create) return 'skip';
  if (isLeaf !== undefined && (yield* isLeaf(k, entry))) {
    yield* new Warn();
    return 'leaf';
  }
  if (!(yield* none(k, entry)) && (yield* bad(k, entry))) {
    yield* new Warn();
    if (!create) return 'skip';
    // Where the build folds the level, `p4d_clear_bad()` is empty.
    if (k.geo.levels[entry.level].folded !== 'build') yield* clearBad(entry);
  }
  return 'go';
}

function* upperBad(k: Kernel, entry: EntryPtr): Walker<boolean> {
  return !table(yield* read(entry, `${entry.level}_bad`));
}

/** Steps over the slots of one level from `first` on, and has the level below done for each that is to be gone into. */
function* eachSlot(
  k: Kernel,
  first: EntryPtr,
  start: U64,
  end: U64,
  tests: readonly [none: EntryTest, isLeaf: EntryTest | undefined, bad: EntryTest],
  job: Job,
  below: (k: Kernel, entry: EntryPtr, addr: U64, next: U64, job: Job) => KernelCall<number>,
): Walker<number> {
  if (first.level === 'pte') return 0;
  let entry = first;
  let addr = start;
  do {
    const next = addrEnd(k, first.level, addr, end);
    const seen = yield* look(k, entry, ...tests, job);
    if (seen === 'leaf') return -EINVAL;
    const err = seen === 'skip' ? 0 : yield* below(k, entry, addr, next, job);
    if (err !== 0) return err;
    entry = advance(entry, 1);
    addr = next;
  } while (!addr.eq(end));
  return 0;
}

const applyToPmdRange = kernelFunction(
  info('apply_to_pmd_range'),
  function* (k: Kernel, pud: EntryPtr, start: U64, end: U64, job: Job): Walker<number> {
    if (yield* pudLeaf(k, pud)) yield* new Bug();
    if (job.create && k.geo.levels.pmd.folded !== 'build' && (yield* pudNone(k, pud))) {
      if ((yield* pmdAlloc(k, job.mm, pud)) !== 0) return -ENOMEM;
    }
    const pmd = yield* pmdOffset(k, pud, start);
    return yield* eachSlot(k, pmd, start, end, [pmdNone, pmdLeaf, upperBad], job, applyToPteRange);
  },
);

const applyToPudRange = kernelFunction(
  info('apply_to_pud_range'),
  function* (k: Kernel, p4d: EntryPtr, start: U64, end: U64, job: Job): Walker<number> {
    if (job.create && k.geo.levels.pud.folded !== 'build' && (yield* p4dNone(k, p4d))) {
      if ((yield* pudAlloc(k, job.mm, p4d)) !== 0) return -ENOMEM;
    }
    const pud = yield* pudOffset(k, p4d, start);
    return yield* eachSlot(k, pud, start, end, [pudNone, pudLeaf, upperBad], job, applyToPmdRange);
  },
);

const applyToP4dRange = kernelFunction(
  info('apply_to_p4d_range'),
  function* (k: Kernel, pgd: EntryPtr, start: U64, end: U64, job: Job): Walker<number> {
    if (job.create && k.geo.levels.p4d.folded !== 'build' && (yield* pgdNone(k, pgd))) {
      if ((yield* p4dAlloc(k, job.mm, pgd)) !== 0) return -ENOMEM;
    }
    const p4d = yield* p4dOffset(k, pgd, start);
    return yield* eachSlot(k, p4d, start, end, [p4dNone, undefined, p4dBad], job, applyToPudRange);
  },
);

const doApply = kernelFunction(
  info('__apply_to_page_range'),
  function* (k: Kernel, start: U64, size: U64, job: Job): Walker<number> {
    const end = start.add(size);
    if (end.le(start)) {
      yield* new Warn();
      return -EINVAL;
    }
    const pgd = pgdOffsetPgd(k, job.mm.pgd, start);
    return yield* eachSlot(k, pgd, start, end, [pgdNone, undefined, pgdBad], job, applyToP4dRange);
  },
);

/** `apply_to_page_range()`: missing tables are built; the function is called for every PTE, empty ones too. `size` in bytes. */
export const applyToPageRange = kernelFunction(
  info('apply_to_page_range'),
  function* (k: Kernel, mm: Mm, start: U64, size: U64, fn: PteFn | undefined): Walker<number> {
    return yield* doApply(k, start, size, { mm, fn, create: true });
  },
);

/** `apply_to_existing_page_range()`: what is missing is stepped over, at every level. `size` in bytes. */
export const applyToExistingPageRange = kernelFunction(
  info('apply_to_existing_page_range'),
  function* (k: Kernel, mm: Mm, start: U64, size: U64, fn: PteFn | undefined): Walker<number> {
    return yield* doApply(k, start, size, { mm, fn, create: false });
  },
);
