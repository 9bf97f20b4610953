import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { Geometry, LevelName } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { CtorRules } from '../revision/ctor-rules.ts';
import type { Step } from '../step/step.ts';
import type { Allocator, Arch, TableSource } from './allocators.ts';
import { findAllocator } from './allocators.ts';
import type { LedgerFault } from './ledger-faults.ts';
import { bypassesCount, faultAt } from './ledger-faults.ts';
import type { CtorWhatIf, PtlockState } from './ptdesc.ts';
import { allocEffect, ctorEffect } from './ptdesc.ts';
import type { PtlockConfig } from './ptlock.ts';
import { spinlockSize } from './ptlock.ts';

/** Where a table is in its life. */
export type TableState =
  'allocated' | 'constructed' | 'linked' | 'unlinked' | 'destructed' | 'deferred' | 'freed';

/**
 * Whether a hook in constructors and destructors keeps a table's page from being written: `none`: no hook ran, or the destructor's ended it;
 * `read-only`: its page is; `block`, `unmapped`: the hook ran, and could not make it so (HookOutcome).
 */
export type TableGuard = 'none' | 'read-only' | 'block' | 'unmapped';

/** What a hook that is registered in every constructor has come to, by the tables that the run has made and still holds. */
export interface GuardTally {
  /** Their pages are read-only. */
  readonly protected: number;
  /** The hook ran for them and could not. */
  readonly open: number;
  /** No constructor ran, so no hook: as they are to be used, or are used already. */
  readonly missed: readonly TableLife[];
  /** Pages given back to the page allocator read-only. */
  readonly lost: number;
}

/** One table that a run allocated, or destructed or freed without having allocated it. Step numbers are of the run; 0: before it. */
export interface TableLife {
  /** Physical address, as steps write it. */
  readonly table: string;
  /** As its allocator's caller said: no descriptor stores it. */
  readonly level: LevelName;
  /** Whose it is; null: its allocator was told of no mm. */
  readonly owner: string | null;
  /** The allocator, by the kernel's name; empty for a table from before the run. */
  readonly by: string;
  readonly source: TableSource;
  readonly order: number;
  /** Charged to the memory cgroup. */
  readonly memcg: boolean;
  /** PT_kernel */
  readonly kernelFlag: boolean;
  state: TableState;
  allocated: number;
  constructed: number | undefined;
  destructed: number | undefined;
  freed: number | undefined;
  lock: PtlockState;
  /** Pages it adds to NR_PAGETABLE now. */
  counted: number;
  /** What a hook in its constructor has done to it, if one ran: see TableGuard. */
  guard: TableGuard;
}

/** Sums over the tables of one level and owner. */
export interface LedgerRow {
  readonly level: LevelName;
  readonly owner: string | null;
  allocated: number;
  ctors: number;
  dtors: number;
  freed: number;
  /** Locks there are now, and the bytes of those that are objects of their own. */
  locks: number;
  lockBytes: number;
  /** Change of NR_PAGETABLE, in pages. */
  counted: number;
}

/** The books of a run as of one step. Figures are changes since its start. */
export interface Ledger {
  readonly step: number;
  /** By level (PTE first) and owner. */
  readonly rows: readonly LedgerRow[];
  readonly tables: readonly TableLife[];
  /** NR_PAGETABLE, in pages: `nr_page_table_pages` of /proc/vmstat. */
  readonly nrPageTable: number;
  /** Pages of tables that are constructed and not destructed: what NR_PAGETABLE should have risen by. */
  readonly expected: number;
  /** `mm->pgtables_bytes` by mm. */
  readonly pgtablesBytes: Readonly<Record<string, number>>;
  /** Objects of the cache "page->ptl", and their bytes. */
  readonly lockObjects: number;
  readonly lockBytes: number;
  /** Bytes of table pages held: not given back yet. */
  readonly heldBytes: number;
  /** Tables freed only later by a worker: held, and counted no more. */
  readonly deferred: number;
  /** Undefined where no hook is registered. */
  readonly guards: GuardTally | undefined;
  /** What went wrong up to this step, in order. */
  readonly faults: readonly LedgerFault[];
}

