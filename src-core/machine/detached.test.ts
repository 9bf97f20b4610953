import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { worldFromListing } from '../scenario/listing-world.ts';
import { Deposit, Withdraw } from '../step/op-deposit.ts';
import { GracePeriod } from '../step/op-lock.ts';
import { Exchange, store } from '../step/op-memory.ts';
import type { Op } from '../step/op.ts';
import type { EntryPtr } from '../step/pointer.ts';
import type { Walker } from '../step/walker.ts';
import { kernelFunction } from '../step/walker.ts';
import type { CallPlan } from './context.ts';
import { Machine } from './machine.ts';

const PMD: EntryPtr = { table: 0x2000, idx: 0, level: 'pmd' };
const PTE = 0x3000;
const LINK = U64.from(0x3003);
const pte = (idx: number): EntryPtr => ({ table: PTE, idx, level: 'pte' });

type Asked = Op & Iterable<Op>;

function plan(...ops: readonly Asked[]): CallPlan {
  const call = kernelFunction({ name: 'a_test', file: '', lines: {} }, function* (): Walker<number> {
    for (const op of ops) yield* op as unknown as Walker<unknown>;
    return 0;
  });
  return { args: {}, locks: [], deposits: true, start: () => call() };
}

/** What goes wrong where contexts do these ops, each as a call, and run as `turns` says: a context's number for each op. */
function wrong(contexts: readonly (readonly (readonly Asked[])[])[], turns: string): readonly string[] {
  const world = worldFromListing({
    geometry: '4k39',
    roots: [{ mm: 'init_mm', pgd: '0x1000' }],
    tables: [
      ['init_mm', 1, '0xffffffc000000000', 1, '0x2003', '0x0'],
      ['init_mm', 2, '0xffffffc000000000', 1, '0x3003', '0x0'],
    ],
  });
  if (!world.ok) throw new Error(world.error.message);
  const { geo, memory } = world.value;
  const machine = new Machine({
    geo,
    revision: 'v7.3',
    memory: memory.fork(),
    ground: memory,
    journal: undefined,
    roots: [0x1000],
    contexts: contexts.map((calls, cpu) => ({ cpu, holds: [], calls: calls.map((ops) => plan(...ops)) })),
    assertions: 'owner',
    fold: 'none',
  });
  machine.begin(10);
  for (const c of turns) {
    const ctx = machine.contexts[Number(c)];
    if (ctx === undefined || !machine.canRun(ctx)) throw new Error(`${c} can't run`);
    machine.advance(ctx, 10);
  }
  return [...machine.watch.violations.values()].map((v) => `${v.what} by ${v.ctx}`);
}

const unlink = (): Asked => new Exchange(PMD, U64.ZERO);
const relink = (): Asked => new Exchange(PMD, LINK);
const write = (idx = 0): Asked => store(pte(idx), U64.from(3));

describe('a store into a table that nothing points at', () => {
  it('is its own affair to who took the table out, and lost from anybody else', () => {
    expect(wrong([[[unlink(), write()]], [[write(1)]]], '00')).toEqual([]);
    expect(wrong([[[unlink(), write()]], [[write(1)]]], '01')).toEqual(['lost by 1']);
    // While it was linked anybody could.
    expect(wrong([[[unlink(), write()]], [[write(1)]]], '100')).toEqual([]);
  });

  it('is lost once the table is handed over to RCU, or deposited', () => {
    expect(wrong([[[unlink(), new GracePeriod('start'), write()]], [[]]], '000')).toEqual(['lost by 0']);
    expect(wrong([[[unlink(), new Deposit(0x2000, PTE), write()]], [[]]], '000')).toEqual(['lost by 0']);
  });

  it('is lost once the call has returned', () => {
    expect(wrong([[[unlink()], [write()]], [[]]], '00')).toEqual(['lost by 0']);
  });

  it('belongs to who withdraws a deposited table', () => {
    const deposits = (): Asked[] => [unlink(), new Deposit(0x2000, PTE)];
    expect(wrong([[deposits()], [[new Withdraw(0x2000), write()]]], '0011')).toEqual([]);
    expect(wrong([[[...deposits(), write()]], [[new Withdraw(0x2000)]]], '0010')).toEqual(['lost by 0']);
  });

  it('is a store like any other once the table is linked again', () => {
    expect(wrong([[[unlink(), relink()]], [[write()]]], '001')).toEqual([]);
    // Who takes it out then is its owner, and nobody else.
    expect(wrong([[[unlink(), relink(), write()]], [[unlink()]]], '0010')).toEqual(['lost by 0']);
  });
});
