import { U64 } from '../base/u64.ts';
import { outputAddress } from '../arch/arm64/entry.ts';
import type { EntryKind } from '../arch/format.ts';
import type { LevelName } from '../arch/geometry.ts';
import { LEVEL_NAMES } from '../arch/geometry.ts';
import type { LoadStep, Step } from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { entrySpans, kindSpans, seenSpans, slotSpan } from './entry-words.ts';
import type { Recalled } from './recall.ts';
import { readsOfTest, recall } from './recall.ts';
import type { Piece } from './spans.ts';
import { addressSpan, badSpan, levelSpan } from './spans.ts';

// Sentences for loads: what the kernel asks of the entry, and what the entry answers. Which helper asks, the step says.

type Load = Step & LoadStep;

/** What a sentence is made of: the load, what it read, and what this context knew of the entry before. */
interface Reading {
  readonly step: Load;
  readonly ctx: NarrationContext;
  readonly kind: EntryKind;
  readonly known: Recalled | undefined;
  /** `it changed since step 12 (was a table, 4174e000): `; empty unless the entry did. */
  readonly changed: readonly Piece[];
}

export function load(step: Load, ctx: NarrationContext): Piece[] {
  if (step.dead) return dead(step, ctx);
  if ((step.count ?? 1) > 1) return run(step, ctx);
  const known = recall(step, ctx);
  const changed = known === undefined || known.value === step.value ? [] : changedSpans(step, known, ctx);
  const kind = ctx.format.kind(ctx.geo, step.hw, U64.hex(step.value));
  return sentence({ step, ctx, kind, known, changed });
}

/** Whether the entry is not what the step's context last read or wrote there: what races turn on. */
export function changedUnderneath(step: Load, ctx: NarrationContext): boolean {
  if (step.dead || (step.count ?? 1) > 1) return false;
  const known = recall(step, ctx);
  return known !== undefined && known.value !== step.value;
}

/** A load whose value cannot matter, or is the one its context last read or wrote there. */
export function saysNothingNew(step: Step, ctx: NarrationContext): boolean {
  if (step.ev !== 'load') return false;
  return step.dead || ((step.count ?? 1) === 1 && recall(step, ctx)?.value === step.value);
}

function changedSpans(step: Load, known: Recalled, ctx: NarrationContext): Piece[] {
  const was = entrySpans(ctx, step.hw, known.value);
  return [badSpan(`it changed since step ${known.n}`), ' (was ', ...was, '): '];
}

function sentence(at: Reading): Piece[] {
  const { step } = at;
  const test = /^p(?:gd|4d|ud|md|te)_(none|bad|leaf|present|clear_bad)$/.exec(step.by)?.[1];
  const next = NEXT_TABLE.get(step.by);
  if (test !== undefined) return tested(test, at);
  if (next !== undefined) return offset(next, at);
  switch (step.by) {
    case 'pmdp_get_lockless':
      return mapped(at);
    case 'pmd_same':
      return same(at);
    case 'split_huge_pmd':
      return splitHuge(at);
    default:
      return /^p(?:gd|4d|ud|md|te)p_get$/.test(step.by) ? got(at) : other(at);
  }
}

/** `pmd_none(PMD[510])` */
function head(at: Reading): Piece[] {
  return [`${at.step.by}(`, slotSpan(at.step, at.ctx), ')'];
}

function entryOf(at: Reading): Piece[] {
  return entrySpans(at.ctx, at.step.hw, at.step.value);
}

/** The entry in a few words; with its address where it is not the one known. */
function kindOf(at: Reading): Piece[] {
  const { step, ctx } = at;
  return at.changed.length > 0 ? entryOf(at) : kindSpans(ctx, step.hw, U64.hex(step.value));
}

/** `pmd_present()`: valid, or marked present while it is invalid. */
function present(kind: EntryKind): boolean {
  return kind !== 'none' && kind !== 'nonpresent';
}

/** `pmd_leaf()`: present, and no table. */
function leaf(kind: EntryKind): boolean {
  return present(kind) && kind !== 'table';
}

function tested(test: string, at: Reading): Piece[] {
  const start: Piece[] = [...head(at), ': ', ...at.changed];
  switch (test) {
    case 'none':
      return at.kind === 'none'
        ? [...start, 'yes, nothing is mapped there.']
        : [...start, 'no, it is ', ...entryOf(at), '.'];
    case 'bad':
      return at.kind === 'table'
        ? [...start, 'no, it points to a table.']
        : [...start, 'yes, it points to no table: ', ...entryOf(at), '.'];
    case 'clear_bad':
      return [...start, 'takes the value for the report, ', ...entryOf(at), '.'];
    default:
      if (at.ctx.valueTests === 'macro') return partOfTest(test, start, at);
      return answered(test, start, at);
  }
}

