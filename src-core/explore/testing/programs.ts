import { arm64Geometry } from '../../arch/arm64/geometry.ts';
import { U64 } from '../../base/u64.ts';
import type { Rng } from '../../base/rng.ts';
import { rng as seeded } from '../../base/rng.ts';
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
import { Exchange, read, readOnce, store } from '../../step/op-memory.ts';
import { Alloc, FreeTable } from '../../step/op-table.ts';
import { entryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { KernelCall } from '../../step/walker.ts';

const ROOT = 0x10000;
const PMD = 0x11000;
const PTE = 0x12000;
const geometry = arm64Geometry(12, 39);

/** One thing a random program does. Sections nest and are always left again. */
type Action =
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
  | { readonly do: 'try'; readonly lock: LockName; readonly body: readonly Action[] }
  | { readonly do: 'rcu'; readonly body: readonly Action[] }
  | { readonly do: 'grace' }
  | { readonly do: 'unlink' }
  | { readonly do: 'link' };

/** Words that programs share: two of the PMD table (the first links the PTE table), two of the PTE table. */
const WORDS = [
  entryPtr('pmd', PMD, 0),
  entryPtr('pmd', PMD, 1),
  entryPtr('pte', PTE, 0),
  entryPtr('pte', PTE, 1),
] as const;
const LOCKS: readonly LockName[] = ['mmap:init_mm', 'ptl'];

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
        if (yield* new TryLock(action.lock, 'read')) {
          yield* perform(action.body, seen);
          yield* new Unlock(action.lock);
        } else seen.push('failed');
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

function actions(rng: Rng, budget: number, held: readonly LockName[], reading: boolean): Action[] {
  const list: Action[] = [];
  for (let left = budget; left > 0;) {
    const word = rng.below(WORDS.length);
    const free = LOCKS.filter((lock) => !held.includes(lock));
    const lock = free[rng.below(Math.max(1, free.length))];
    const inner = Math.min(left - 1, 1 + rng.below(2));
    const pick = rng.below(14);
    if (pick < 3) list.push({ do: 'read', word, once: rng.below(2) === 0 });
    else if (pick < 5) list.push({ do: 'write', word: 1 + rng.below(3), value: 16 * (1 + rng.below(3)) });
    else if (pick === 5) list.push({ do: 'copy', from: word, to: 1 + rng.below(3) });
    else if (pick === 6) list.push({ do: 'exchange', word });
    else if (pick === 7) list.push({ do: 'unlessZero', word, then: actions(rng, inner, held, reading) });
    else if (pick === 8 && lock !== undefined && inner > 0) {
      const mode: LockMode = lock.startsWith('mmap') && rng.below(2) === 0 ? 'read' : 'write';
      list.push({ do: 'section', lock, mode, body: actions(rng, inner, [...held, lock], reading) });
    } else if (pick === 9 && lock?.startsWith('mmap') === true && inner > 0)
      list.push(
        rng.below(2) === 0
          ? { do: 'try', lock, body: actions(rng, inner, [...held, lock], reading) }
          : { do: 'downgraded', lock, body: actions(rng, inner, [...held, lock], reading) },
      );
    else if (pick === 10 && inner > 0) list.push({ do: 'rcu', body: actions(rng, inner, held, true) });
    else if (pick === 11 && !reading) list.push({ do: 'grace' });
    else if (pick === 12) list.push({ do: 'unlink' });
    else if (pick === 13) list.push({ do: 'link' });
    else continue;
    left -= pick >= 5 ? 2 : 1;
  }
  return list;
}

/** A random program of two or three contexts, and machines that run it. */
export interface RandomProgram {
  readonly queued: boolean;
  create(): Machine;
  /** The end of an execution as one text: what was seen, what went wrong, and every word. */
  describe(machine: Machine): string;
}

export function randomProgram(seed: number): RandomProgram {
  if (!geometry.ok) throw new Error('no geometry');
  const geo = geometry.value;
  const rng = seeded(seed);
  const contexts = rng.below(3) === 0 ? 3 : 2;
  const programs = Array.from({ length: contexts }, () => actions(rng, contexts === 3 ? 2 : 3, [], false));
  const queued = rng.below(2) === 0;
  // In some, the last context is a softirq that interrupts the first.
  const softirq = rng.below(3) === 0;
  const ground = new PhysicalMemory();
  ground.add(ROOT, 1, 'init_mm', U64.ZERO, 512).set(0, 0, PMD | 3);
  ground.add(PMD, 2, 'init_mm', U64.ZERO, 512).set(0, 0, PTE | 3);
  ground.add(PTE, 3, 'init_mm', U64.ZERO, 512).set(0, 0, 0x40);
  let seen: string[][] = [];
  return {
    queued,
    create: () => {
      const now: string[][] = programs.map(() => []);
      seen = now;
      const plans: ContextPlan[] = programs.map((program, cpu) => ({
        cpu: softirq && cpu === contexts - 1 ? 0 : cpu,
        ...(softirq && cpu === contexts - 1 ? { kind: 'softirq' as const } : {}),
        holds: [],
        calls: [
          {
            args: {},
            locks: [],
            start: () =>
              new KernelCall({ name: `program ${cpu}`, file: '', lines: {} }, body(program, now[cpu] ?? [])),
          },
        ],
      }));
      return new Machine({
        geo,
        revision: 'v7.3',
        memory: ground.fork(),
        ground,
        roots: [ROOT],
        journal: undefined,
        contexts: plans,
        assertions: 'owner',
        fold: 'none',
        queuedWriters: queued,
      });
    },
    describe: (machine) => {
      const words = [...machine.memory.pages()]
        .sort((a, b) => a.pa - b.pa)
        .map((page) => `${page.pa}:${[0, 1].map((i) => page.get(i).toHex()).join()}`);
      const wrong = [...(machine.watch?.violations.keys() ?? [])].sort();
      const states = machine.contexts.map((ctx) => ctx.state);
      return JSON.stringify([words, wrong, states, seen]);
    },
  };
}

function* body(program: readonly Action[], seen: string[]): Walker<number> {
  yield* perform(program, seen);
  return 0;
}
