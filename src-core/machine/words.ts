import type { U64 } from '../base/u64.ts';
import { U64 as U } from '../base/u64.ts';
import type { Geometry } from '../arch/geometry.ts';
import { slotVa } from '../arch/geometry.ts';
import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { Journal } from '../memory/journal.ts';
import type { TablePage } from '../memory/page.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import { translate } from '../memory/translate.ts';
import type { Exchange, Load, LoadRun, Store, StoreRun } from '../step/op-memory.ts';
import type { Alloc, FreeTable } from '../step/op-table.ts';
import type { EntryPtr } from '../step/pointer.ts';
import type { Slot, StepEvent, ViolationKind } from '../step/step.ts';
import type { Touch } from './touch.ts';
import { HARDWARE_PLACE, NO_PLACES, TouchKind } from './touch.ts';
import type { Context } from './context.ts';
import { Detached } from './detached.ts';
import type { Links } from './links.ts';
import type { Recorder } from './recorder.ts';
import type { Tables } from './tables.ts';
import type { Tlbs } from './tlbs.ts';
import type { Vmas } from './vmas.ts';
import { vmaRange } from './vmas.ts';
import type { Violation, Watch } from './watch.ts';

/** What the words of page tables need of the machine around them. */
export interface WordsHost {
  readonly recorder: Recorder | undefined;
  readonly turns: number;
  emit(ctx: Context, event: StepEvent): void;
  /** The context ends here; what it holds stays held. */
  stop(ctx: Context): void;
  /** May like ops be performed as one? Not if another context could come between. */
  mayFold(ctx: Context): boolean;
}

export interface WordsOptions {
  readonly geo: Geometry;
  readonly memory: PhysicalMemory;
  /** Absent while searching: nobody looks back. */
  readonly journal: Journal | undefined;
  readonly tables: Tables;
  readonly fold: 'none' | 'stores' | 'all';
  /** Runs of stores into tables that are not linked yet are performed as one, whoever else may run: nobody can tell. */
  readonly foldPrivate?: boolean;
  readonly watch: Watch;
  /** Only where several contexts run: what they do to each other's tables. */
  readonly links: Links | undefined;
  /** Only where calls use memory. */
  readonly tlbs: Tlbs | undefined;
  readonly vmas: Vmas;
  /** Root of the process, if there is one. */
  readonly userPgd: number | undefined;
}

/** Loads and stores of entries, table pages allocated and freed. */
export class Words {
  private readonly options: WordsOptions;
  private readonly host: WordsHost;
  /** Who took tables out of the tree. Only asked where several contexts run. */
  readonly detached = new Detached();

  constructor(options: WordsOptions, host: WordsHost) {
    this.options = options;
    this.host = host;
  }

  load(ctx: Context, op: Load): U64 {
    const page = this.reach(ctx, op.at, 'read');
    if (page === undefined) return U.ZERO;
    const { idx } = op.at;
    const value = page.get(idx);
    if (this.host.recorder !== undefined)
      this.host.emit(ctx, {
        ev: 'load',
        ...this.slot(page, idx),
        // A level folded at boot indexes the root by the wider layout it was built for: its slot stands for no address.
        ...(this.options.geo.levels[op.at.level].hw < this.options.geo.rootHw ? { va: null } : {}),
        level: op.at.level,
        value: value.toHex(),
        by: op.by,
        once: op.once,
        dead: op.dead,
      });
    this.options.watch.load(ctx.id, page.pa + 8 * idx, this.host.turns);
    this.checkFreed(ctx, page, 'read');
    return value;
  }

  loadRun(ctx: Context, op: LoadRun): Int32Array | undefined {
    const page = this.options.memory.page(op.at.table);
    if (this.options.fold !== 'all' || !this.host.mayFold(ctx)) return undefined;
    if (page === undefined || op.at.idx + op.n > page.entries) return undefined;
    if (this.host.recorder !== undefined)
      this.host.emit(ctx, {
        ev: 'load',
        ...this.slot(page, op.at.idx),
        level: op.at.level,
        value: page.get(op.at.idx).toHex(),
        by: 'ptep_get',
        once: true,
        dead: false,
        count: op.n,
      });
    this.checkFreed(ctx, page, 'read');
    return page.lanes.subarray(2 * op.at.idx, 2 * (op.at.idx + op.n));
  }

