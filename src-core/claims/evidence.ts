import { PTE_CONT } from '../arch/arm64/bits.ts';
import { outputAddress, present, table as isTable } from '../arch/arm64/entry.ts';
import { hwIndex, hwShift } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { MmName } from '../mm/mm.ts';
import type { Run } from '../scenario/run.ts';
import type { Step } from '../step/step.ts';
import { NotSo } from './claim.ts';

// What checks look for in a run.

/** The steps of one kind. */
export function stepsOf<E extends Step['ev']>(
  steps: readonly Step[],
  ev: E,
): readonly Extract<Step, { ev: E }>[] {
  return steps.filter((s): s is Extract<Step, { ev: E }> => s.ev === ev);
}

/** How many steps of a kind; a run of like ones counts as many as it stands for. */
export function count(steps: readonly Step[], ev: Step['ev']): number {
  let n = 0;
  for (const s of steps) if (s.ev === ev) n += 'count' in s ? (s.count ?? 1) : 1;
  return n;
}

/** The steps of a run cut into its context's calls: from each `call` to its `return`. */
export function callsOf(run: Run, ctx = 0): readonly (readonly Step[])[] {
  const calls: Step[][] = [];
  for (const s of run.steps) {
    if (s.ctx !== ctx) continue;
    if (s.ev === 'call') calls.push([]);
    calls.at(-1)?.push(s);
  }
  return calls;
}

/** What the calls of a context returned. */
export function rets(run: Run, ctx = 0): readonly (number | null)[] {
  return run.results[ctx]?.rets ?? [];
}

/** Where an address is translated, and by what. */
export interface Entry {
  /** Hardware lookup level: 3 is a page, 2 a 2 MiB block with 4K pages. */
  readonly hw: number;
  readonly value: U64;
}

/** The tables as they were after step `n` (default: at the end). */
export interface TablesAt {
  /** The last entry a walk of the tables reaches for an address: a leaf, or one that leads nowhere. */
  entry(va: string): Entry;
}

export function tablesAt(run: Run, n = run.steps.length, mm: MmName = 'init_mm'): TablesAt {
  const { geo, mms } = run.world;
  const play = run.playback();
  play.seek(n);
  const root = mms.find((m) => m.name === mm);
  return {
    entry: (va) => {
      let page = root === undefined ? undefined : play.memory.page(root.pgd);
      for (let hw = geo.rootHw; hw <= 3 && page !== undefined; hw++) {
        const value = page.get(hwIndex(geo, hw, U64.hex(va)));
        if (hw === 3 || !isTable(value)) return { hw, value };
        page = play.memory.page(outputAddress(geo, value));
      }
      throw new NotSo(`no table of ${mm} covers ${va}`);
    },
  };
}

/** Everything a leaf says but its address, its type and the contiguous bit: permissions and memory attributes. */
export function attributes(run: Run, leafEntry: Entry): string {
  if (!present(leafEntry.value)) throw new NotSo(`${leafEntry.value.toHex()} is not present`);
  const address = U64.mask(48).andNot(U64.mask(run.world.geo.pageShift));
  return leafEntry.value.andNot(address).andNot(PTE_CONT).andNot(U64.from(2)).toHex();
}

/** Where a leaf maps an address to. */
export function translated(run: Run, leafEntry: Entry, va: string): string {
  const offset = U64.hex(va).and(U64.mask(hwShift(run.world.geo, leafEntry.hw)));
  return U64.from(outputAddress(run.world.geo, leafEntry.value)).add(offset).toHex();
}

/** `n` addresses from `va` on, `step` bytes apart. */
export function addresses(va: string, n: number, step: number): readonly string[] {
  return Array.from({ length: n }, (_, i) =>
    U64.hex(va)
      .plus(i * step)
      .toHex(),
  );
}

/** Is the leaf a walker of the hardware would use? */
export function valid(entry: Entry): boolean {
  return entry.value.bit(0);
}

/** A lock by its kind: how it is held and, of a split lock, which table's it is are left out. */
export function lockKind(held: string): string {
  return held.replace(/[@/].*$/, '');
}

/** What went wrong in a run, in order: `sleep: mmap_read_lock() may sleep, in softirq`. */
export function violations(run: Run): readonly string[] {
  return stepsOf(run.steps, 'violation').map((s) => `${s.what}: ${s.detail}`);
}
