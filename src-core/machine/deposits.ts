import type { Deposit, Withdraw } from '../step/op-deposit.ts';
import type { Touch } from './touch.ts';
import { NO_PLACES, TouchKind } from './touch.ts';

/** Added to a list's address: no word, and nothing else that has no word, is there. */
const LIST_PLACE = 14;

/**
 * The lists of deposited tables. Each is a ring, the newest first: a new one goes before the first, and behind it what was second
 * before; what was first comes last (`pmd_huge_pte`, mm/pgtable-generic.c).
 */
export class Deposits {
  private readonly lists = new Map<number, readonly number[]>();
  /** No call of the scenario deposits a table: then what is on the lists is nobody else's affair. */
  private readonly idle: boolean;

  constructor(used: boolean) {
    this.idle = !used;
  }

  deposit({ list, table }: Deposit): void {
    const [first, ...rest] = this.lists.get(list) ?? [];
    this.lists.set(list, first === undefined ? [table] : [table, ...rest, first]);
  }

  withdraw({ list }: Withdraw): number | undefined {
    const [first, ...rest] = this.lists.get(list) ?? [];
    this.lists.set(list, rest);
    return first;
  }

  /** Is the table on a list that is still there? `gone`: was this PMD table given back? */
  isDeposited(table: number, gone: (list: number) => boolean): boolean {
    for (const [list, tables] of this.lists) if (tables.includes(table)) return !gone(list);
    return false;
  }

  /** What an op on a list is to others; undefined where it is its own affair. */
  touch({ list }: Deposit | Withdraw): Touch | undefined {
    if (this.idle) return undefined;
    const place = list + LIST_PLACE;
    return { kind: TouchKind.Write, place, page: 0, chain: NO_PLACES, also: NO_PLACES };
  }
}
