import { U64 } from '../base/u64.ts';
import { levelName } from '../arch/geometry.ts';
import type {
  AllocStep,
  BarrierStep,
  CtorStep,
  DtorStep,
  AreaStep,
  DepositStep,
  FreeStep,
  HookStep,
  KmapStep,
  LazyStep,
  SetStep,
  Step,
  TlbiStep,
} from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { changeSpans, entrySpans, slotSpan } from './entry-words.ts';
import type { Piece } from './spans.ts';
import { addressSpan, badSpan, levelSpan, rangeSpans } from './spans.ts';
import { sizeWords } from './words.ts';

// Sentences for steps that change tables, and that make a change known to the CPUs.

/** ` as P4D` where the type an entry is used as is not the level of its table, or no longer one of its own. */
function asType(step: SetStep, ctx: NarrationContext): Piece[] {
  if (ctx.geo.levels[step.level].folded === 'run') return [' as the folded ', levelSpan(step.level)];
  return step.level === levelName(ctx.geo, step.hw) ? [] : [' as ', levelSpan(step.level)];
}

export function set(step: Step & SetStep, ctx: NarrationContext): Piece[] {
  const count = step.count ?? 1;
  const slot = slotSpan(step, ctx, count);
  const fromEmpty = isZero(step.old) && isZero(step.dold) && !isZero(step.new);
  if (count > 1 && step.va === null && fromEmpty) return fill(step, slot, ctx);
  const change = changeSpans(ctx, step.hw, step.old, step.new);
  const where = step.va === null ? ' in a table that is not linked' : '';
  const first = count > 1 ? '; the first: ' : ': ';
  const next = count > 1 && !isZero(step.dnew) ? `; ${growth(step)}` : '';
  return [
    step.atomic === true ? 'Exchanges ' : 'Writes ',
    slot,
    ...asType(step, ctx),
    where,
    first,
    ...change,
    next,
    '.',
  ];
}

function isZero(hex: string | undefined): boolean {
  return hex === undefined || U64.hex(hex).isZero();
}

function growth(step: SetStep): string {
  return `and so on every ${sizeWords(U64.hex(step.dnew ?? '0x0'))}`;
}

/** A run of stores into empty entries of a table that no other table points to yet. */
function fill(step: SetStep, slot: Piece, ctx: NarrationContext): Piece[] {
  const start: Piece[] = ['Fills ', slot, ' of the new table ', addressSpan(step.table)];
  const entry = entrySpans(ctx, step.hw, step.new);
  if (isZero(step.dnew)) return [...start, ', each with ', ...entry, '.'];
  return [...start, ': ', ...entry, `, ${growth(step)}.`];
}

export function lazy(step: LazyStep): Piece[] {
  return step.on
    ? ['Enters lazy MMU mode: barriers asked for inside may wait for its end.']
    : ['Leaves lazy MMU mode.'];
}

export function barrier(step: BarrierStep): Piece[] {
  return step.ev === 'dsb'
    ? ['DSB: the stores so far are complete, and every CPU’s table walker sees them.']
    : ['ISB: what this CPU does from here on sees them too.'];
}

/** Of user memory, where a process's tables are changed or the contpte layer flushes; otherwise of the kernel's. */
export function tlbi(step: Step & TlbiStep): Piece[] {
  const user = U64.hex(step.start).lt(U64.bit(55)) ? 'flush_tlb_range()' : 'flush_tlb_kernel_range()';
  const name = step.fn === 'contpte_convert' ? '__flush_tlb_range()' : user;
  if (step.start === step.end) return [name, ' of an empty range: no CPU forgets anything.'];
  return [name, ': all CPUs forget ', ...rangeSpans(step.start, step.end), '.'];
}

