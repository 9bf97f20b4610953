import type { Rng } from '../../base/rng.ts';
import { rng as seeded } from '../../base/rng.ts';
import type { LockMode, LockName } from '../../step/lock.ts';
import type { Action, Setup } from './program.ts';
import { IRQS_OFF, WORDS } from './program.ts';

const LOCKS: readonly LockName[] = ['mmap:init_mm', 'ptl', 'ptl@0x12000', IRQS_OFF];
const LAST = ['own', 'own', 'own', 'softirq', 'softirq', 'task', 'irqs-off'] as const;

/** What the rest of a program may be. */
interface Setting {
  readonly held: readonly LockName[];
  /** Inside an RCU section. */
  readonly reading: boolean;
  /** It may stop the machine. */
  readonly stopping: boolean;
}

function actions(rng: Rng, budget: number, setting: Setting): Action[] {
  const { held, reading, stopping } = setting;
  const list: Action[] = [];
  for (let left = budget; left > 0;) {
    const word = rng.below(WORDS.length);
    // Now and then a lock that is held already: a reader nests, a writer waits for itself for ever.
    const again = rng.below(4) === 0;
    const free = LOCKS.filter((lock) => again || !held.includes(lock));
    const lock = free[rng.below(Math.max(1, free.length))];
    const inner = Math.min(left - 1, 1 + rng.below(2));
    const pick = rng.below(stopping ? 17 : 15);
    if (pick < 3) list.push({ do: 'read', word, once: rng.below(2) === 0 });
    else if (pick < 5) list.push({ do: 'write', word: 1 + rng.below(3), value: 16 * (1 + rng.below(3)) });
    else if (pick === 5) list.push({ do: 'copy', from: word, to: 1 + rng.below(3) });
    else if (pick === 6) list.push({ do: 'exchange', word });
    else if (pick === 7) list.push({ do: 'unlessZero', word, then: actions(rng, inner, setting) });
    else if (pick === 8 && lock !== undefined && inner > 0) {
      const mode: LockMode = lock.startsWith('mmap') && rng.below(2) === 0 ? 'read' : 'write';
      list.push({
        do: 'section',
        lock,
        mode,
        body: actions(rng, inner, { ...setting, held: [...held, lock] }),
      });
    } else if (pick === 9 && lock?.startsWith('mmap') === true && inner > 0)
      list.push(
        rng.below(2) === 0
          ? {
              do: 'try',
              lock,
              mode: rng.below(2) === 0 ? 'read' : 'write',
              body: actions(rng, inner, { ...setting, held: [...held, lock] }),
            }
          : { do: 'downgraded', lock, body: actions(rng, inner, { ...setting, held: [...held, lock] }) },
      );
    else if (pick === 10 && inner > 0)
      list.push({ do: 'rcu', body: actions(rng, inner, { ...setting, reading: true }) });
    else if (pick === 11 && !reading) list.push({ do: 'grace' });
    else if (pick === 12) list.push({ do: 'unlink' });
    else if (pick === 13) list.push({ do: 'link' });
    else if (pick === 14) list.push({ do: 'key', set: [undefined, true, false][rng.below(3)] });
    else if (pick > 14 && inner > 0)
      list.push({ do: 'stopMachine', body: actions(rng, inner, { ...setting, stopping: false }) });
    else continue;
    left -= pick >= 5 ? 2 : 1;
  }
  return list;
}

/** Two or three contexts of random actions: sections nest and are always left again. */
export function randomSetup(seed: number): Setup {
  const rng = seeded(seed);
  const n = rng.below(3) === 0 ? 3 : 2;
  // In a few, the first context may stop the machine.
  const stops = rng.below(8) === 0;
  const contexts = Array.from({ length: n }, (_, ctx) =>
    actions(rng, n === 3 ? 3 : 4, { held: [], reading: false, stopping: stops && ctx === 0 }),
  );
  return { contexts, queued: rng.below(2) === 0, last: LAST[rng.below(LAST.length)] ?? 'own' };
}
