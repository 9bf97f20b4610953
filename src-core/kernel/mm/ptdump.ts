import { leaf } from '../../arch/arm64/entry.ts';
import type { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { mmapLock } from '../../step/lock.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { FnInfo, KernelCall, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { contptePtepGet, contptePtepGetLockless } from '../arch/arm64/include/asm/contpte.ts';
import type { MmWalk, MmWalkOps } from '../include/linux/pagewalk.ts';
import { ACTION_CONTINUE } from '../include/linux/pagewalk.ts';
import type { Kernel } from '../kernel.ts';
import { walkPageRangeDebug, walkPageRangeNovma } from './pagewalk.ts';

/** mm/ptdump.c: dumping the tables of an mm, which the dumper does not own. */

const info = (name: string, v73?: number): FnInfo => ({
  name,
  file: 'mm/ptdump.c',
  lines: v73 === undefined ? {} : { 'v7.3': v73 },
});

/** `ptdump_pgd_entry()` to `ptdump_pmd_entry()`: the entry is read once and noted; below a leaf there is nothing. */
function upperEntry(level: 'pgd' | 'p4d' | 'pud' | 'pmd'): NonNullable<MmWalkOps['pudEntry']> {
  return kernelFunction(
    info(`ptdump_${level}_entry`),
    function* (k: Kernel, entry: EntryPtr, _addr: U64, _next: U64, walk: MmWalk): Walker<number> {
      const v = yield* readOnce(entry);
      // arm64 has no leaves at the two upper levels.
      if ((level === 'pud' || level === 'pmd') && leaf(v)) walk.action = ACTION_CONTINUE;
      return 0;
    },
  );
}

const PTDUMP_OPS: MmWalkOps = {
  pgdEntry: upperEntry('pgd'),
  p4dEntry: upperEntry('p4d'),
  pudEntry: upperEntry('pud'),
  pmdEntry: upperEntry('pmd'),
  pteEntry: kernelFunction(info('ptdump_pte_entry'), function* (k: Kernel, pte: EntryPtr): Walker<number> {
    yield* k.rules.ptdump.pteRead === 'ptep_get' ? contptePtepGet(k, pte) : contptePtepGetLockless(k, pte);
    return 0;
  }),
  pteHole: kernelFunction(info('ptdump_hole'), ptdumpHole),
};

/** Only notes what is not there. */
// eslint-disable-next-line require-yield -- every callback is a generator, and this one asks the machine for nothing
function* ptdumpHole(): Walker<number> {
  return 0;
}

/** The walk of one range, by the function that there is for any mm. */
function walk(k: Kernel, mm: Mm, start: U64, end: U64, pgd: number | undefined): KernelCall<number> {
  const by = k.rules.walk.noVmaEntry === 'novma' ? walkPageRangeNovma : walkPageRangeDebug;
  return by(k, mm, start, end, PTDUMP_OPS, pgd);
}

/**
 * `ptdump_walk_pgd()`: memory is kept from being removed and the mm's tables from being changed by those who take the lock; since
 * 2026 another mm's dump holds init_mm's lock too. One range, from `start` up to `end`; `pgd`:
 * physical address of another root than the mm's own.
 */
export const ptdumpWalkPgd = kernelFunction(
  info('ptdump_walk_pgd', 175),
  function* (k: Kernel, mm: Mm, start: U64, end: U64, pgd: number | undefined): Walker<number> {
    const { hotplugLock, initMmToo } = k.rules.ptdump;
    const nested = initMmToo && mm.name !== 'init_mm';
    if (hotplugLock === 'ptdump_walk_pgd') yield* new Lock('mem_hotplug', 'read');
    yield* new Lock(mmapLock(mm.name), 'write');
    if (nested) yield* new Lock(mmapLock('init_mm'), 'write');
    // What it walks to is nobody's business here: a dump has no return value.
    yield* walk(k, mm, start, end, pgd);
    if (nested) yield* new Unlock(mmapLock('init_mm'));
    yield* new Unlock(mmapLock(mm.name));
    if (hotplugLock === 'ptdump_walk_pgd') yield* new Unlock('mem_hotplug');
    return 0;
  },
);