export function alloc(step: AllocStep): Piece[] {
  const how = { kernel: ' (may sleep)', atomic: ' (may not sleep)', none: '' }[step.gfp ?? 'none'];
  const pages = step.order === undefined ? 'a page' : `${2 ** step.order} pages`;
  const whose =
    step.mm === undefined ? '' : step.mm === null ? ', for no mm it is told of' : ` of ${step.mm}`;
  const what: Piece[] = [` ${pages} for a `, levelSpan(step.level), ` table${whose}${how}`];
  if (step.table === null) return ['Asks for', ...what, ': ', badSpan('there is none'), '.'];
  return ['Allocates', ...what, ': ', addressSpan(step.table), '.'];
}

const LOCK_WORDS = {
  embedded: ', its lock in the page’s descriptor',
  kmem: ', its lock an object of its own',
  none: '',
} as const;

/** Without an mm: a constructor that takes none. */
export function ctor(step: CtorStep): Piece[] {
  const mm = step.mm === undefined ? '' : (step.mm ?? 'NULL');
  const name = `pagetable_${step.level}_ctor(${mm})`;
  if (step.failed === true)
    return [
      `${name} of page `,
      addressSpan(step.table),
      ' answers false: ',
      badSpan('no memory for its lock'),
      '.',
    ];
  return [
    `${name}: page `,
    addressSpan(step.table),
    ' counts as a ',
    levelSpan(step.level),
    ` table now${LOCK_WORDS[step.lock ?? 'none']}.`,
  ];
}

export function dtor(step: DtorStep): Piece[] {
  return [
    'pagetable_dtor(): page ',
    addressSpan(step.table),
    ' counts as a ',
    levelSpan(step.level),
    ' table no more, and has no lock.',
  ];
}

export function area(step: AreaStep): Piece[] {
  const which: Piece[] = ['The vmalloc area at ', addressSpan(step.addr)];
  return step.change === 'insert'
    ? [...which, ' is there now: find_vm_area() finds it.']
    : [...which, ' is taken out of its tree: find_vm_area() finds it no more.'];
}

export function deposit(step: DepositStep): Piece[] {
  const table: Piece[] = [levelSpan('pte'), ' table ', addressSpan(step.table)];
  if (step.withdrawn === true) return ['The deposited ', ...table, ' is withdrawn.'];
  const why = ' is deposited: nothing leads to it, and it is there when the huge PMD is split or goes.';
  return ['The ', ...table, why];
}

export function free(step: FreeStep): Piece[] {
  const table: Piece[] = [' the page of the ', levelSpan(step.level), ' table ', addressSpan(step.table)];
  if (step.deferred === true)
    return ['Queues', ...table, ': a worker frees it once the IOMMU has forgotten it.'];
  return ['Frees', ...table, '.'];
}

const NOT_CHANGED = {
  block: 'a block, or a contiguous run, maps its page',
  unmapped: 'no table here maps its page',
} as const;

/** What a hook in constructors and destructors did to a table's own page in the direct map. */
export function hook(step: HookStep): Piece[] {
  const table: Piece[] = ['the ', levelSpan(step.level), ' table ', addressSpan(step.table)];
  if (step.how === 'block' || step.how === 'unmapped')
    return step.does === 'protect'
      ? ['The hook can’t write-protect ', ...table, `: ${NOT_CHANGED[step.how]}.`]
      : ['The hook leaves ', ...table, ` as it is: ${NOT_CHANGED[step.how]}.`];
  if (step.does === 'protect')
    return step.how === 'entry'
      ? ['The hook has write-protected ', ...table, ': the direct map’s entry of its page is read-only now.']
      : ['The hook finds ', ...table, ' write-protected already.'];
  return step.how === 'entry'
    ? ['The hook has made the page of ', ...table, ' writable again.']
    : ['The hook finds the page of ', ...table, ' writable already.'];
}

export function kmap(step: KmapStep): Piece[] {
  const table: Piece[] = ['the PTE table ', addressSpan(step.table)];
  return step.on
    ? ['kmap_local_page(): ', ...table, ', in high memory, can be reached by this CPU now.']
    : ['kunmap_local(): ', ...table, ' is out of reach again.'];
}