/** The answer of `pmd_leaf()` or `pmd_present()`. */
function answered(test: string, start: readonly Piece[], at: Reading): Piece[] {
  const yes = test === 'leaf' ? leaf(at.kind) : present(at.kind);
  if (!yes) return [...start, 'no, ', ...kindOf(at), '.'];
  return test === 'leaf' || at.changed.length > 0
    ? [...start, 'yes, ', ...kindOf(at), '.']
    : [...start, 'yes.'];
}

type Part = 'valid' | 'invalid' | 'table';

/** Which part of a macro's test the last of its reads is for: the parts before answered as they did. */
function lastPart(test: string, reads: readonly LoadStep[]): Part {
  let part: Part | undefined;
  let last: Part = 'valid';
  for (const read of reads) {
    last = part ?? 'valid';
    const value = U64.hex(read.value);
    const yes = last === 'valid' ? value.bit(0) : !value.bit(0) && value.bit(11);
    if (last === 'table') part = undefined;
    else if (yes) part = test === 'leaf' ? 'table' : undefined;
    else part = last === 'valid' ? 'invalid' : undefined;
  }
  return last;
}

/** v6.12's tests are macros that read the entry for each part: valid? if not, present-invalid? if so, a table? */
function partOfTest(test: string, start: readonly Piece[], at: Reading): Piece[] {
  const part = lastPart(test, readsOfTest(at.step, at.ctx));
  const yes = U64.hex(at.step.value).bit(part === 'invalid' ? 11 : 0);
  if (part === 'valid') {
    if (test === 'present' && yes) return answered(test, start, at);
    return [...start, `is it valid? ${yes ? 'Yes' : 'No'}, `, ...kindOf(at), '.'];
  }
  const again: Piece[] = [...head(at), ' reads it again, for its next question: ', ...at.changed];
  if (part === 'invalid') return [...again, `present-invalid? ${yes ? 'Yes' : 'No'}, `, ...kindOf(at), '.'];
  return at.kind === 'table'
    ? [...again, 'is it a table? Yes, so no leaf.']
    : [...again, 'is it a table? No, ', ...kindOf(at), '.'];
}

/** Helpers that take the entry for a pointer, and the level of the table that they go to. */
const NEXT_TABLE: ReadonlyMap<string, LevelName> = new Map<string, LevelName>([
  ['p4d_offset', 'p4d'],
  ['pud_offset', 'pud'],
  ['pmd_offset', 'pmd'],
  ['pte_offset_kernel', 'pte'],
]);

/** No offset helper looks whether the entry points to a table. A value other than the one tested leads anywhere. */
function offset(to: LevelName, at: Reading): Piece[] {
  const { step, ctx, known } = at;
  const value = U64.hex(step.value);
  const once = step.once ? ' (READ_ONCE)' : '';
  const start: Piece[] = [...head(at), `${once}: `, ...at.changed];
  if (at.changed.length > 0 && known?.by === 'load') start.push('not the value tested; ');
  if (at.kind === 'table') {
    const goes: Piece[] = [...start, 'goes to the ', levelSpan(to), ' table at ', tableAddress(value, at)];
    const blind = to === 'pte' && at.changed.length === 0;
    return [...goes, blind ? ', without looking whether it still is one.' : '.'];
  }
  const is = kindSpans(ctx, step.hw, value);
  return [
    ...start,
    'takes ',
    tableAddress(value, at),
    ' for a ',
    levelSpan(to),
    ' table, but it is ',
    ...is,
    '.',
  ];
}

/** The address as the helper takes it from any value. */
function tableAddress(value: U64, { ctx, step }: Reading): Piece {
  const { geo, format } = ctx;
  const pa = geo.arch === 'arm64' ? outputAddress(geo, value) : format.address(geo, step.hw, value);
  return addressSpan(pa.toString(16));
}

/** A getter: what the function around it does with the value is its own affair. */
function got(at: Reading): Piece[] {
  const { step, ctx, known } = at;
  if (step.fn === 'walk_pmd_range' && step.by === 'pudp_get') return lookedAtAgain(at);
  const reads: Piece[] = [`${step.fn} reads `, slotSpan(step, ctx), ` with ${step.by}()`];
  const callback = step.fn.endsWith('_entry');
  // Its tests of a level that is folded take the value and answer without it.
  if (!callback && isFolded(step, ctx)) return [...reads, ' and does not use it: this level is folded.'];
  const start: Piece[] = [...reads, ': ', ...at.changed];
  const again = known?.by === 'load' && at.changed.length === 0 && !callback;
  if (!again) return [...start, ...seenSpans(ctx, step.hw, step.value), '.'];
  return [...start, 'still ', ...kindOf(at), '.'];
}