/** The figures of the books alone, as of one step. */
export type LedgerTotals = Pick<Ledger, 'step' | 'nrPageTable' | 'lockObjects' | 'lockBytes'> & {
  /** `mm->pgtables_bytes`, of all mms together. */
  readonly pgtablesBytes: number;
};

/** What the books are kept by. */
export interface LedgerInput {
  readonly steps: readonly Step[];
  readonly geo: Geometry;
  readonly rules: CtorRules;
  readonly ptlocks: PtlockConfig;
  readonly whatIf: CtorWhatIf;
  readonly arch: Arch;
  /** A hook in every constructor is registered. */
  readonly hook: boolean;
}

/** Functions that count a table they link in `mm->pgtables_bytes`: the generic ones, for any mm. */
const COUNT_BYTES: Readonly<Record<string, LevelName>> = {
  pmd_install: 'pte',
  __pte_alloc: 'pte',
  __pmd_alloc: 'pmd',
  __pud_alloc: 'pud',
};

/** Kinds of step that change the books. */
const MATTERS: readonly Step['ev'][] = ['alloc', 'ctor', 'dtor', 'free', 'hook', 'set', 'violation'];

/**
 * Books over a recorded run: each table's life from allocation to free, counters, and what does not balance, with the step that did it.
 * The run is read once; `at` is asked as a cursor moves.
 */
export class TableLedger {
  private readonly input: LedgerInput;
  private readonly relevant: readonly Step[];

  constructor(input: LedgerInput) {
    this.input = input;
    this.relevant = input.steps.filter((s) => MATTERS.includes(s.ev) && !(s.ev === 'set' && s.hw >= 3));
  }

  /** Bytes of a lock that is an object of its own. */
  get lockSize(): number {
    return spinlockSize(this.input.ptlocks);
  }

  /** The books after step `step`; 0: before the first. */
  at(step: number): Ledger {
    const books = new Books(this.input);
    for (const s of this.relevant) {
      if (s.n > step) break;
      books.enter(s);
    }
    return books.close(step);
  }

  /** The figures after each step that could change them, in order: what a curve over the run is drawn from. */
  course(): readonly LedgerTotals[] {
    const books = new Books(this.input);
    return this.relevant.map((s) => {
      books.enter(s);
      return books.totals(s.n);
    });
  }
}

/** The books while they are being written. */
class Books {
  private readonly input: LedgerInput;
  private readonly tables = new Map<string, TableLife>();
  private readonly gone: TableLife[] = [];
  /** Tables whose allocators run no constructor. */
  private readonly bare = new Set<TableLife>();
  private readonly rows = new Map<string, LedgerRow>();
  private readonly bytes: Record<string, number> = {};
  private readonly faults: LedgerFault[] = [];
  private readonly pageBytes: number;

  constructor(input: LedgerInput) {
    this.input = input;
    this.pageBytes = 2 ** input.geo.pageShift;
  }

  enter(step: Step): void {
    switch (step.ev) {
      case 'alloc':
        if (step.table !== null) this.alloc(step, step.table);
        return;
      case 'set':
        this.link(step);
        return;
      case 'ctor':
      case 'dtor':
      case 'free': {
        const life = this.tables.get(step.table) ?? this.inherited(step.table, step.level);
        const fault = faultAt(step, life, this.input.rules);
        if (fault !== undefined) this.faults.push(fault);
        if (step.ev === 'ctor') {
          if (step.failed !== true) this.ctor(step, life);
        } else if (step.ev === 'dtor') this.dtor(step.n, life);
        else this.free(step, life);
        return;
      }
      case 'hook': {
        const life = this.tables.get(step.table);
        if (life === undefined) return;
        if (step.how === 'block' || step.how === 'unmapped')
          life.guard = step.does === 'protect' ? step.how : 'none';
        else life.guard = step.does === 'protect' ? 'read-only' : 'none';
        return;
      }
      case 'violation':
        if (step.what === 'ptlock')
          this.faults.push({
            step: step.n,
            kind: 'lock-not-initialised',
            table: undefined,
            words: step.detail,
          });
        return;
      default:
        return;
    }
  }

