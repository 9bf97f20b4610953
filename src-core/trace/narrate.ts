import { unreachable } from '../base/unreachable.ts';
import { U64 } from '../base/u64.ts';
import type { LevelName } from '../arch/geometry.ts';
import { LEVEL_NAMES, hwShift, levelName } from '../arch/geometry.ts';
import type { LockName } from '../step/lock.ts';
import type {
  AssertStep,
  CallStep,
  CallbackStep,
  HoleStep,
  LoadStep,
  LockStep,
  SetStep,
  Step,
  UnlockStep,
  ViolationStep,
} from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { recall } from './context.ts';
import { changeSpans, entrySpans, hwOf, kindSpans, slotSpan } from './entry-words.ts';
import type { Piece, Span } from './spans.ts';
import { addressSpan, badSpan, bare, levelSpan, sentence, spanText, valueSpan } from './spans.ts';
import { lockWords, modeWords, returnWords } from './words.ts';

/**
 * One plain sentence for a step: the caption on screen, what is announced, and the comment in a text trace. It says what
 * happened, in the present, and why it matters where that can be known from the step and the ones before it.
 */
export function narrate(step: Step, ctx: NarrationContext): string {
  return spanText(narrateRich(step, ctx));
}

/** The same sentence in pieces: level names, addresses, values and locks marked. Their texts joined are the sentence. */
export function narrateRich(step: Step, ctx: NarrationContext): Span[] {
  return sentence(pieces(step, ctx));
}

function pieces(step: Step, ctx: NarrationContext): Piece[] {
  switch (step.ev) {
    case 'call':
      return call(step);
    case 'return':
      return ['Returns ', valueSpan(returnWords(step.ret)), '.'];
    case 'load':
      return load(step, ctx);
    case 'set':
      return set(step, ctx);
    case 'lock':
      return lock(step);
    case 'unlock':
      return unlock(step);
    case 'assert':
      return assertion(step);
    case 'cb':
      return callback(step, ctx);
    case 'hole':
      return hole(step);
    case 'bad': {
      const value = { text: bare(step.val), kind: 'bad' } as const;
      const name = `${step.level}_ERROR()`;
      return [
        `${name} reports a malformed `,
        levelSpan(step.level),
        ' entry, ',
        value,
        '; it is cleared next.',
      ];
    }
    case 'warn':
      return [badSpan('A WARN'), ` fires in ${step.fn}(). It is a report only; the code goes on.`];
    case 'violation':
      return violation(step);
    default:
      return unreachable(step);
  }
}

/** `Calls walk_page_range_debug(init_mm, 0x…, 0x…, ops=pud pmd pte).` The first arguments of a walk need no names. */
function call(step: Step & CallStep): Piece[] {
  const out: Piece[] = [`Calls ${step.fn}(`];
  for (const [i, [name, value]] of Object.entries(step.args).entries()) {
    if (i > 0) out.push(', ');
    if (/^0x[0-9a-f]+$/.test(value)) out.push({ text: value, kind: 'address' });
    else out.push(name === 'mm' ? value : `${name}=${value}`);
  }
  return [...out, ').'];
}

/**
 * Is an entry read at this level ignored because of folding? A level folded by the build leaves the one above without
 * anything to test; a level folded at boot is itself passed through.
 */
function passedThrough(level: LevelName, ctx: NarrationContext): boolean {
  const below = LEVEL_NAMES[LEVEL_NAMES.indexOf(level) + 1];
  const { levels } = ctx.geo;
  return levels[level].folded === 'run' || (below !== undefined && levels[below].folded === 'build');
}

/** ` as P4D` where the type an entry is used as is not the level of its table, or no longer one of its own. */
function asType(step: LoadStep | SetStep, ctx: NarrationContext): Piece[] {
  if (ctx.geo.levels[step.level].folded === 'run') return [' as the folded ', levelSpan(step.level)];
  return step.level === levelName(ctx.geo, step.hw) ? [] : [' as ', levelSpan(step.level)];
}