  store(ctx: Context, op: Store | Exchange): U64 {
    const page = this.reach(ctx, op.at, 'write');
    if (page === undefined) return U.ZERO;
    const { idx } = op.at;
    const old = page.get(idx);
    if (this.host.recorder !== undefined)
      this.host.emit(ctx, {
        ev: 'set',
        ...this.slot(page, idx),
        level: op.at.level,
        old: old.toHex(),
        new: op.to.toHex(),
        ...(op.op === 'exchange' ? { atomic: true } : {}),
      });
    this.checkStore(ctx, page, idx, op.op === 'exchange');
    if (old.isZero() && !op.to.isZero()) this.checkDoomed(ctx, page, idx);
    this.options.tlbs?.store(ctx, this.host.turns, op.at, old, op.to);
    this.write(ctx, page, idx, old, op.to);
    if (page.mm === 'user' && !op.to.isZero()) this.checkPromised(ctx);
    return old;
  }

  private write(ctx: Context, page: TablePage, idx: number, old: U64, to: U64): void {
    const { journal, memory, tables, links, geo } = this.options;
    if (page.hw < 3 && isTable(old)) this.unlinks(ctx, page, idx, outputAddress(geo, old));
    journal?.record(this.stepNumber(), page.pa, idx, old.hi, old.lo, to.hi, to.lo);
    memory.write(page.pa, idx, to.hi, to.lo);
    if (page.hw >= 3 || !isTable(to)) return;
    links?.note(outputAddress(geo, to), { table: page.pa, idx });
    this.detached.released(outputAddress(geo, to));
    tables.noteStore(page, idx, to);
  }

  /** A pointer is replaced: if it was the one that made its table reachable, the table is the context's own from now on. */
  private unlinks(ctx: Context, page: TablePage, idx: number, child: number): void {
    const link = this.options.links?.linkOf(child);
    if (link?.table === page.pa && link.idx === idx) this.detached.unlinked(child, ctx.id);
  }

  private stepNumber(): number {
    return this.host.recorder?.steps.length ?? this.host.turns;
  }

  storeRun(ctx: Context, op: StoreRun): boolean {
    const page = this.options.memory.page(op.at.table);
    if (page === undefined || op.at.idx + op.n > page.entries) return false;
    const own = this.options.foldPrivate === true && this.options.tables.vaOf(page) === undefined;
    if (!own && (this.options.fold === 'none' || !this.host.mayFold(ctx))) return false;
    if (!page.alike(op.at.idx, op.n)) return false;
    const { recorder } = this.host;
    if (recorder !== undefined) {
      recorder.storesInRuns += op.n;
      this.host.emit(ctx, {
        ev: 'set',
        ...this.slot(page, op.at.idx),
        level: op.at.level,
        old: page.get(op.at.idx).toHex(),
        new: op.first.toHex(),
        count: op.n,
        dnew: op.step.toHex(),
      });
    }
    this.checkFreed(ctx, page, 'write');
    this.options.tlbs?.storeRun(ctx, this.host.turns, op, page.get(op.at.idx));
    let value = op.first;
    for (let i = 0; i < op.n; i++) {
      this.write(ctx, page, op.at.idx + i, page.get(op.at.idx + i), value);
      value = value.add(op.step);
    }
    return true;
  }

