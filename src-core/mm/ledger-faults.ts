import type { CtorRules } from '../revision/ctor-rules.ts';
import type { CtorStep, DtorStep, FreeStep, StepBase } from '../step/step.ts';
import type { TableLife } from './ledger.ts';

/** What can be wrong with a table's constructor, destructor, lock or count. */
export type LedgerFaultKind =
  | 'double-ctor'
  | 'dtor-without-ctor'
  | 'double-dtor'
  | 'freed-without-dtor'
  | 'freed-read-only'
  | 'wasted-lock'
  | 'freed-still-counted'
  | 'lock-not-initialised';

/** Something that does not balance, and the step that did it. */
export interface LedgerFault {
  readonly step: number;
  readonly kind: LedgerFaultKind;
  /** Undefined where no one table is to blame. */
  readonly table: string | undefined;
  /** One or two sentences. */
  readonly words: string;
}

type Happened = StepBase & (CtorStep | DtorStep | FreeStep);

/** What is wrong with a step on a table of this life, as it was just before; undefined: nothing. */
export function faultAt(step: Happened, life: TableLife, rules: CtorRules): LedgerFault | undefined {
  const fault = (kind: LedgerFaultKind, words: string): LedgerFault => ({
    step: step.n,
    kind,
    table: life.table,
    words,
  });
  const what = `The ${life.level.toUpperCase()} table ${life.table}`;
  switch (step.ev) {
    case 'ctor':
      if (step.failed === true) return undefined;
      if (life.constructed !== undefined && life.destructed === undefined)
        return fault('double-ctor', `${what} is constructed a second time: it is counted twice.`);
      if (step.lock !== undefined && life.owner === 'init_mm' && rules.skipsLock.includes(step.level))
        return fault(
          'wasted-lock',
          `${what} is init_mm’s, whose split locks are never taken; its constructor was told another mm, or none, and initialised one.`,
        );
      return undefined;
    case 'dtor':
      if (life.destructed !== undefined)
        return fault(
          'double-dtor',
          `${what} is destructed a second time: NR_PAGETABLE falls by one too many.`,
        );
      if (life.constructed === undefined && life.allocated > 0)
        return fault(
          'dtor-without-ctor',
          `${what} is destructed, but ${life.by}() never had it constructed: NR_PAGETABLE falls without having risen.`,
        );
      return undefined;
    case 'free':
      if (rules.countedBy === 'alloc' && life.counted > 0 && bypassesCount(step))
        return fault(
          'freed-still-counted',
          `${what} is freed by ${step.fn}(), which goes past pagetable_free(): NR_PAGETABLE stays too high by ${life.counted}.`,
        );
      if (life.constructed === undefined || life.destructed !== undefined) return undefined;
      return fault(
        life.guard === 'read-only' ? 'freed-read-only' : 'freed-without-dtor',
        `${what} is freed by ${step.fn}() without its destructor: ${leak(life, rules)}${readOnly(life)}`,
      );
  }
}

/** Functions that give a table's page straight back to the page allocator. */
export function bypassesCount(step: Pick<StepBase, 'fn'>): boolean {
  return step.fn === 'free_hotplug_pgtable_page';
}

function leak(life: TableLife, rules: CtorRules): string {
  const lock = life.lock === 'kmem' ? ', and its lock object is lost' : '';
  const type = rules.freeResetsType
    ? 'its page type is reset silently'
    : 'where page checks are on, a bad page is reported';
  return `NR_PAGETABLE stays too high by ${Math.max(life.counted, 1)} for ever${lock}; ${type}.`;
}

/** What a hook in constructors adds to that. */
function readOnly(life: TableLife): string {
  if (life.guard !== 'read-only') return '';
  return ' Its page goes back to the page allocator write-protected: whoever gets it next faults at the first store.';
}