function load(step: Step & LoadStep, ctx: NarrationContext): Piece[] {
  const count = step.count ?? 1;
  const slot = slotSpan(step, ctx, count);
  if (step.dead) {
    const start = passedThrough(step.level, ctx) ? 'Folded level: reads ' : 'Reads ';
    return [start, slot, ', though its value is not used.'];
  }
  const entry = entrySpans(ctx, step.hw, step.value);
  if (count > 1) {
    return ['Reads ', slot, step.once ? ', each once; the first: ' : '; the first: ', ...entry, '.'];
  }
  const known = recall(step, ctx);
  if (known === undefined || (known.by === 'set' && known.value === step.value)) {
    return ['Reads ', slot, ...asType(step, ctx), step.once ? ' once: ' : ': ', ...entry, '.'];
  }
  const again: Piece[] = ['Reads ', slot, ...asType(step, ctx), step.once ? ' again (READ_ONCE)' : ' again'];
  if (known.value === step.value) {
    return [...again, ': unchanged, ', ...kindSpans(ctx, step.hw, U64.hex(step.value)), '.'];
  }
  const was = entrySpans(ctx, step.hw, known.value);
  return [...again, ': it changed, to ', ...entry, '; it was ', ...was, '.'];
}

function set(step: Step & SetStep, ctx: NarrationContext): Piece[] {
  const count = step.count ?? 1;
  const change = changeSpans(ctx, step.hw, step.old, step.new);
  const where = step.va === null ? ' in a table that is not linked' : '';
  const first = count > 1 ? '; the first: ' : ': ';
  return ['Writes ', slotSpan(step, ctx, count), ...asType(step, ctx), where, first, ...change, '.'];
}

function lock(step: Step & LockStep): Piece[] {
  if (step.name === 'rcu') return ['Enters an ', { text: 'RCU', kind: 'lock' }, ' read section.'];
  return ['Takes ', lockSpan(step.name), `${modeWords(step.name, step.mode)}.`];
}

function unlock(step: Step & UnlockStep): Piece[] {
  if (step.name === 'rcu') return ['Leaves the ', { text: 'RCU', kind: 'lock' }, ' read section.'];
  return ['Releases ', lockSpan(step.name), '.'];
}

function lockSpan(name: LockName): Span {
  const words = lockWords(name);
  return { text: words.includes(' ') ? `the ${words}` : words, kind: 'lock' };
}

function assertion(step: Step & AssertStep): Piece[] {
  const write = step.name === 'mmap_assert_write_locked' ? ' for write' : '';
  const name = `${step.name}(${step.mm}): `;
  if (step.ok) return [name, `held${write}.`];
  const what = step.fn.startsWith('walk_') ? 'walk' : 'code';
  return [name, badSpan(`not held${write}`), `. A warning only; the ${what} goes on.`];
}

function callback(step: Step & CallbackStep, ctx: NarrationContext): Piece[] {
  const hw = hwOf(step.level, ctx);
  const folded = ctx.geo.levels[step.level].folded === 'no' ? '' : ' (folded level)';
  const name = levelSpan(step.level, `${step.level}_entry${folded}`);
  const entry = entrySpans(ctx, hw, step.val);
  const from = addressSpan(step.addr);
  if (step.count !== undefined && step.count > 1) {
    return ['Calls ', name, ` ${step.count} times, from `, from, '; the first: ', ...entry, '.'];
  }
  if (!partOfLeaf(step, hw, ctx)) return ['Calls ', name, ' for ', from, ': ', ...entry, '.'];
  return ['Calls ', name, ' for ', from, ' to ', addressSpan(step.next), ', part of ', ...entry, '.'];
}

/** The callback is told less than the whole leaf that the entry maps: a change would reach too far. */
function partOfLeaf(step: CallbackStep, hw: number, ctx: NarrationContext): boolean {
  const kind = ctx.format.kind(ctx.geo, hw, U64.hex(step.val));
  if (hw === 3 || (kind !== 'block' && kind !== 'invalid')) return false;
  return !U64.hex(step.next)
    .sub(U64.hex(step.addr))
    .eq(U64.bit(hwShift(ctx.geo, hw)));
}

function hole(step: Step & HoleStep): Piece[] {
  // A range that ends with the address space ends at 0.
  const end: Piece = step.next === '0x0' ? 'the end of the address space' : addressSpan(step.next);
  const range: Piece[] = [addressSpan(step.addr), ' to ', end];
  const level = LEVEL_NAMES[step.depth];
  if (level === undefined)
    return ['Hole, no VMA or a PFN map: the tables from ', ...range, ' are not looked at.'];
  return ['Hole at ', levelSpan(level), ' level: nothing is mapped from ', ...range, '.'];
}

function violation(step: Step & ViolationStep): Piece[] {
  const detail = step.detail.replace(/\.$/, '');
  switch (step.what) {
    case 'wild':
      return [badSpan('Wild table pointer'), `: ${detail}.`];
    case 'uaf':
      return [badSpan('Use of a freed table'), `: ${detail}.`];
    default:
      return unreachable(step.what);
  }
}
