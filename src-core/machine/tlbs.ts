import type { Geometry } from '../arch/geometry.ts';
import { upperHalf } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { Access } from '../step/op-access.ts';
import type { StoreRun } from '../step/op-memory.ts';
import type { EntryPtr } from '../step/pointer.ts';
import type { AccessOutcome, ViolationStep } from '../step/step.ts';
import { judge } from '../tlb/access.ts';
import { single, TlbHistory } from '../tlb/history.ts';
import { translations } from '../tlb/may.ts';
import { spanOf } from '../tlb/span.ts';
import type { CallPromises, Context } from './context.ts';

/** More calls than a context can have: numbers calls across contexts. */
const CALLS = 1024;

/** The TLBs of a run that uses memory: what each CPU may have kept, and which calls have promised what. */
export class Tlbs {
  private readonly history = new TlbHistory();
  private readonly geo: Geometry;
  private readonly memory: PhysicalMemory;
  /** Calls by number: what they promise, and whether they have returned. */
  private readonly calls = new Map<number, { readonly promises: CallPromises; readonly returned: boolean }>();

  constructor(geo: Geometry, memory: PhysicalMemory) {
    this.geo = geo;
    this.memory = memory;
  }

  store(ctx: Context, time: number, at: EntryPtr, old: U64, to: U64): void {
    this.history.store(single({ time, cpu: ctx.cpu, call: this.callOf(ctx) }, at.table, at.idx, old, to));
  }

  storeRun(ctx: Context, time: number, { at, n, first, step }: StoreRun, old: U64): void {
    this.history.store({
      ...single({ time, cpu: ctx.cpu, call: this.callOf(ctx) }, at.table, at.idx, old, first),
      count: n,
      dto: step,
    });
  }

  dsb(ctx: Context, time: number): void {
    this.history.dsb(ctx.cpu, time);
  }

  flush(ctx: Context, time: number, start: U64, end: U64): void {
    this.history.flush(ctx.cpu, time, spanOf(start, end));
  }

  /** Every other CPU invalidates its own TLB before it waits; nothing fills it until it is let go, when this is told again. */
  park(ctx: Context, time: number, contexts: readonly Context[]): void {
    const all = { start: upperHalf(this.geo), last: U64.MAX };
    for (const { cpu } of contexts) if (cpu !== ctx.cpu) this.history.flush(cpu, time, all, cpu);
  }

  /** The context's call in progress returns. */
  returned(ctx: Context): void {
    const call = this.calls.get(this.number(ctx));
    if (call !== undefined) this.calls.set(this.number(ctx), { ...call, returned: true });
  }

  access(
    ctx: Context,
    now: number,
    { kind, addr, pgd, bbml3 }: Access,
  ): {
    readonly may: readonly AccessOutcome[];
    readonly conflict: boolean;
    readonly violation: Omit<ViolationStep, 'ev'> | undefined;
  } {
    const found = translations(this.history, this.memory, this.geo, { pgd, va: addr, cpu: ctx.cpu, now });
    const judged = judge(found, this.geo, addr, kind, bbml3, {
      flushed: (call) =>
        this.calls.get(call)?.returned === true && this.calls.get(call)?.promises.flush === true,
      mustStayMapped: (call) =>
        this.calls.get(call)?.returned === false && this.calls.get(call)?.promises.mapped === true,
    });
    const { may, conflict, stale, window } = judged;
    const at = addr.toHex();
    if (window !== undefined)
      return {
        may,
        conflict,
        violation: {
          what: 'bbm',
          detail: `the ${kind} of ${at} finds nothing mapped while the entry is changed`,
        },
      };
    if (stale !== undefined)
      return {
        may,
        conflict,
        violation: {
          what: 'tlb',
          detail: `the ${kind} of ${at} may still use ${stale.value.toHex()}, though the call that replaced it has returned`,
        },
      };
    const aborts: Omit<ViolationStep, 'ev'> = {
      what: 'conflict',
      detail: `CPU ${ctx.cpu} may hold translations of ${at} that differ in size or target`,
    };
    return { may, conflict, violation: conflict ? aborts : undefined };
  }

  private number(ctx: Context): number {
    return ctx.id * CALLS + ctx.rets.length;
  }

  /** The number of the context's call in progress; it is known from its first store on. */
  private callOf(ctx: Context): number {
    const call = this.number(ctx);
    if (!this.calls.has(call)) {
      const promises = ctx.plan.calls[ctx.rets.length]?.promises ?? { flush: false, mapped: false };
      this.calls.set(call, { promises, returned: false });
    }
    return call;
  }
}
