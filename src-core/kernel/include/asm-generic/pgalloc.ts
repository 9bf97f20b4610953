import type { LevelName } from '../../../arch/geometry.ts';
import type { Allocator } from '../../../mm/allocators.ts';
import { findAllocator } from '../../../mm/allocators.ts';
import type { FreedTable, FreePath } from '../../../mm/free-paths.ts';
import { findFreePath } from '../../../mm/free-paths.ts';
import type { CtorWhatIf } from '../../../mm/ptdesc.ts';
import { allocEffect, toldMm } from '../../../mm/ptdesc.ts';
import type { PtlockConfig } from '../../../mm/ptlock.ts';
import { maySplit } from '../../../mm/ptlock.ts';
import { Lock, Unlock } from '../../../step/op-lock.ts';
import { Alloc, Ctor, Dtor, FreeTable, SpliceQueued } from '../../../step/op-table.ts';
import { Bug } from '../../../step/op-walk.ts';
import type { FnInfo, KernelCall, Walker } from '../../../step/walker.ts';
import { kernelFunction } from '../../../step/walker.ts';
import type { Kernel, KernelConfig } from '../../kernel.ts';
import { ctorHook, dtorHook } from '../../mm/ctor-hook.ts';

/**
 * include/asm-generic/pgalloc.h and include/linux/mm.h: table pages, their constructors and destructors. Which allocator constructs what, at which revision, is data
 * (mm/allocators.ts); here it is carried out.
 */

/** How split locks were configured: a long has 32 bits on 32-bit architectures, and parisc's lock is four words. */
export function ptlockConfig(config: KernelConfig): PtlockConfig {
  const narrow = ['arm', 'm68k', 'm68k-coldfire', 'csky', 'microblaze', 'openrisc', 'sparc32'];
  return {
    splitPte: config.splitPte && maySplit(config.arch, 'pte') && (config.nrCpus === 0 || config.nrCpus >= 4),
    splitPmd: config.splitPmd && maySplit(config.arch, 'pmd'),
    spinlock: config.spinlock,
    bits: narrow.includes(config.arch) ? 32 : 64,
    archLock: config.arch === 'parisc' ? 16 : 4,
  };
}

/** What a scenario's what-ifs change. */
export function ctorWhatIf(config: KernelConfig): CtorWhatIf {
  return { efiAsKernel: config.efiAsKernel, efiCtor: config.efiCtor };
}

/** There is no page: some allocators can't live with that. */
function* noPage(k: Kernel, allocator: Allocator): Walker<undefined> {
  const fatal = allocator.noPage === 'bug' || (allocator.noPage === 'errors' && !k.rules.build.returnsErrors);
  if (fatal) yield* new Bug();
  if (allocator.noPage === 'panic') yield* new Bug(true);
  return undefined;
}

/** A page for a table, and its constructor where this allocator runs one. `mm`: whose it is to be; null: the caller says none. */
function* allocate(
  k: Kernel,
  allocator: Allocator,
  level: LevelName,
  mm: string | null,
  gfp: 'kernel' | 'atomic' | undefined,
  at: number | undefined,
): Walker<number | undefined> {
  const { order } = allocator;
  const table = yield* new Alloc(level, gfp, mm, {
    ...(order === 0 ? {} : { order }),
    ...(at === undefined ? {} : { at }),
  });
  if (table === undefined) return yield* noPage(k, allocator);
  const rules = k.rules.ctor;
  const effect = allocEffect(rules, ptlockConfig(k.config), allocator, level, mm, ctorWhatIf(k.config));
  if (!effect.ctor) return table;
  const as = allocator.ctorAs ?? level;
  const takesMm = rules.mmArgument && (as === 'pte' || as === 'pmd');
  const constructed = yield* new Ctor(
    as,
    table,
    takesMm ? toldMm(allocator, mm, ctorWhatIf(k.config)) : undefined,
    effect.lock === 'none' ? undefined : effect.lock,
  );
  if (!constructed) {
    if (allocator.noLock === 'bug') yield* new Bug();
    if (allocator.noLock === 'ignored') return table;
    yield* new FreeTable(level, table);
    return undefined;
  }
  yield* ctorHook(k, as, table, order);
  return table;
}

const allocators = new Map<
  Allocator,
  (
    k: Kernel,
    level: LevelName,
    mm: string | null,
    gfp: 'kernel' | 'atomic' | undefined,
    at: number | undefined,
  ) => KernelCall<number | undefined>
