import type { ViolationKind } from '../step/step.ts';

/** What a context did that must not happen. */
export interface Violation {
  readonly what: ViolationKind;
  readonly ctx: number;
  readonly access: 'read' | 'write' | 'free';
  /** Hardware level of the table concerned; undefined where there is no table. */
  readonly hw: number | undefined;
  /** badfree only: no table at all, or free already. */
  readonly free?: 'bad' | 'double';
  /** ptlock only: that of a table that has been freed. */
  readonly freed?: boolean;
}

function alike(a: Violation, b: Violation): boolean {
  return (
    a.what === b.what &&
    a.ctx === b.ctx &&
    a.access === b.access &&
    a.hw === b.hw &&
    a.free === b.free &&
    a.freed === b.freed
  );
}

/**
 * Notices lost updates: a store to a word that some other context has stored to after this context's latest access of it, if it
 * had accessed it within the same call.
 */
export class Watch {
  readonly violations = new Map<string, Violation>();
  private readonly contexts: number;
  private last: Violation | undefined;
  /** Where a word's turns start in `accessed` and `stored`, which have one a context: of its last access, of its last store. 0: none. */
  private readonly words = new Map<number, number>();
  private readonly accessed: number[] = [];
  private readonly stored: number[] = [];
  /** Turn at which each context entered the call it is in. */
  private readonly callStart: Int32Array;

  constructor(contexts: number) {
    this.contexts = contexts;
    this.callStart = new Int32Array(contexts);
  }

  /** Answers whether this is the first of its kind. Who goes through a freed table reports the same many times in a row. */
  report(violation: Violation): boolean {
    const { last } = this;
    this.last = violation;
    if (last !== undefined && alike(last, violation)) return false;
    const key = `${violation.what} ${violation.ctx} ${violation.access} ${violation.hw ?? ''} ${violation.free ?? ''} ${violation.freed ?? ''}`;
    if (this.violations.has(key)) return false;
    this.violations.set(key, violation);
    return true;
  }

  enterCall(ctx: number, turn: number): void {
    this.callStart[ctx] = turn;
  }

  load(ctx: number, word: number, turn: number): void {
    // Nobody else is there to overtake it: a long walk must not remember each word.
    if (this.contexts === 1) return;
    this.accessed[this.history(word) + ctx] = turn;
  }

  /** Answers the context whose store is overwritten unseen, or -1. */
  store(ctx: number, word: number, turn: number): number {
    const { accessed, stored } = this;
    const at = this.history(word);
    const mine = accessed[at + ctx] ?? 0;
    let other = -1;
    if (mine > 0 && mine >= (this.callStart[ctx] ?? 0))
      for (let c = 0; c < this.contexts; c++) if (c !== ctx && (stored[at + c] ?? 0) > mine) other = c;
    accessed[at + ctx] = turn;
    stored[at + ctx] = turn;
    return other;
  }

  private history(word: number): number {
    let at = this.words.get(word);
    if (at === undefined) {
      at = this.accessed.length;
      this.words.set(word, at);
      for (let c = 0; c < this.contexts; c++) {
        this.accessed.push(0);
        this.stored.push(0);
      }
    }
    return at;
  }
}
