import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../arch/arm64/geometry.ts';
import { outputAddress } from '../arch/arm64/entry.ts';
import { U64 } from '../base/u64.ts';
import { single, TlbHistory } from './history.ts';
import { translations } from './may.ts';
import { allows, NO_LIMITS } from './permission.ts';
import type { Span } from './span.ts';
import { alignedSpan, contiguous, leafShift, overlap, readsAs, spanOf } from './span.ts';

/** Two levels of 64K tables, contiguous groups of 32 pages: the smallest there is. */
const geometry = parseArm64Geometry('64k42');
if (!geometry.ok) throw new Error(geometry.error.message);
const geo = geometry.value;
const BASE = U64.ZERO.sub(U64.bit(42));
const ROOT = 0x10000;
const [T1, T2] = [0x20000, 0x30000];
const PAGE = 0x10000;
const BLOCK_SHIFT = 29;

const table = (pa: number, more = '0x0'): U64 => U64.from(pa).or(U64.hex('0x403')).or(U64.hex(more));
const page = (nth: number, bits = '0xe8000000000703'): U64 => U64.hex(bits).plus(0x40000000 + nth * PAGE);
const BLOCK = U64.hex('0xe8000040000701');
const RO = '0xe0000000000783';
const CONT = '0xf8000000000703';
const CONT_RO = '0xf0000000000783';

interface Word {
  readonly table: number;
  readonly idx: number;
}
type Event =
  | { readonly ev: 'store'; readonly cpu: number; readonly word: number; readonly value: U64 }
  | { readonly ev: 'dsb'; readonly cpu: number }
  | { readonly ev: 'flush'; readonly cpu: number; readonly span: Span; readonly of: number | undefined };

/** What the tests store to: an entry of the root, and two pages of a group in either table. */
const WORDS: readonly Word[] = [
  { table: ROOT, idx: 0 },
  { table: T1, idx: 0 },
  { table: T1, idx: 1 },
  { table: T2, idx: 0 },
];

function valuesOf(word: number): fc.Arbitrary<U64> {
  const nth = WORDS[word]?.idx ?? 0;
  return word === 0
    ? fc.constantFrom(U64.ZERO, table(T1), table(T2), table(T2, '0x800000000000000'), BLOCK)
    : fc.constantFrom(
        U64.ZERO,
        ...[page(nth), page(nth, RO), page(nth, CONT), page(nth, CONT_RO), page(nth + 8)],
      );
}

const cpu = fc.constantFrom(0, 1);
const store = fc
  .integer({ min: 0, max: WORDS.length - 1 })
  .chain((word) =>
    fc.record({ ev: fc.constant('store' as const), cpu, word: fc.constant(word), value: valuesOf(word) }),
  );
const flush = fc.record({
  ev: fc.constant('flush' as const),
  cpu,
  // One page, the group around it, another group, all.
  span: fc.constantFrom(
    alignedSpan(BASE, 16),
    alignedSpan(BASE.plus(PAGE), 16),
    alignedSpan(BASE, 21),
    alignedSpan(BASE.plus(64 * PAGE), 21),
    alignedSpan(BASE, BLOCK_SHIFT),
  ),
  of: fc.constantFrom(undefined, undefined, 0, 1),
});
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: store },
  { weight: 2, arbitrary: fc.record({ ev: fc.constant('dsb' as const), cpu }) },
  { weight: 1, arbitrary: flush },
);

const wordKey = (w: Word): string => `${w.table} ${w.idx}`;

/** A state of the model: what walkers see, what is on its way, and all that this CPU may have kept by now. */
interface State {
  readonly seen: ReadonlyMap<string, U64>;
  readonly coming: ReadonlyMap<string, readonly { readonly cpu: number; readonly value: U64 }[]>;
  /** Pointers to tables: the table, whether it forbids execution. */
  readonly tables: readonly string[];
  /** Leaves: level, value, limit, shift. */
  readonly leaves: readonly string[];
}

/**
 * All that can happen, one thing at a time: each store reaches the walkers at any moment up to the next DSB, and the walker reads
 * whatever it can whenever it can.
 */
class Model {
  private states: State[];
  private readonly va: U64;
  private readonly cpu: number;

  constructor(initial: ReadonlyMap<string, U64>, va: U64, on: number) {
    this.va = va;
    this.cpu = on;
    this.states = [this.fill({ seen: initial, coming: new Map(), tables: [], leaves: [] })];
  }

  private slot(): number {
    return this.va.field(16, 13);
  }

  private read(state: State, w: Word): U64 {
    return state.seen.get(wordKey(w)) ?? U64.ZERO;
  }