  private alloc(step: Step & { readonly ev: 'alloc' }, table: string): void {
    const { rules, ptlocks, whatIf, arch } = this.input;
    const allocator: Allocator | undefined = findAllocator(step.fn, arch) ?? findAllocator(step.fn, 'arm64');
    const owner = step.mm === undefined ? 'init_mm' : step.mm;
    const effect =
      allocator === undefined ? undefined : allocEffect(rules, ptlocks, allocator, step.level, owner, whatIf);
    // Where pagetable_alloc() counts, the page counts from here on.
    const counted = rules.countedBy === 'alloc' ? (effect?.counted ?? 0) : 0;
    const before = this.tables.get(table);
    if (before !== undefined) this.gone.push(before);
    const life: TableLife = {
      table,
      level: step.level,
      owner,
      by: step.fn,
      source: allocator?.source ?? 'buddy',
      order: step.order ?? 0,
      memcg: effect?.memcg ?? false,
      kernelFlag: effect?.kernelFlag ?? false,
      state: 'allocated',
      allocated: step.n,
      constructed: undefined,
      destructed: undefined,
      freed: undefined,
      lock: 'none',
      counted,
      guard: 'none',
    };
    this.tables.set(table, life);
    if (effect?.ctor !== true) this.bare.add(life);
    const row = this.row(life);
    row.allocated++;
    row.counted += counted;
  }

  /** A table from before the run: whose, nobody said. */
  private inherited(table: string, level: LevelName): TableLife {
    const life: TableLife = {
      table,
      level,
      owner: 'init_mm',
      by: '',
      source: 'buddy',
      order: 0,
      memcg: false,
      kernelFlag: false,
      state: 'linked',
      allocated: 0,
      constructed: undefined,
      destructed: undefined,
      freed: undefined,
      lock: 'none',
      counted: 0,
      guard: 'none',
    };
    this.tables.set(table, life);
    return life;
  }

  private ctor(step: Step & { readonly ev: 'ctor' }, life: TableLife): void {
    const { rules, ptlocks, whatIf } = this.input;
    const mm = step.mm === undefined ? life.owner : step.mm;
    const { counted } = ctorEffect(rules, ptlocks, step.level, mm, life.order, whatIf);
    life.state = 'constructed';
    life.constructed = step.n;
    life.destructed = undefined;
    life.lock = step.lock ?? 'none';
    life.counted += counted;
    const row = this.row(life);
    row.ctors++;
    row.counted += counted;
    if (life.lock !== 'none') row.locks++;
    if (life.lock === 'kmem') row.lockBytes += spinlockSize(ptlocks);
  }

  private dtor(n: number, life: TableLife): void {
    const { rules, ptlocks } = this.input;
    // The counter falls whether or not it ever rose for this table.
    const counted = rules.countedBy === 'ctor' && rules.counts.includes(life.level) ? 2 ** life.order : 0;
    const row = this.row(life);
    row.dtors++;
    row.counted -= counted;
    if (life.lock !== 'none') row.locks--;
    if (life.lock === 'kmem') row.lockBytes -= spinlockSize(ptlocks);
    life.lock = 'none';
    life.counted -= counted;
    life.state = 'destructed';
    life.destructed = n;
  }

  private free(step: Step & { readonly ev: 'free' }, life: TableLife): void {
    if (step.deferred === true) {
      life.state = 'deferred';
      return;
    }
    if (this.input.rules.countedBy === 'alloc' && !bypassesCount(step)) {
      this.row(life).counted -= life.counted;
      life.counted = 0;
    }
    this.row(life).freed++;
    life.state = 'freed';
    life.freed = step.n;
  }

  /** An upper entry is written: a table gains its link, or another loses it. */
  private link(step: Step & { readonly ev: 'set' }): void {
    if (step.count !== undefined) return;
    const [old, now] = [U64.hex(step.old), U64.hex(step.new)];
    const was = this.pointee(old);
    const is = this.pointee(now);
    if (was !== undefined && was !== is && was.state === 'linked') was.state = 'unlinked';
    if (is === undefined || is === was) return;
    if (is.state === 'allocated' || is.state === 'constructed' || is.state === 'unlinked')
      is.state = 'linked';
    const level = COUNT_BYTES[step.fn];
    if (level !== undefined && is.owner !== null && !(level === 'pte' && is.owner === 'init_mm'))
      this.bytes[is.owner] = (this.bytes[is.owner] ?? 0) + this.pageBytes;
  }

