import { Ask } from './walker.ts';

/**
 * Ops on the list of deposited tables: PTE tables put aside for the day a huge PMD has to be split. The list hangs on the descriptor of
 * the PMD's table where PMD locks are split, else on the mm. `list`: physical address of that PMD table; 0: the mm's own list.
 */

/** `pgtable_trans_huge_deposit()`: whoever asks holds the PMD lock. */
export class Deposit extends Ask<void> {
  declare readonly op: 'deposit';
  declare readonly list: number;
  /** Physical address of the PTE table. */
  declare readonly table: number;
  constructor(list: number, table: number) {
    super();
    this.op = 'deposit';
    this.list = list;
    this.table = table;
  }
}

/** `pgtable_trans_huge_withdraw()`: physical address of the table, which is the asker's now; undefined where none is deposited. */
export class Withdraw extends Ask<number | undefined> {
  declare readonly op: 'withdraw';
  declare readonly list: number;
  constructor(list: number) {
    super();
    this.op = 'withdraw';
    this.list = list;
  }
}
