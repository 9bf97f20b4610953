import { U64 } from '../base/u64.ts';
import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import { looseTables } from '../machine/loose-tables.ts';
import type { Machine } from '../machine/machine.ts';
import type { Observer } from '../machine/observer.ts';
import type { ListingRow } from '../memory/listing.ts';
import { expandListing, listTables } from '../memory/listing.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { World } from '../scenario/world.ts';
import type { RaceOutcome } from './race-case.ts';

type Seen = readonly [cb: string, ...rest: readonly (string | number)[]];

/** What walks saw and what was warned of, by op. */
export class RaceObserver implements Observer {
  readonly seen: Seen[][];
  readonly warns = new Set<string>();
  readonly bugs = new Set<string>();

  constructor(ops: number) {
    this.seen = Array.from({ length: ops }, () => []);
  }

  callback(ctx: number, level: string, addr: U64, val: U64): void {
    this.seen[ctx]?.push([level, addr.toHex(), val.toHex()]);
  }

  hole(ctx: number, addr: U64, next: U64, depth: number): void {
    this.seen[ctx]?.push(['hole', addr.toHex(), next.toHex(), depth]);
  }

  report(ctx: number, kind: 'warn' | 'bug', what: string, fn: string): void {
    // mm/mmap.c was not built into the recorded programs: find_vma() asserts nothing there.
    if (fn === 'find_vma') return;
    (kind === 'bug' ? this.bugs : this.warns).add(`${ctx} ${what === 'WARN' || what === 'BUG' ? fn : what}`);
  }
}

/** The parts of an outcome that are compared, as one text: RACES.md §4 with tables renamed and listings expanded. */
export function outcomeKey(outcome: RaceOutcome, world: World): string {
  const { traces: _t, minSwitches: _m, witness: _w, final, ...rest } = outcome;
  const entries = Object.entries(rest).map(([key, value]) => [key, canonical(value)] as const);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const tables = final === 'same' ? 'same' : expandListing(world.geo, final);
  return JSON.stringify([entries, tables]);
}

/** Sets of objects in one order, with their keys in one order. */
function canonical(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every((v) => typeof v === 'object' && v !== null && !Array.isArray(v)))
    return value;
  return value
    .map((v: object) =>
      JSON.stringify(Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))),
    )
    .sort();
}

/** The outcome of a machine that can't go on. `walks`: which ops have callbacks. */
export function outcomeOf(
  machine: Machine,
  memory: PhysicalMemory,
  world: World,
  observer: RaceObserver,
  walks: readonly boolean[],
): RaceOutcome {
  const violations = [...machine.watch.violations.values()];
  const sets = Object.fromEntries(
    (['uaf', 'lost', 'stale', 'wild', 'badfree'] as const).map((kind) => [
      kind,
      violations
        .filter((v) => v.what === kind)
        .map((v) => ({
          op: v.ctx,
          ...(kind === 'badfree' ? { what: v.free } : { access: v.access }),
          ...(kind === 'badfree' || kind === 'wild' ? {} : { level: v.hw }),
        })),
    ]),
  );
  const said = (set: ReadonlySet<string>): object[] =>
    [...set].map((text) => ({ op: Number(text.slice(0, 1)), what: text.slice(2) }));
  const { leaked, dangling } = looseTables(
    memory,
    machine.tables,
    world.geo,
    world.mms.map((m) => m.pgd),
    (table) => machine.isDeposited(table),
  );
  const roots = world.mms.map((m) => ({ mm: m.name, pgd: m.pgd, base: m.base }));
  const before = listTables(world.memory, world.geo, roots);
  const names = new Names(world);
  const listing = listTables(memory, world.geo, roots);
  const same = JSON.stringify(before) === JSON.stringify(listing);
  const compact = {
    ...sets,
    warns: said(observer.warns),
    bugs: said(observer.bugs),
  };
  return {
    rets: machine.contexts.map((ctx) => ctx.rets[0] ?? null),
    deadlock: machine.contexts.some((ctx) => ctx.state === 'ready'),
    ...Object.fromEntries(Object.entries(compact).filter(([, set]) => set.length > 0)),
    ...(leaked === 0 ? {} : { leaked }),
    ...(dangling === 0 ? {} : { dangling }),
    ...(walks.some((w) => w)
      ? { obs: observer.seen.map((list, i) => (walks[i] === true ? list.map((s) => names.seen(s)) : null)) }
      : {}),
    final: same ? 'same' : names.listing(listing),
  };
}

/** Allocated tables by the order in which a listing meets them first. */
class Names {
  private readonly world: World;
  private readonly base: number;
  private readonly names = new Map<number, number>();

  constructor(world: World) {
    this.world = world;
    this.base = world.allocation?.base ?? 0;
  }

  listing(rows: readonly ListingRow[]): ListingRow[] {
    return rows.map((row) => {
      const [mm, level, va, n, value, step] = row;
      const pa = this.pointer(level, value);
      if (pa === undefined) return row;
      let name = this.names.get(pa);
      if (name === undefined) {
        name = this.base + this.names.size * 2 ** this.world.geo.pageShift;
        this.names.set(pa, name);
      }
      return [mm, level, va, n, this.renamed(value, pa, name), step];
    });
  }

  /** A walk's observation: every allocated table has the same name there. */
  seen(seen: Seen): Seen {
    const [cb, addr, value] = seen;
    if (cb === 'hole' || typeof value !== 'string' || typeof addr !== 'string') return seen;
    const pa = this.pointer(cb === 'pte' ? 3 : 0, value);
    return pa === undefined ? seen : [cb, addr, this.renamed(value, pa, this.base)];
  }

  /** The allocated table that a value points at, if it does. */
  private pointer(level: number, value: string): number | undefined {
    const v = U64.hex(value);
    if (level >= 3 || !isTable(v)) return undefined;
    const pa = outputAddress(this.world.geo, v);
    return pa >= this.base && this.world.memory.page(pa) === undefined ? pa : undefined;
  }

  private renamed(value: string, from: number, to: number): string {
    return U64.hex(value).sub(U64.from(from)).add(U64.from(to)).toHex();
  }
}