  private leavesAt(state: State, pa: number, hw: number, noExec: string): string[] {
    const idx = hw === 3 ? this.slot() : 0;
    const own = this.read(state, { table: pa, idx });
    const out =
      readsAs(geo, hw, own) === 'leaf' ? [`${hw} ${own.toHex()} ${noExec} ${leafShift(geo, hw, own)}`] : [];
    for (let i = 0; i < 32 && hw === 3; i++) {
      const v = this.read(state, { table: pa, idx: i });
      if (i === idx || !contiguous(geo, hw, v)) continue;
      out.push(`${hw} ${v.plus((idx - i) * PAGE).toHex()} ${noExec} 21`);
    }
    return out;
  }

  /** Everything a walker can read at this moment. */
  private fill(state: State): State {
    const root = this.read(state, { table: ROOT, idx: 0 });
    const tables = new Set(state.tables);
    if (readsAs(geo, 2, root) === 'table') tables.add(`${outputAddress(geo, root)} ${root.bit(59)}`);
    const leaves = new Set([...state.leaves, ...this.leavesAt(state, ROOT, 2, 'false')]);
    for (const t of tables) {
      const [pa = '', noExec = ''] = t.split(' ');
      for (const l of this.leavesAt(state, Number(pa), 3, noExec)) leaves.add(l);
    }
    return { ...state, tables: [...tables].sort(), leaves: [...leaves].sort() };
  }

  /** Every state in which any number of stores has reached the walkers since, each filled on the way. */
  private drained(from: readonly State[]): State[] {
    const found = new Map<string, State>();
    const pending = [...from];
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      const key = JSON.stringify([[...state.seen], [...state.coming], state.tables, state.leaves]);
      if (found.has(key)) continue;
      found.set(key, state);
      for (const [word, queue] of state.coming)
        if (queue.length > 0) pending.push(this.fill(drainOne(state, word)));
    }
    return [...found.values()];
  }

  run(e: Event): void {
    const before = this.drained(this.states);
    if (e.ev === 'store') {
      const key = wordKey(WORDS[e.word] ?? { table: 0, idx: 0 });
      this.states = before.map((s) => ({
        ...s,
        coming: new Map(s.coming).set(key, [...(s.coming.get(key) ?? []), { cpu: e.cpu, value: e.value }]),
      }));
      return;
    }
    // A DSB waits until nothing of this CPU is on its way.
    const complete = before.filter((s) =>
      [...s.coming.values()].every((q) => q.every((c) => c.cpu !== e.cpu)),
    );
    const forgets = e.ev === 'flush' && (e.of === undefined || e.of === this.cpu);
    this.states = complete.map((s) => (forgets ? this.fill(this.forget(s, e.span)) : s));
  }

  private forget(s: State, span: Span): State {
    const own = alignedSpan(this.va, BLOCK_SHIFT);
    return {
      ...s,
      tables: overlap(own, span) ? [] : s.tables,
      leaves: s.leaves.filter((l) => !overlap(alignedSpan(this.va, Number(l.split(' ')[3])), span)),
    };
  }

  /** `walk 3 0x… false 16` for each translation; faults without a shift. */
  answers(): string[] {
    const [fresh, kept] = [new Set<string>(), new Set<string>()];
    for (const s of this.drained(this.states)) {
      const root = this.read(s, { table: ROOT, idx: 0 });
      const fault = (hw: number, v: U64, noExec: boolean): string => `${hw} ${v.toHex()} ${noExec} 0`;
      if (readsAs(geo, 2, root) === 'table') {
        const v = this.read(s, { table: outputAddress(geo, root), idx: this.slot() });
        fresh.add(
          readsAs(geo, 3, v) === 'leaf'
            ? `3 ${v.toHex()} ${root.bit(59)} ${leafShift(geo, 3, v)}`
            : fault(3, v, root.bit(59)),
        );
      } else if (readsAs(geo, 2, root) === 'leaf') fresh.add(`2 ${root.toHex()} false 29`);
      else fresh.add(fault(2, root, false));
      for (const l of s.leaves) kept.add(l);
      for (const t of s.tables) {
        const [pa = '', noExec = ''] = t.split(' ');
        const v = this.read(s, { table: Number(pa), idx: this.slot() });
        if (readsAs(geo, 3, v) === 'fault') kept.add(fault(3, v, noExec === 'true'));
      }
    }
    return [
      ...[...fresh].map((f) => `walk ${f}`),
      ...[...kept].filter((k) => !fresh.has(k)).map((k) => `tlb ${k}`),
    ].sort();
  }
}

