import { table as isTable } from '../../arch/arm64/entry.ts';
import { arm64Geometry } from '../../arch/arm64/geometry.ts';
import { U64 } from '../../base/u64.ts';
import type { ContextPlan } from '../../machine/context.ts';
import { Machine } from '../../machine/machine.ts';
import { PhysicalMemory } from '../../memory/physical.ts';
import type { LockMode, LockName } from '../../step/lock.ts';
import {
  Downgrade,
  GracePeriod,
  Lock,
  rcuReadLock,
  rcuReadUnlock,
  TryLock,
  Unlock,
} from '../../step/op-lock.ts';
import { Deposit, Withdraw } from '../../step/op-deposit.ts';
import { StopMachine } from '../../step/op-access.ts';
import { StaticKey } from '../../step/op-key.ts';
import { Exchange, read, readOnce, store } from '../../step/op-memory.ts';
import { Alloc, FreeTable } from '../../step/op-table.ts';
import { entryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { KernelCall } from '../../step/walker.ts';

const ROOT = 0x10000;
const PMD = 0x11000;
const PTE = 0x12000;
const geometry = arm64Geometry(12, 39);

/** One thing a small program does. Sections nest and are always left again. */
export type Action =
  | { readonly do: 'read'; readonly word: number; readonly once: boolean }
  | { readonly do: 'write'; readonly word: number; readonly value: number }
  | { readonly do: 'copy'; readonly from: number; readonly to: number }
  | { readonly do: 'exchange'; readonly word: number }
  | { readonly do: 'unlessZero'; readonly word: number; readonly then: readonly Action[] }
  | {
      readonly do: 'section';
      readonly lock: LockName;
      readonly mode: LockMode;
      readonly body: readonly Action[];
    }
  | { readonly do: 'downgraded'; readonly lock: LockName; readonly body: readonly Action[] }
  | { readonly do: 'try'; readonly lock: LockName; readonly mode: LockMode; readonly body: readonly Action[] }
  | { readonly do: 'key'; readonly set: boolean | undefined }
  | { readonly do: 'stopMachine'; readonly body: readonly Action[] }
  | { readonly do: 'rcu'; readonly body: readonly Action[] }
  | { readonly do: 'grace' }
  | { readonly do: 'unlink' }
  | { readonly do: 'link' }
  /** Takes the PTE table out, writes into it, and links it again (`back`) or deposits it. */
  | { readonly do: 'collapse'; readonly back: boolean }
  /** Takes a deposited table, writes into it, and links it. */
  | { readonly do: 'withdraw' };

/** Words that programs share: two of the PMD table (the first links the PTE table), two of the PTE table. */
export const WORDS = [
  entryPtr('pmd', PMD, 0),
  entryPtr('pmd', PMD, 1),
  entryPtr('pte', PTE, 0),
  entryPtr('pte', PTE, 1),
] as const;
/** A spinlock that is taken with interrupts off. */
export const IRQS_OFF = 'kfence_meta_lock' satisfies LockName;

function* perform(actions: readonly Action[], seen: string[]): Walker<void> {
  for (const action of actions) {
    switch (action.do) {
      case 'read': {
        const at = WORDS[action.word % WORDS.length] ?? WORDS[0];
        seen.push((yield* action.once ? readOnce(at) : read(at, 'test')).toHex());
        break;
      }
      case 'write':
        yield* store(WORDS[action.word % WORDS.length] ?? WORDS[1], U64.from(action.value));
        break;
      case 'copy': {
        const v = yield* readOnce(WORDS[action.from % WORDS.length] ?? WORDS[0]);
        yield* store(WORDS[action.to % WORDS.length] ?? WORDS[1], v.add(U64.from(16)).andNot(U64.from(3)));
        break;
      }
      case 'exchange':
        seen.push((yield* new Exchange(WORDS[action.word % WORDS.length] ?? WORDS[1], U64.ZERO)).toHex());
        break;
      case 'unlessZero': {
        const v = yield* readOnce(WORDS[action.word % WORDS.length] ?? WORDS[0]);
        if (!v.isZero()) yield* perform(action.then, seen);
        break;
      }
      case 'section':
        yield* new Lock(action.lock, action.mode);
        yield* perform(action.body, seen);
        yield* new Unlock(action.lock);
        break;
      case 'downgraded':
        yield* new Lock(action.lock, 'write');
        yield* new Downgrade(action.lock);
        yield* perform(action.body, seen);
        yield* new Unlock(action.lock);
        break;
      case 'try':
        if (yield* new TryLock(action.lock, action.mode)) {
          yield* perform(action.body, seen);
          yield* new Unlock(action.lock);
        } else seen.push('failed');
        break;
      case 'key':
        seen.push(String(yield* new StaticKey('key', action.set)));
        break;
      case 'stopMachine':
        yield* new StopMachine(true);
        yield* perform(action.body, seen);
        yield* new StopMachine(false);
        break;
      case 'rcu':
        yield* rcuReadLock();
        yield* perform(action.body, seen);
        yield* rcuReadUnlock();
        break;
      case 'grace':
        yield* new GracePeriod('start');
        yield* new GracePeriod('end');
        break;
      case 'unlink':
        yield* store(WORDS[0], U64.ZERO);
        yield* new FreeTable('pte', PTE);
        break;
      case 'collapse': {
        const old = yield* new Exchange(WORDS[0], U64.ZERO);
        seen.push(old.toHex());
        if (!isTable(old)) break;
        const table = old.andNot(U64.from(3)).toNumber();
        yield* store(entryPtr('pte', table, 0), U64.from(0x110));
        if (action.back) yield* store(WORDS[0], old);
        else yield* new Deposit(PMD, table);
        break;
      }
      case 'withdraw': {
        const table = yield* new Withdraw(PMD);
        seen.push(String(table));
        if (table === undefined) break;
        yield* store(entryPtr('pte', table, 1), U64.from(0x220));
        yield* store(WORDS[0], U64.from(table).or(U64.from(3)));
        break;
      }
      case 'link': {
        const table = yield* new Alloc('pte', 'kernel', 'init_mm');
        if (table === undefined) break;
        yield* store(entryPtr('pte', table, 0), U64.from(0x77));
        yield* store(WORDS[1], U64.from(table).or(U64.from(3)));
        yield* store(entryPtr('pte', table, 0), U64.from(0x99));
        break;
      }
    }
  }
}

/** Two or three contexts, each on its own CPU. */
export interface Setup {
  readonly contexts: readonly (readonly Action[])[];
  /** Writers that wait queue, and keep new readers out. */
  readonly queued: boolean;
  /** What the last context is; all but `own` run on the CPU of the first. */
  readonly last: 'own' | 'task' | 'softirq' | 'irqs-off';
}

/** A small program over the engine's own ops, and machines that run it. */
export interface Program {
  create(): Machine;
  /** The end of an execution as one text: what was seen, what went wrong, and every word. */
  describe(machine: Machine): string;
}

export function program({ contexts, queued, last }: Setup): Program {
  if (!geometry.ok) throw new Error('no geometry');
  const geo = geometry.value;
  const ground = new PhysicalMemory();
  ground.add(ROOT, 1, 'init_mm', U64.ZERO, 512).set(0, 0, PMD | 3);
  ground.add(PMD, 2, 'init_mm', U64.ZERO, 512).set(0, 0, PTE | 3);
  ground.add(PTE, 3, 'init_mm', U64.ZERO, 512).set(0, 0, 0x40);
  let seen: string[][] = [];
  const plan = (actions: readonly Action[], i: number): ContextPlan => {
    const isLast = i === contexts.length - 1;
    const mine = seen[i] ?? [];
    return {
      cpu: isLast && last !== 'own' ? 0 : i,
      ...(isLast && last !== 'own' ? { kind: last } : {}),
      holds: [],
      calls: [
        {
          args: {},
          locks: [],
          deposits: does(actions, (action) => action.do === 'collapse' || action.do === 'withdraw'),
          stops: does(actions, (action) => action.do === 'stopMachine'),
          irqsOff: does(actions, (action) => action.do === 'section' && action.lock === IRQS_OFF),
          start: () => new KernelCall({ name: `program ${i}`, file: '', lines: {} }, body(actions, mine)),
        },
      ],
    };
  };
  return {
    create: () => {
      seen = contexts.map(() => []);
      return new Machine({
        geo,
        revision: 'v7.3',
        memory: ground.fork(),
        ground,
        roots: [ROOT],
        journal: undefined,
        contexts: contexts.map(plan),
        assertions: 'owner',
        fold: 'none',
        queuedWriters: queued,
      });
    },
    describe: (machine) => {
      const words = [...machine.memory.pages()]
        .sort((a, b) => a.pa - b.pa)
        .map((page) => `${page.pa}:${[0, 1].map((i) => page.get(i).toHex()).join()}`);
      const wrong = [...machine.watch.violations.keys()].sort();
      const states = machine.contexts.map((ctx) => ctx.state);
      return JSON.stringify([words, wrong, states, seen]);
    },
  };
}

function does(actions: readonly Action[], what: (action: Action) => boolean): boolean {
  return actions.some(
    (action) =>
      what(action) ||
      ('body' in action && does(action.body, what)) ||
      ('then' in action && does(action.then, what)),
  );
}

function* body(actions: readonly Action[], seen: string[]): Walker<number> {
  yield* perform(actions, seen);
  return 0;
}
