import { describe, expect, it } from 'vitest';
import { Deposit, Withdraw } from '../step/op-deposit.ts';
import { Deposits } from './deposits.ts';

const never = (): boolean => false;

describe('the list of deposited tables', () => {
  it('gives back the newest, then the rest of the ring', () => {
    const deposits = new Deposits(true);
    for (const table of [1, 2, 3]) deposits.deposit(new Deposit(0x1000, table));
    const taken = [1, 2, 3, 4].map(() => deposits.withdraw(new Withdraw(0x1000)));
    // The kernel calls it first in, first out; its list_add() makes it this.
    expect(taken).toEqual([3, 1, 2, undefined]);
  });

  it('keeps one list for each PMD table, and loses it with that table', () => {
    const deposits = new Deposits(true);
    deposits.deposit(new Deposit(0x1000, 1));
    deposits.deposit(new Deposit(0x2000, 2));
    expect(deposits.isDeposited(1, never)).toBe(true);
    expect(deposits.isDeposited(1, (list) => list === 0x1000)).toBe(false);
    expect(deposits.isDeposited(3, never)).toBe(false);
    expect(deposits.withdraw(new Withdraw(0x2000))).toBe(2);
    expect(deposits.isDeposited(2, never)).toBe(false);
  });

  it('is nobody’s affair where no call deposits', () => {
    expect(new Deposits(false).touch(new Withdraw(0x1000))).toBeUndefined();
    expect(new Deposits(true).touch(new Withdraw(0x1000))?.place).toBe(0x100e);
  });
});