  alloc(ctx: Context, op: Alloc): number | undefined {
    const { tables, geo, journal, memory } = this.options;
    const { at, order } = op.options;
    const pa = at === undefined ? tables.allocate(ctx.id) : tables.hasPage(ctx.id) ? at : undefined;
    this.host.emit(ctx, {
      ev: 'alloc',
      table: pa === undefined ? null : U.from(pa).toHex(),
      level: op.level,
      ...(op.gfp === undefined ? {} : { gfp: op.gfp }),
      ...(op.mm === 'init_mm' ? {} : { mm: op.mm }),
      ...(order === undefined || order === 0 ? {} : { order }),
    });
    if (pa === undefined) return undefined;
    tables.locks.noteAlloc(pa);
    if (at !== undefined && memory.page(at) !== undefined) return at;
    const mm = op.mm ?? 'init_mm';
    const { hw } = geo.levels[op.level];
    const table = { pa, hw, mm, entries: 1 << (geo.pageShift - 3) };
    journal?.recordAdded(this.stepNumber(), table);
    memory.add(pa, hw, mm, undefined, table.entries);
    return pa;
  }

  free(ctx: Context, op: FreeTable): void {
    const { tables, memory } = this.options;
    const where = U.from(op.table).toHex();
    this.host.emit(ctx, {
      ev: 'free',
      level: op.level,
      table: where,
      ...(op.deferred ? { deferred: true as const } : {}),
    });
    if (op.deferred) {
      tables.noteQueued({ level: op.level, table: op.table });
      return;
    }
    const page = memory.page(op.table);
    if (page === undefined) {
      this.violation(
        { what: 'badfree', ctx: ctx.id, access: 'free', hw: undefined, free: 'bad' },
        () => `frees ${where}, where no page table is`,
        ctx,
      );
    } else if (tables.isFreed(page.pa)) {
      this.violation(
        { what: 'badfree', ctx: ctx.id, access: 'free', hw: page.hw, free: 'double' },
        () => `frees the table at ${where}, which is free already`,
        ctx,
      );
    } else {
      if (op.emptied) this.checkEmpty(ctx, page);
      tables.noteFree(page.pa);
    }
  }

  /** The violation of freeing a table that still maps something: what it maps is never given back. */
  private checkEmpty(ctx: Context, page: TablePage): void {
    for (let idx = 0; idx < page.entries; idx++) {
      if (page.isZero(idx)) continue;
      this.violation(
        { what: 'leftover', ctx: ctx.id, access: 'free', hw: page.hw },
        () => `frees the table at ${page.name} with entry ${idx} still set`,
        ctx,
      );
      return;
    }
  }

  /** The violation of mapping pages that were said to be mapped nowhere. */
  checkPromised(ctx: Context): void {
    const { vmas, memory, geo, userPgd } = this.options;
    if (userPgd === undefined) return;
    for (const va of vmas.promisedAddresses())
      if (translate(memory, geo, userPgd, va) !== undefined) {
        this.violation(
          { what: 'missed', ctx: ctx.id, access: 'write', hw: undefined },
          () => `leaves ${va.toHex()} mapped, whose page was to be unmapped everywhere`,
          ctx,
        );
        return;
      }
  }

  /** The violation of mapping something where munmap has been, or will not come again. */
  private checkDoomed(ctx: Context, page: TablePage, idx: number): void {
    const { tables, vmas, geo } = this.options;
    const va = page.mm === 'user' ? tables.vaOf(page) : undefined;
    const vma = va === undefined ? undefined : vmas.detachedAt(slotVa(geo, page.hw, va, idx));
    if (vma === undefined) return;
    this.violation(
      { what: 'doomed', ctx: ctx.id, access: 'write', hw: page.hw },
      () =>
        `sets entry ${idx} of the table at ${page.name}, which is doomed: VMA ${vma.id} (${vmaRange(vma)}) is detached`,
      ctx,
    );
  }

