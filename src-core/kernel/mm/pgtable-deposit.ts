import { Deposit, Withdraw } from '../../step/op-deposit.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { Kernel } from '../kernel.ts';
import { freeUserTable } from './mmu_gather.ts';

/**
 * Deposited tables: a huge PMD of anonymous memory keeps an empty PTE table in reserve, so that splitting it can't fail for want of
 * memory. Callers hold the PMD lock.
 */

const info = (name: string, file = 'mm/pgtable-generic.c'): FnInfo => ({ name, file, lines: {} });

/** `pmd_huge_pte()`: whose list it is: that of the PMD's table where PMD locks are split, or are not told; else the mm's (0). */
function listOf(k: Kernel, pmd: EntryPtr): number {
  const { nrCpus, splitPte, splitPmd } = k.config;
  return nrCpus === 0 || (splitPte && splitPmd && nrCpus >= 4) ? pmd.table : 0;
}

/** `pgtable_trans_huge_deposit()`: the table at this physical address is put aside. */
export const pgtableTransHugeDeposit = kernelFunction(
  info('pgtable_trans_huge_deposit'),
  function* (k: Kernel, pmd: EntryPtr, table: number): Walker<void> {
    yield* new Deposit(listOf(k, pmd), table);
  },
);

/**
 * `pgtable_trans_huge_withdraw()`: physical address of a table that was put aside. Huge PMDs that a scenario begins with have none:
 * undefined, where a kernel would have one.
 */
export const pgtableTransHugeWithdraw = kernelFunction(
  info('pgtable_trans_huge_withdraw'),
  function* (k: Kernel, pmd: EntryPtr): Walker<number | undefined> {
    return yield* new Withdraw(listOf(k, pmd));
  },
);

/** `zap_deposited_table()`: given back at once, without a grace period: nobody could have come to it for long. */
export const zapDepositedTable = kernelFunction(
  info('zap_deposited_table', 'mm/huge_memory.c'),
  function* (k: Kernel, pmd: EntryPtr): Walker<void> {
    const table = yield* pgtableTransHugeWithdraw(k, pmd);
    if (table !== undefined) yield* freeUserTable(k, 'pte', table);
  },
);
