import type { Mm } from '../../../mm/mm.ts';
import { maySplit } from '../../../mm/ptlock.ts';
import type { LockName } from '../../../step/lock.ts';
import type { EntryPtr } from '../../../step/pointer.ts';
import type { Kernel } from '../../kernel.ts';

/**
 * Which spinlock guards an entry (include/linux/mm.h). Split locks lie in the page of the table; where they are not split, all are the
 * mm's page_table_lock. A configuration that does not say for how many CPUs it was built has the locks of the recorded traces: one
 * `ptl`, one `pmd_lock` and one `page_table_lock` for all.
 */

/** CONFIG_SPLIT_PTE_PTLOCKS and CONFIG_SPLIT_PMD_PTLOCKS: from four CPUs on, and where there are PMD tables at all. */
const SPLIT_FROM = 4;

function tableName(table: number): string {
  return `0x${table.toString(16)}`;
}

/** `mm->page_table_lock` */
export function pageTableLock(k: Kernel, mm: Mm): LockName {
  return k.config.nrCpus === 0 ? 'page_table_lock' : `page_table_lock:${mm.name}`;
}

/** `pte_lockptr()`, `ptep_lockptr()`: the lock of the PTE table at this physical address. */
export function pteLockptr(k: Kernel, mm: Mm, table: number): LockName {
  if (k.config.nrCpus === 0) return 'ptl';
  return k.config.nrCpus < SPLIT_FROM || !k.config.splitPte || !maySplit(k.config.arch, 'pte')
    ? pageTableLock(k, mm)
    : `ptl@${tableName(table)}`;
}

/** `pmd_lockptr()`: the lock of the table this PMD entry lies in. */
export function pmdLockptr(k: Kernel, mm: Mm, pmd: EntryPtr): LockName {
  if (k.config.nrCpus === 0) return 'pmd_lock';
  const configured = k.config.splitPte && k.config.splitPmd && maySplit(k.config.arch, 'pmd');
  const split = configured && k.config.nrCpus >= SPLIT_FROM && k.geo.levels.pmd.folded !== 'build';
  return split ? `pmd_lock@${tableName(pmd.table)}` : pageTableLock(k, mm);
}

/** `pud_lockptr()`: never split. */
export function pudLockptr(k: Kernel, mm: Mm): LockName {
  return pageTableLock(k, mm);
}