>();

/**
 * Calls an allocator by the kernel's name of it: the configured architecture's own, else the generic one, else arm64's. Answers with the table's
 * physical address, or undefined where there is no page. Throws if there is no such allocator. `at`: the table is there already.
 */
export function allocateTable(
  k: Kernel,
  name: string,
  level: LevelName,
  mm: string | null,
  gfp: 'kernel' | 'atomic' | null = 'kernel',
  at?: number,
): KernelCall<number | undefined> {
  const allocator = findAllocator(name, k.config.arch) ?? findAllocator(name, 'arm64');
  if (allocator === undefined) throw new Error(`[engine bug] there is no allocator ${name}`);
  let call = allocators.get(allocator);
  if (call === undefined) {
    const info: FnInfo = { name: allocator.name, file: allocator.file, lines: {} };
    call = kernelFunction(info, (kernel: Kernel, l, m, g, a) => allocate(kernel, allocator, l, m, g, a));
    allocators.set(allocator, call);
  }
  return call(k, level, mm, gfp ?? undefined, at);
}

const freePaths = new Map<
  FreePath,
  (k: Kernel, level: LevelName, table: number, mm: string | null, what: FreedTable) => KernelCall<boolean>
>();

/** The spinlock of the one list that tables to be freed later are on. */
const QUEUE_LOCK = 'kernel_pgtable_work.lock';

/** `pagetable_free_kernel()` with CONFIG_ASYNC_KERNEL_PGTABLE_FREE: the page is put on the list, and the worker is woken. */
const pagetableFreeKernel = kernelFunction(
  { name: 'pagetable_free_kernel', file: 'mm/pgtable-generic.c', lines: {} },
  function* (level: LevelName, table: number): Walker<void> {
    yield* new Lock(QUEUE_LOCK, 'write');
    yield* new FreeTable(level, table, true);
    yield* new Unlock(QUEUE_LOCK);
  },
);

/**
 * `kernel_pgtable_work_func()`: the worker takes the whole list, has IOMMUs forget what they hold of kernel tables (they are not
 * modelled), and gives the pages back. Answers 0: the kernel's function returns nothing.
 */
export const kernelPgtableWorkFunc = kernelFunction(
  { name: 'kernel_pgtable_work_func', file: 'mm/pgtable-generic.c', lines: {} },
  function* (): Walker<number> {
    yield* new Lock(QUEUE_LOCK, 'write');
    const queued = yield* new SpliceQueued();
    yield* new Unlock(QUEUE_LOCK);
    for (const { level, table } of queued) yield* new FreeTable(level, table);
    return 0;
  },
);

function* free(
  k: Kernel,
  path: FreePath,
  level: LevelName,
  table: number,
  mm: string | null,
  what: FreedTable,
): Walker<boolean> {
  if (path.dtor(k.rules.ctor, what)) {
    yield* new Dtor(level, table);
    yield* dtorHook(k, level, table, path.order);
  }
  // Generic allocators mark kernel tables, and only those are put off.
  const flagged = k.rules.ctor.kernelFlag && mm === 'init_mm' && path.arch === 'generic';
  const deferred = flagged && k.config.asyncFree;
  if (deferred) yield* pagetableFreeKernel(level, table);
  else yield* new FreeTable(level, table);
  return deferred;
}

/**
 * Gives a table back by one of the kernel's free paths: the destructor where the path runs one, then the page. `mm`: whose it was.
 * Answers whether the page is only queued, for `kernelPgtableWorkFunc`. Throws if there is no such path.
 */
export function freeTable(
  k: Kernel,
  name: string,
  level: LevelName,
  table: number,
  mm: string | null,
  what: FreedTable = {},
): KernelCall<boolean> {
  const path = findFreePath(name, k.config.arch) ?? findFreePath(name, 'arm64');
  if (path === undefined) throw new Error(`[engine bug] there is no free path ${name}`);
  let call = freePaths.get(path);
  if (call === undefined) {
    const info: FnInfo = { name: path.name, file: path.file, lines: {} };
    call = kernelFunction(info, (kernel: Kernel, l, t, m, w) => free(kernel, path, l, t, m, w));
    freePaths.set(path, call);
  }
  return call(k, level, table, mm, { level, user: mm === 'user', ...what });
}
