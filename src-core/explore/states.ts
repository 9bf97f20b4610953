import { TouchKind } from '../machine/touch.ts';
import type { Machine } from '../machine/machine.ts';
import { mix } from './hash.ts';
import type { Happening } from './wakeup.ts';
import type { StepWatcher } from './watcher.ts';

/** More are not counted one by one. */
const MOST = 2_000_000;

/**
 * Counts the distinct states that executions pass through, by a hash of 64 bits: the tables' words, and of each context what it has
 * done and read so far, which determines all else.
 */
export class StateCount implements StepWatcher {
  private readonly seen = new Set<string>();
  private histories = new Int32Array(0);
  private words: [number, number] = [0, 0];
  private old: readonly [number, number] = [0, 0];
  /** There were more than could be counted. */
  full = false;

  get count(): number {
    return this.seen.size;
  }

  /** A new execution starts. */
  begin(machine: Machine): void {
    this.histories = new Int32Array(2 * machine.contexts.length);
    this.words = [0, 0];
    this.keep();
  }

  before(machine: Machine, { touch }: Happening): void {
    this.old = valueAt(machine, touch.page, touch.place);
  }

  after(machine: Machine, { ctx, touch }: Happening): void {
    const now = valueAt(machine, touch.page, touch.place);
    for (const [half, seed] of [0x2545f491, 0x27d4eb2f].entries()) {
      const place = mix(mix(seed, (touch.place % 2 ** 31) | 0), Math.floor(touch.place / 2 ** 31));
      const was = mix(mix(place, this.old[0]), this.old[1]);
      if (touch.kind === TouchKind.Write) {
        const is = mix(mix(place, now[0]), now[1]);
        this.words[half as 0 | 1] = ((this.words[half as 0 | 1] - was) | 0) + is;
      }
      const at = 2 * ctx + half;
      this.histories[at] = mix(mix(this.histories[at] ?? 0, touch.kind), was);
    }
    this.keep();
  }

  private keep(): void {
    if (this.seen.size >= MOST) {
      this.full = true;
      return;
    }
    let [high, low] = [this.words[0] | 0, this.words[1] | 0];
    for (let i = 0; i < this.histories.length; i += 2) {
      high = mix(high, this.histories[i] ?? 0);
      low = mix(low, this.histories[i + 1] ?? 0);
    }
    this.seen.add(`${high} ${low}`);
  }
}

function valueAt(machine: Machine, table: number, place: number): readonly [number, number] {
  const page = table === 0 ? undefined : machine.memory.page(table);
  if (page === undefined || place < table) return [0, 0];
  const idx = (place - table) / 8;
  return [page.hi(idx), page.lo(idx)];
}