  private pointee(value: U64): TableLife | undefined {
    if (!isTable(value)) return undefined;
    return this.tables.get(U64.from(outputAddress(this.input.geo, value)).toHex());
  }

  private row(life: TableLife): LedgerRow {
    const key = `${life.level} ${life.owner ?? ''}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = {
        level: life.level,
        owner: life.owner,
        allocated: 0,
        ctors: 0,
        dtors: 0,
        freed: 0,
        locks: 0,
        lockBytes: 0,
        counted: 0,
      };
      this.rows.set(key, row);
    }
    return row;
  }

  totals(step: number): LedgerTotals {
    const totals = { step, nrPageTable: 0, lockObjects: 0, lockBytes: 0, pgtablesBytes: 0 };
    for (const row of this.rows.values()) {
      totals.nrPageTable += row.counted;
      totals.lockBytes += row.lockBytes;
    }
    totals.lockObjects = totals.lockBytes / spinlockSize(this.input.ptlocks);
    for (const bytes of Object.values(this.bytes)) totals.pgtablesBytes += bytes;
    return totals;
  }

  close(step: number): Ledger {
    const tables = [...this.gone, ...this.tables.values()];
    const rows = [...this.rows.values()].sort(
      (a, b) =>
        ORDER.indexOf(a.level) - ORDER.indexOf(b.level) || (a.owner ?? '').localeCompare(b.owner ?? ''),
    );
    const sum = (of: (row: LedgerRow) => number): number => rows.reduce((n, row) => n + of(row), 0);
    const live = tables.filter((t) => t.state !== 'freed' && t.allocated > 0);
    const lockObjects = tables.filter((t) => t.lock === 'kmem').length;
    return {
      step,
      rows,
      tables,
      nrPageTable: sum((row) => row.counted),
      expected: this.expected(tables),
      pgtablesBytes: this.bytes,
      lockObjects,
      lockBytes: sum((row) => row.lockBytes),
      heldBytes: live.reduce((n, t) => n + this.pageBytes * 2 ** t.order, 0),
      deferred: tables.filter((t) => t.state === 'deferred').length,
      guards: this.input.hook ? this.guards(tables, live) : undefined,
      faults: this.faults,
    };
  }

  private guards(tables: readonly TableLife[], live: readonly TableLife[]): GuardTally {
    return {
      protected: live.filter((t) => t.guard === 'read-only').length,
      open: live.filter((t) => t.guard === 'block' || t.guard === 'unmapped').length,
      // A table between its allocation and its constructor is missed by nobody yet.
      missed: live.filter(
        (t) => t.constructed === undefined && (t.state !== 'allocated' || this.bare.has(t)),
      ),
      lost: tables.filter((t) => t.state === 'freed' && t.guard === 'read-only').length,
    };
  }

  /** What the counter would be had every table of the run been counted once while it was constructed and held. */
  private expected(tables: readonly TableLife[]): number {
    const { rules } = this.input;
    if (rules.countedBy === 'alloc')
      return tables.reduce((n, t) => n + (t.freed === undefined ? t.counted : 0), 0);
    const before = tables.filter((t) => t.allocated === 0 && t.destructed !== undefined);
    const ended = before.reduce((n, t) => n + (rules.counts.includes(t.level) ? 1 : 0), 0);
    const held = tables
      .filter((t) => t.constructed !== undefined && t.destructed === undefined && t.freed === undefined)
      .reduce((n, t) => n + (rules.counts.includes(t.level) ? 2 ** t.order : 0), 0);
    // A table from before the run is taken to have been counted.
    return held - ended;
  }
}

const ORDER: readonly LevelName[] = ['pte', 'pmd', 'pud', 'p4d', 'pgd'];
