import type { Run, TableLife } from '../engine.ts';
import { levelName } from '../engine.ts';
import { lifeAt } from './books.ts';

/** What can be said about a table from before the run, and why; nothing of it is asserted by a step. */
export interface Inferred {
  readonly words: string;
  readonly reason: string;
}

/** Everything known of a table's constructor, lock and count. */
export interface Known {
  readonly life: TableLife | undefined;
  readonly inferred: Inferred | undefined;
}

export function knownOf(run: Run, cursor: number, pa: number, hw: number | undefined): Known {
  const life = lifeAt(run, cursor, pa);
  if (life !== undefined && life.allocated > 0) return { life, inferred: undefined };
  if (life?.destructed !== undefined)
    return {
      life,
      inferred: {
        words: 'was constructed and counted',
        reason: `step ${life.destructed} destructs it, and it is from before the run`,
      },
    };
  const { world } = run;
  if (world.mms.some((mm) => mm.name === 'init_mm' && mm.pgd === pa))
    return {
      life,
      inferred: {
        words: 'not constructed, no ptlock, not counted',
        reason: 'the root of init_mm is part of the kernel’s image',
      },
    };
  const level = hw === undefined ? undefined : levelName(world.geo, hw);
  if (level !== undefined && level !== 'pte' && level !== 'pmd')
    return {
      life,
      inferred: { words: 'no ptlock', reason: `no ${level.toUpperCase()} table has a lock of its own` },
    };
  return { life, inferred: undefined };
}

/** Is its constructor's work in force? */
export function isConstructed(life: TableLife): boolean {
  return life.constructed !== undefined && life.destructed === undefined;
}

/** `CLA +1`: constructed, lock, pages counted; `–`: nothing of it; `?`: not known. */
export function badgeLetters({ life, inferred }: Known): string {
  if (life === undefined || life.allocated === 0)
    return inferred?.words.startsWith('not') === true ? '–' : '?';
  const lock = { none: '', embedded: 'L', kmem: 'LA' }[life.lock];
  const counted = life.counted === 0 ? '' : ` ${signed(life.counted)}`;
  const letters = (isConstructed(life) ? 'C' : '') + lock + counted;
  return letters === '' ? '–' : letters.trim();
}

/** The same in words, longest first. */
export function badgeWords(known: Known): readonly string[] {
  const { life, inferred } = known;
  if (life === undefined || life.allocated === 0)
    return inferred === undefined
      ? ['constructor, ptlock and count: not known', 'not known']
      : [`inferred: ${inferred.words}`, 'inferred'];
  const ctor =
    life.destructed !== undefined ? 'destructed' : isConstructed(life) ? 'constructed' : 'not constructed';
  const lock = { none: 'no ptlock', embedded: 'ptlock', kmem: 'ptlock apart' }[life.lock];
  const counted =
    life.counted === 0 ? 'not counted' : life.counted === 1 ? 'counted' : `counted ${signed(life.counted)}`;
  return [`${ctor} · ${lock} · ${counted}`, `${ctor} · ${lock}`, ctor];
}

export function signed(n: number): string {
  return n < 0 ? `−${-n}` : `+${n}`;
}