function drainOne(s: State, word: string): State {
  const [first, ...rest] = s.coming.get(word) ?? [];
  if (first === undefined) return s;
  return { ...s, seen: new Map(s.seen).set(word, first.value), coming: new Map(s.coming).set(word, rest) };
}

describe('what a CPU may use', { timeout: 60_000 }, () => {
  it('is what a model finds that tries every moment of every store and every walk (seed 2026)', () => {
    const start = fc.tuple(...WORDS.map((_, i) => valuesOf(i)));
    let stale = 0;
    fc.assert(
      fc.property(
        start,
        fc.array(event, { maxLength: 7 }),
        cpu,
        fc.constantFrom(0, 1),
        (values, events, on, nth) => {
          const initial = new Map(values.map((v, i) => [wordKey(WORDS[i] ?? { table: 0, idx: 0 }), v]));
          const va = BASE.plus(nth * PAGE);
          const model = new Model(initial, va, on);
          const history = new TlbHistory();
          const now = new Map(initial);
          for (const [i, e] of events.entries()) {
            const time = i + 1;
            model.run(e);
            if (e.ev === 'dsb') history.dsb(e.cpu, time);
            else if (e.ev === 'flush') history.flush(e.cpu, time, e.span, e.of);
            else {
              const w = WORDS[e.word] ?? { table: 0, idx: 0 };
              const old = now.get(wordKey(w)) ?? U64.ZERO;
              history.store(single({ time, cpu: e.cpu, call: 0 }, w.table, w.idx, old, e.value));
              now.set(wordKey(w), e.value);
            }
          }
          const words = {
            read: (t: number, idx: number): U64 => now.get(wordKey({ table: t, idx })) ?? U64.ZERO,
          };
          const found = translations(history, words, geo, { pgd: ROOT, va, cpu: on, now: events.length + 1 });
          const answers = found.map(
            (c) => `${c.from} ${c.hw} ${c.value.toHex()} ${c.limits.noExec} ${c.shift}`,
          );
          stale += answers.filter((a) => a.startsWith('tlb')).length;
          expect(answers.sort()).toEqual(model.answers());
        },
      ),
      { numRuns: 1000, seed: 2026 },
    );
    expect(stale).toBeGreaterThan(300);
  });

  it('knows of a run of stores what it knows of single ones', () => {
    const one = new TlbHistory();
    const run = new TlbHistory();
    const to = page(0, CONT);
    run.store({
      ...single({ time: 1, cpu: 0, call: 0 }, T1, 0, U64.ZERO, to),
      count: 32,
      dto: U64.from(PAGE),
    });
    for (let i = 0; i < 32; i++)
      one.store(single({ time: 1, cpu: 0, call: 0 }, T1, i, U64.ZERO, to.plus(i * PAGE)));
    const words = {
      read: (t: number, idx: number): U64 => (t === ROOT ? table(T1) : page(idx, CONT)),
    };
    for (const nth of [0, 5, 31]) {
      const at = { pgd: ROOT, va: BASE.plus(nth * PAGE), cpu: 0, now: 2 };
      const told = (h: TlbHistory): unknown =>
        translations(h, words, geo, at).map((c) => [c.hw, c.value.toHex(), c.from, c.shift]);
      expect(told(run)).toEqual(told(one));
    }
  });
});

describe('permissions at EL1', () => {
  it.each([
    ['RW NX', page(0), [true, true, false]],
    ['RO NX', page(0, RO), [true, false, false]],
    ['RO x', page(0, '0xc0000000000783'), [true, false, true]],
    ['read-only until written', page(0, '0xe8000000000783'), [true, true, false]],
    ['not valid', page(0, '0xe8000000000f02'), [false, false, false]],
    ['never accessed', page(0, '0xe8000000000303'), [false, false, false]],
  ] as const)('%s', (_, leaf, [load, store_, fetch]) => {
    expect(allows('load', leaf, NO_LIMITS)).toBe(load);
    expect(allows('store', leaf, NO_LIMITS)).toBe(store_);
    expect(allows('fetch', leaf, NO_LIMITS)).toBe(fetch);
  });

  it('tables take away what they forbid', () => {
    const executable = page(0, '0xc0000000000703');
    expect(allows('fetch', executable, { noExec: true, readOnly: false })).toBe(false);
    expect(allows('store', page(0), { noExec: false, readOnly: true })).toBe(false);
  });
});

describe('spans', () => {
  it('an end of 0 is the top of the address space, and an empty range is none', () => {
    expect(spanOf(U64.hex('0x1000'), U64.hex('0x1000'))).toBeUndefined();
    expect(spanOf(U64.hex('0xffff000000000000'), U64.ZERO)?.last.toHex()).toBe('0xffffffffffffffff');
  });
});
