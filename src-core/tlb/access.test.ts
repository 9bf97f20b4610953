import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../arch/arm64/geometry.ts';
import { U64 } from '../base/u64.ts';
import { judge } from './access.ts';
import { single, TlbHistory } from './history.ts';
import { translations } from './may.ts';
import { alignedSpan } from './span.ts';

const geometry = parseArm64Geometry('64k42');
if (!geometry.ok) throw new Error(geometry.error.message);
const geo = geometry.value;
const VA = U64.ZERO.sub(U64.bit(42));
const [ROOT, TABLE] = [0x10000, 0x20000];
const RW = U64.hex('0xe8000040000703');
const RO = U64.hex('0xe0000040000783');
const OTHER = U64.hex('0xe8000050000703');
const BLOCK = U64.hex('0xe8000040000701');
const POINTER = U64.hex('0x20403');

/** Call 7 stores `to` over `old` in a word and a DSB follows; then CPU 1 uses the first page. */
function after(
  at: { readonly table: number; readonly idx: number },
  old: U64,
  to: U64,
  state: {
    readonly flushed?: boolean;
    readonly running?: boolean;
    readonly tlbi?: boolean;
    readonly bbml3?: boolean;
  },
): ReturnType<typeof judge> {
  const history = new TlbHistory();
  history.store(single({ time: 1, cpu: 0, call: 7 }, at.table, at.idx, old, to));
  history.dsb(0, 2);
  if (state.tlbi === true) history.flush(0, 3, alignedSpan(VA, 16));
  const words = { read: (table: number): U64 => (table === ROOT ? POINTER : RW) };
  const found = translations(history, words, geo, { pgd: ROOT, va: VA, cpu: 1, now: 4 });
  return judge(found, geo, VA, 'store', state.bbml3 ?? false, {
    flushed: (call) => call === 7 && state.flushed === true,
    mustStayMapped: (call) => call === 7 && state.running === true,
  });
}
const PTE = { table: TABLE, idx: 0 };
const PMD = { table: ROOT, idx: 0 };

describe('an access', () => {
  it('by a translation that a returned call was to end breaks its promise', () => {
    expect(after(PTE, RW, RO, { flushed: true }).stale?.value.toHex()).toBe(RW.toHex());
    expect(after(PTE, RW, RO, { flushed: false }).stale).toBeUndefined();
    expect(after(PTE, RW, RO, { flushed: true, tlbi: true }).stale).toBeUndefined();
  });

  it('by one that differs in nothing that matters breaks none', () => {
    const dirty = RW.or(U64.bit(55));
    expect(after(PTE, RW, dirty.xor(U64.bit(56)), { flushed: true }).stale).toBeUndefined();
  });

  it('that finds nothing mapped breaks the promise of a call in progress', () => {
    expect(after(PTE, RW, U64.ZERO, { running: true }).window).toBeDefined();
    expect(after(PTE, RW, U64.ZERO, { running: false }).window).toBeUndefined();
    expect(after(PTE, U64.ZERO, U64.hex('0x2'), { running: true }).window).toBeUndefined();
  });

  it('may meet two sizes, which only BBML3 allows, or two targets, which nothing does', () => {
    expect(after(PMD, BLOCK, POINTER, {}).conflict).toBe(true);
    expect(after(PMD, BLOCK, POINTER, { bbml3: true }).conflict).toBe(false);
    expect(after(PMD, BLOCK, POINTER, { tlbi: true }).conflict).toBe(false);
    expect(after(PTE, RW, OTHER, { bbml3: true }).conflict).toBe(true);
    expect(after(PTE, RW, RO, {}).conflict).toBe(false);
  });

  it('lists each translation once, those of a walk first', () => {
    expect(after(PTE, RW, RO, {}).may).toEqual([
      { hw: 3, value: RO.toHex(), from: 'walk', ok: false },
      { hw: 3, value: RW.toHex(), from: 'tlb', ok: true },
    ]);
  });
});
