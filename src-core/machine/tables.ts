import type { Geometry } from '../arch/geometry.ts';
import { slotVa } from '../arch/geometry.ts';
import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { U64 } from '../base/u64.ts';
import type { TablePage } from '../memory/page.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { QueuedTable } from '../step/op-table.ts';
import { TableLocks } from './table-locks.ts';

/** Where page-table pages come from in a run. */
export interface AllocationPlan {
  /** Physical address of the first page handed out, in bytes; each further one is a page higher. */
  readonly base: number;
  /** 1-based number of the allocation that fails, in every context or by context; 0: none does. */
  readonly failAt: number | readonly number[];
  /** Likewise of split locks that are objects of their own, by context; absent: none fails. */
  readonly lockFailAt?: readonly number[];
}

/** Each context has pages of its own to take from, so that what one gets does not depend on the others. Bytes. */
const POOL = 2 ** 28;

/** Table pages of a run: handing out new ones, and knowing what each one translates once it is linked. */
export class Tables {
  private readonly geo: Geometry;
  private readonly memory: PhysicalMemory;
  private readonly plan: AllocationPlan;
  private readonly asked: number[] = [];
  private readonly askedLocks: number[] = [];
  private readonly given: number[] = [];
  private readonly freed = new Set<number>();
  /** Freed by name only: a worker gives them back. */
  private queued: readonly QueuedTable[] = [];
  readonly locks = new TableLocks();
  /** Virtual address of entry 0 of the tables linked during the run. */
  private readonly linked = new Map<number, U64>();
  /** Was any table linked in another place than before? */
  private moved = false;

  constructor(geo: Geometry, memory: PhysicalMemory, plan: AllocationPlan) {
    this.geo = geo;
    this.memory = memory;
    this.plan = plan;
  }

  /** Physical address of the next page that holds no table, or undefined where the plan says the allocation fails. */
  allocate(ctx: number): number | undefined {
    const { base } = this.plan;
    if (!this.hasPage(ctx)) return undefined;
    let given = this.given[ctx] ?? 0;
    let pa: number;
    do {
      pa = base + ctx * POOL + given++ * 2 ** this.geo.pageShift;
    } while (this.memory.page(pa) !== undefined);
    this.given[ctx] = given;
    return pa;
  }

  /** Is there a page for the next table? Counts as an allocation; where it is known which page it is, that is all there is to ask. */
  hasPage(ctx: number): boolean {
    const { failAt } = this.plan;
    const asked = (this.asked[ctx] ?? 0) + 1;
    this.asked[ctx] = asked;
    return asked !== (typeof failAt === 'number' ? failAt : failAt[ctx]);
  }

  /** `ptlock_alloc()`: is there an object for the next split lock? */
  allocateLock(ctx: number): boolean {
    const asked = (this.askedLocks[ctx] ?? 0) + 1;
    this.askedLocks[ctx] = asked;
    return asked !== this.plan.lockFailAt?.[ctx];
  }

  /** The page was given back. It is never handed out again, and keeps what it holds. */
  noteFree(pa: number): void {
    this.freed.add(pa);
  }

  noteQueued(table: QueuedTable): void {
    this.queued = [...this.queued, table];
  }

  isQueued(pa: number): boolean {
    return this.queued.some((q) => q.table === pa);
  }

  /** What is queued, which is then nobody's but the asker's. */
  splice(): readonly QueuedTable[] {
    const { queued } = this;
    this.queued = [];
    return queued;
  }

  isFreed(pa: number): boolean {
    return this.freed.size > 0 && this.freed.has(pa);
  }

  /** Hardware level of a table, freed or not; undefined where there was never one. */
  levelOf(pa: number): number | undefined {
    return this.memory.page(pa)?.hw;
  }

  /** What entry 0 of the table translates; undefined while it is not linked. */
  vaOf(page: TablePage): U64 | undefined {
    return this.moved ? (this.linked.get(page.pa) ?? page.va) : (page.va ?? this.linked.get(page.pa));
  }

  /** An entry of a linked table may have come to point at a table: that one, and all below it, are linked now. */
  noteStore(page: TablePage, idx: number, value: U64): void {
    if (page.hw >= 3 || !isTable(value)) return;
    const va = this.vaOf(page);
    const child = this.memory.page(outputAddress(this.geo, value));
    if (va === undefined || child === undefined) return;
    const at = slotVa(this.geo, page.hw, va, idx);
    const before = this.vaOf(child);
    if (before !== undefined) {
      // A table that moves, as mremap() moves them; not a malformed entry that leads to a table of its own level or above.
      if (before.eq(at) || child.hw <= page.hw) return;
      this.moved = true;
    }
    this.linked.set(child.pa, at);
    for (let i = 0; i < child.entries; i++) if (!child.isZero(i)) this.noteStore(child, i, child.get(i));
  }
}