/** `walk_pmd_range()` begins with a look at the PUD, which its caller tested. */
function lookedAtAgain(at: Reading): Piece[] {
  const { step, ctx } = at;
  const start: Piece[] = ['walk_pmd_range reads ', slotSpan(step, ctx), ' once more (READ_ONCE)'];
  if (ctx.geo.levels.pmd.folded === 'build') return [...start, ' and does not use it: this level is folded.'];
  const back = at.kind === 'table' ? '' : '; walk_pud_range has to look again';
  if (at.changed.length > 0 || back !== '') {
    return [...start, ': ', ...at.changed, ...seenSpans(ctx, step.hw, step.value), `${back}.`];
  }
  return [...start, at.known === undefined ? ': a table.' : ': still a table.'];
}

/** `pte_offset_map()` reads the PMD in an RCU section, and uses that very value. */
function mapped(at: Reading): Piece[] {
  const { step, ctx } = at;
  const start: Piece[] = [`${step.fn} reads `, slotSpan(step, ctx), ` with ${step.by}(): `, ...at.changed];
  const none = at.kind === 'table' ? '' : ': no PTE table to map';
  return [...start, ...seenSpans(ctx, step.hw, step.value), `${none}.`];
}

/** `pte_offset_map_lock()` looks again when it has the lock. */
function same(at: Reading): Piece[] {
  const start: Piece[] = [...head(at), ': '];
  if (at.known === undefined) return [...start, ...seenSpans(at.ctx, at.step.hw, at.step.value), '.'];
  if (at.changed.length === 0) return [...start, 'still the same, the lock protects the right table.'];
  return [...start, ...at.changed, 'undo and start over.'];
}

/** Splits what is huge, and what is neither empty nor present. */
function splitHuge(at: Reading): Piece[] {
  const start: Piece[] = [...head(at), ': ', ...at.changed];
  const entry = seenSpans(at.ctx, at.step.hw, at.step.value);
  // A present-invalid entry that would be a table if it were valid is left alone.
  const tableBits = U64.hex(at.step.value).bit(1);
  const leaves = at.kind === 'none' || at.kind === 'table' || (at.kind === 'invalid' && tableBits);
  return [...start, ...entry, leaves ? ', nothing to split.' : ', to be split.'];
}

function other(at: Reading): Piece[] {
  const { step, ctx } = at;
  const once = step.once ? ' (READ_ONCE)' : '';
  const start: Piece[] = [`${step.by} reads `, slotSpan(step, ctx), `${once}: `, ...at.changed];
  return [...start, ...seenSpans(ctx, step.hw, step.value), '.'];
}

function run(step: Load, ctx: NarrationContext): Piece[] {
  const slots = slotSpan(step, ctx, step.count);
  const first = seenSpans(ctx, step.hw, step.value);
  return [`${step.fn} reads `, slots, ` one by one with ${step.by}(); the first: `, ...first, '.'];
}

function isFolded(step: Load, ctx: NarrationContext): boolean {
  return ctx.geo.levels[step.level].folded === 'run' || foldedByBuild(step.level, ctx);
}

/** A level folded by the build leaves the one above without anything to test. */
function foldedByBuild(level: LevelName, ctx: NarrationContext): boolean {
  const below = LEVEL_NAMES[LEVEL_NAMES.indexOf(level) + 1];
  return below !== undefined && ctx.geo.levels[below].folded === 'build';
}

function dead(step: Load, ctx: NarrationContext): Piece[] {
  const { vaBits, vaBitsBuild } = ctx.geo;
  const slot = slotSpan(step, ctx, step.count);
  const unused: Piece[] = [`${step.by}() reads `, slot, ' and does not use it'];
  if (step.by === 'split_huge_pud') return [...unused, ': user memory has no huge PUDs on arm64.'];
  // Only an offset helper loads what a level folded at boot would have; the tests of such a level load nothing.
  if (vaBits !== vaBitsBuild && /^p(?:4d|ud)_offset$/.test(step.by)) {
    const bits = `built for ${vaBitsBuild}-bit addresses and runs with ${vaBits}`;
    return [...unused, `: this kernel was ${bits}, so the level is folded.`];
  }
  if (!foldedByBuild(step.level, ctx)) return [...unused, '.'];
  return [`${step.by}() is given `, slot, ' and ignores it: this level is folded.'];
}