  /** A load or a store as others could notice it; undefined while the table is this context's own. */
  touch(table: number, idx: number, write: boolean, to?: U64): Touch | undefined {
    const page = this.options.memory.page(table);
    const place = table + 8 * idx;
    // Through a pointer that leads nowhere: it ends its context, and nobody else can notice.
    if (page === undefined || idx >= page.entries) return undefined;
    if (this.options.tables.vaOf(page) === undefined) return undefined;
    if (!write) return { kind: TouchKind.Read, place, page: table, chain: NO_PLACES, also: NO_PLACES };
    const chain = this.chain(table);
    // Whether what is set here is doomed, detaching decides.
    const sets = page.mm === 'user' ? this.options.vmas.placesOf(to) : [];
    return {
      kind: TouchKind.Write,
      place,
      page: table,
      chain: sets.length === 0 ? chain : [...chain, ...sets],
      also: NO_PLACES,
    };
  }

  private chain(table: number): readonly number[] {
    const chain = this.options.links?.chain(table) ?? [];
    return this.options.tlbs === undefined ? chain : [...chain, HARDWARE_PLACE];
  }

  /** Likewise of a free. */
  freeTouch(table: number): Touch | undefined {
    const page = this.options.memory.page(table);
    if (page === undefined || this.options.tables.vaOf(page) === undefined) return undefined;
    return { kind: TouchKind.Free, place: table, page: table, chain: NO_PLACES, also: NO_PLACES };
  }

  /** The page behind a pointer; a pointer that leads to no table, or past its end, stops the context. */
  private reach(ctx: Context, at: EntryPtr, access: 'read' | 'write'): TablePage | undefined {
    const page = this.options.memory.page(at.table);
    if (page !== undefined && at.idx < page.entries) return page;
    this.violation(
      { what: 'wild', ctx: ctx.id, access, hw: undefined },
      () => {
        const entry = `${access}s ${at.level} entry ${at.idx}`;
        const where = U.from(at.table).toHex();
        return page === undefined
          ? `${entry} of a table at ${where}, where no page table is`
          : `${entry} of the table at ${where}, which has ${page.entries}`;
      },
      ctx,
    );
    this.host.stop(ctx);
    return undefined;
  }

  private checkFreed(ctx: Context, page: TablePage, access: 'read' | 'write'): void {
    if (!this.options.tables.isFreed(page.pa)) return;
    this.violation(
      { what: 'uaf', ctx: ctx.id, access, hw: page.hw },
      () => `${access}s the table at ${page.name}, which has been freed`,
      ctx,
    );
  }

  private checkStore(ctx: Context, page: TablePage, idx: number, exchange: boolean): void {
    this.checkFreed(ctx, page, 'write');
    const { watch, links, tables, memory, geo } = this.options;
    if (links === undefined || tables.vaOf(page) === undefined) return;
    const { id } = ctx;
    const where = `entry ${idx} of the table at ${page.name}`;
    const cut = tables.isFreed(page.pa) ? undefined : links.detachedAt(page.pa, memory, geo);
    // Who took the table out may empty it, as long as it is nobody else's.
    if (cut !== undefined && this.detached.ownerOf(cut) !== id)
      this.violation(
        { what: 'lost', ctx: id, access: 'write', hw: page.hw },
        () => `writes ${where}, which nothing points at any more`,
        ctx,
      );
    const word = page.pa + 8 * idx;
    // An exchange reads and writes at once: what it replaces, it has seen.
    if (exchange) watch.load(id, word, this.host.turns);
    const other = watch.store(id, word, this.host.turns);
    if (other >= 0)
      this.violation(
        { what: 'stale', ctx: id, access: 'write', hw: page.hw },
        () => `writes ${where}, which context ${'abcd'.charAt(other)} has written since this one looked`,
        ctx,
      );
  }

  private violation(violation: Violation, detail: () => string, ctx: Context): void {
    const first = this.options.watch.report(violation);
    if (first && this.host.recorder !== undefined)
      this.host.emit(ctx, {
        ev: 'violation',
        what: violation.what satisfies ViolationKind,
        detail: detail(),
      });
  }

  private slot(page: TablePage, idx: number): Slot {
    const va = this.options.tables.vaOf(page);
    return {
      hw: page.hw,
      table: page.name,
      idx,
      va: va === undefined ? null : slotVa(this.options.geo, page.hw, va, idx).toHex(),
    };
  }
}
