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
}

/** What somebody did to one word, by context: turn of its last access, turn of its last store. 0: none. */
interface WordHistory {
  readonly accessed: Int32Array;
  readonly stored: Int32Array;
}

/**
 * Notices lost updates: a store to a word that some other context has stored to after this context's latest access of it, if it
 * had accessed it within the same call.
 */
export class Watch {
  readonly violations = new Map<string, Violation>();
  private readonly contexts: number;
  private readonly words = new Map<number, WordHistory>();
  /** Turn at which each context entered the call it is in. */
  private readonly callStart: Int32Array;

  constructor(contexts: number) {
    this.contexts = contexts;
    this.callStart = new Int32Array(contexts);
  }

  /** Answers whether this is the first of its kind. */
  report(violation: Violation): boolean {
    const key = `${violation.what} ${violation.ctx} ${violation.access} ${violation.hw ?? ''} ${violation.free ?? ''}`;
    if (this.violations.has(key)) return false;
    this.violations.set(key, violation);
    return true;
  }

  enterCall(ctx: number, turn: number): void {
    this.callStart[ctx] = turn;
  }

  load(ctx: number, word: number, turn: number): void {
    this.history(word).accessed[ctx] = turn;
  }

  /** Answers the context whose store is overwritten unseen, or -1. */
  store(ctx: number, word: number, turn: number): number {
    const { accessed, stored } = this.history(word);
    const mine = accessed[ctx] ?? 0;
    let other = -1;
    if (mine > 0 && mine >= (this.callStart[ctx] ?? 0))
      for (let c = 0; c < this.contexts; c++) if (c !== ctx && (stored[c] ?? 0) > mine) other = c;
    accessed[ctx] = turn;
    stored[ctx] = turn;
    return other;
  }

  private history(word: number): WordHistory {
    let h = this.words.get(word);
    if (h === undefined) {
      h = { accessed: new Int32Array(this.contexts), stored: new Int32Array(this.contexts) };
      this.words.set(word, h);
    }
    return h;
  }
}
