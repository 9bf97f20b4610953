import { unreachable } from '../base/unreachable.ts';
import { U64 } from '../base/u64.ts';
import { describeEntry } from '../arch/formats.ts';
import type { LevelName } from '../arch/geometry.ts';
import type { Run } from '../scenario/run.ts';
import type { Slot, Step, StepKind } from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { narrationContext } from './context.ts';
import { hwOf } from './entry-words.ts';
import { changedUnderneath, saysNothingNew } from './narrate-load.ts';
import { narrate } from './narrate.ts';
import { bare } from './spans.ts';
import type { Frame } from './text-frames.ts';
import { frameLines } from './text-frames.ts';
import { heldAfter, INDENT, TableAddresses, usualHelper, usualHw } from './text-grammar.ts';
import { headerLines, resultLines } from './text-header.ts';
import { commentLines, withWords, wrapLine } from './text-lines.ts';
import { shorten } from './text-short.ts';
import { sizeToken, word } from './text-tokens.ts';
import { contextLetter, errnoName } from './words.ts';

/** What a trace is written from: a run, or the parts of one. */
export type TraceSource = Pick<
  Run,
  'scenario' | 'revision' | 'world' | 'steps' | 'results' | 'folded' | 'cutAt' | 'stackAt'
>;

export interface TextOptions {
  /**
   * Comments in words: `some` (default) where a step is out of the ordinary, and a few words after a step where the line
   * has room; `all` a sentence for each step; `none` bare steps.
   */
  readonly comments?: 'none' | 'some' | 'all';
  /**
   * For mails about what matters: leaves out reads that tell nothing new, and tells repeats of like groups in a line. Can't be
   * read back. Default: false.
   */
  readonly short?: boolean;
}

/** Between the stores of a series there may be the load of the next entry, and barriers. */
const WITHIN_SERIES: readonly StepKind[] = ['load', 'dsb', 'isb'];

/** What has been said of a context so far, and need not be said again. */
interface Said {
  /** The function last named at each depth. */
  readonly named: Map<number, Frame>;
  held: readonly string[];
  /** The table of the last store, to comment only the first of a series. */
  stored: string | undefined;
}

/**
 * The run as plain text for a mail: at most 72 columns, header first, results last. docs/trace.md has the grammar, and
 * parseTraceText() reads it back: every step comes back whole.
 */
export function traceText(run: TraceSource, options: TextOptions = {}): string {
  const { comments = 'some', short = false } = options;
  const results = resultLines(run);
  const ctx = narrationContext(run);
  const writer: Writer = {
    ctx,
    comments,
    addresses: new TableAddresses(ctx.geo.pageShift),
    width: Math.max(3, String(run.steps.length).length),
  };
  const lines = [...headerLines(run, short, comments !== 'none'), ...results, ''];
  const said = new Map<number, Said>();
  let last: number | undefined;
  for (const item of short ? shorten(run.steps, ctx) : run.steps) {
    if (typeof item === 'string') {
      lines.push(...commentLines(ascii(item), INDENT));
      continue;
    }
    const step = item;
    let known = said.get(step.ctx);
    if (known === undefined) {
      known = { named: new Map(), held: [], stored: undefined };
      said.set(step.ctx, known);
    }
    const { depth, lines: calls } = frameLines(step, run, known.named, last !== step.ctx);
    lines.push(...calls.flatMap(wrapLine), ...stepLines(step, depth, known, writer));
    lines.push(...heldLines(step, known.held).flatMap(wrapLine));
    known.held = step.held;
    if (step.ev === 'set') known.stored = step.table;
    else if (!WITHIN_SERIES.includes(step.ev)) known.stored = undefined;
    last = step.ctx;
  }
  lines.push(...(run.steps.length > 0 ? [''] : []), ...results);
  return `${lines.join('\n')}\n`;
}

/** What all steps of a trace are written with. */
interface Writer {
  readonly ctx: NarrationContext;
  readonly comments: NonNullable<TextOptions['comments']>;
  /** As far as told. */
  readonly addresses: TableAddresses;
  /** Columns of a step's number. */
  readonly width: number;
}

/** What a context holds, where the step's own line does not say it or there is more than one lock. */
function heldLines(step: Step, before: readonly string[]): string[] {
  const told = sameList(step.held, heldAfter(step, before));
  if (told && (step.held.length < 2 || sameList(step.held, before))) return [];
  const held = step.held.length === 0 ? '-' : step.held.map(word).join(' ');
  return [`${' '.repeat(INDENT)}held: ${held}`];
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function stepLines(step: Step, depth: number, said: Said, writer: Writer): string[] {
  const { ctx, comments } = writer;
  const number = String(step.n).padStart(writer.width);
  const start = `${number} ${contextLetter(step.ctx)} ${depth} ${step.ev.padEnd(4)}`;
  const fields = fieldsOf(step, writer);
  const lines = wrapLine(fields === '' ? start.trimEnd() : `${start} ${fields}`);
  if (comments === 'none') return lines;
  if (comments === 'some' && !outOfTheOrdinary(step, said, ctx)) {
    const words = fewWords(step, ctx);
    return withWords(lines, words, saysNothingNew(step, ctx) ? undefined : INDENT);
  }
  return [...lines, ...commentLines(ascii(narrate(step, ctx)), INDENT)];
}

/** Deserves a sentence of its own. */
function outOfTheOrdinary(step: Step, said: Said, ctx: NarrationContext): boolean {
  switch (step.ev) {
    case 'load':
      return changedUnderneath(step, ctx);
    case 'assert':
    case 'trylock':
      return !step.ok;
    case 'vmalock':
      return step.ok === false;
    case 'alloc':
      return step.table === null;
    case 'ctor':
      return step.failed === true;
    case 'split_huge':
    case 'bad':
    case 'warn':
    case 'bug':
    case 'access':
    case 'stop_machine':
    case 'static_key':
    case 'switch_mm':
    case 'violation':
    case 'dtor':
    case 'free':
    case 'hook':
    case 'deposit':
    case 'area':
      return true;
    case 'set':
      return said.stored !== step.table;
    default:
      return false;
  }
}

/** A few words after a step's line. */
function fewWords(step: Step, ctx: NarrationContext): string {
  const entry = (hw: number, value: string): string => describeEntry(ctx.geo, ctx.format, hw, U64.hex(value));
  switch (step.ev) {
    case 'load':
      return step.dead ? 'not used' : entry(step.hw, step.value);
    case 'cb':
      return entry(hwOf(step.level, ctx), step.val);
    case 'set':
      return entry(step.hw, step.new);
    case 'hole':
      return step.depth < 0 ? 'no VMA, or a PFN map' : 'nothing mapped';
    case 'return':
      return errnoName(step.ret) ?? '';
    default:
      return '';
  }
}

/** Sentences in characters that any mail carries. */
function ascii(text: string): string {
  return text.replaceAll('…', '..').replaceAll('→', '->').replaceAll('–', '-').replaceAll('’', "'");
}

function times(count: number | undefined): string {
  return count === undefined ? '' : ` x${count}`;
}

/** ` dnew=1000`: what the values of a run grow by. */
function grows(name: string, by: string | undefined): string {
  return by === undefined ? '' : ` ${name}=${bare(by)}`;
}

/** `pmd 7fffe000[15]` before the values, and what is new about the place after them. */
function place(step: Slot & { readonly level: LevelName }): string {
  return `${step.level} ${bare(step.table)}[${step.idx}]`;
}

function placeNews(step: Slot & { readonly level: LevelName }, dead: boolean, writer: Writer): string {
  const { addresses, ctx } = writer;
  const hw = step.hw === usualHw(step.level, ctx.geo.rootHw) ? '' : ` hw=${step.hw}`;
  if (addresses.expected(step, dead) === step.va) return hw;
  addresses.learn(step, dead);
  return `${hw} va=${step.va === null ? '-' : bare(step.va)}`;
}

/** `ffff000041e00000+2M`: an address and how many bytes. */
function range(addr: string, next: string): string {
  return `${bare(addr)}+${sizeToken(U64.hex(next).sub(U64.hex(addr)))}`;
}

function fieldsOf(step: Step, writer: Writer): string {
  switch (step.ev) {
    case 'call':
      return Object.entries(step.args)
        .map(([name, value]) => `${word(name)}=${word(value)}`)
        .join(' ');
    case 'return':
      return String(step.ret);
    case 'load': {
      const by = step.by === usualHelper(step.level, step.once) ? '' : ` by=${word(step.by)}`;
      const flags = `${step.once ? ' once' : ''}${step.dead ? ' dead' : ''}${by}${times(step.count)}`;
      return `${place(step)} ${bare(step.value)}${flags}${placeNews(step, step.dead, writer)}`;
    }
    case 'set': {
      const values = `${bare(step.old)} -> ${bare(step.new)}${times(step.count)}`;
      const growth =
        (step.atomic === true ? ' atomic' : '') + grows('dold', step.dold) + grows('dnew', step.dnew);
      return `${place(step)} ${values}${growth}${placeNews(step, false, writer)}`;
    }
    case 'lock':
    case 'unlock':
      return `${word(step.name)} ${step.mode}`;
    case 'trylock':
      return `${word(step.name)} ${step.mode} ${step.ok ? 'ok' : 'FAILED'}`;
    case 'wait':
      return `${word(step.name)} ${step.mode}`;
    case 'downgrade':
      return word(step.name);
    case 'gp':
      return step.phase;
    case 'assert':
      return `${word(step.name)} ${word(step.mm)} ${step.ok ? 'ok' : 'FAILED'}`;
    case 'cb':
      return `${step.level} ${range(step.addr, step.next)} ${bare(step.val)}${times(step.count)}`;
    case 'hole':
      return `${range(step.addr, step.next)} depth ${step.depth}`;
    case 'test_walk':
    case 'pre_vma':
      return range(step.addr, step.next);
    case 'vmalock':
      return `${word(step.name)} ${step.vma}${step.ok === false ? ' FAILED' : ''}`;
    case 'vma':
      return `${step.vma} ${step.change}${step.addr === undefined ? '' : ` ${bare(step.addr)}`}`;
    case 'split_huge':
      return `${step.level} ${bare(step.addr)} ${bare(step.val)}`;
    case 'bad':
      return `${step.level} ${bare(step.val)}`;
    case 'lazy':
      return step.on ? 'on' : 'off';
    case 'tlbi':
      return range(step.start, step.end);
    case 'alloc':
      return [
        `${step.level} ${step.table === null ? '-' : bare(step.table)}`,
        ...(step.gfp === undefined ? [] : [step.gfp]),
        ...mmToken(step.mm),
        ...(step.order === undefined ? [] : [`order=${step.order}`]),
      ].join(' ');
    case 'ctor':
      return [
        `${step.level} ${bare(step.table)}`,
        ...mmToken(step.mm),
        ...(step.lock === undefined ? [] : [`lock=${step.lock}`]),
        ...(step.failed === true ? ['FAILED'] : []),
      ].join(' ');
    case 'dtor':
      return `${step.level} ${bare(step.table)}`;
    case 'free':
      return `${step.level} ${bare(step.table)}${step.deferred === true ? ' deferred' : ''}`;
    case 'kmap':
      return `${bare(step.table)} ${step.on ? 'on' : 'off'}`;
    case 'hook':
      return `${step.level} ${bare(step.table)} ${step.does} ${step.how}`;
    case 'area':
      return `${bare(step.addr)} ${step.change}`;
    case 'deposit':
      return `${bare(step.table)}${step.withdrawn === true ? ' withdrawn' : ''}`;
    case 'warn':
      return step.about === undefined ? '' : word(step.about);
    case 'bug':
      return step.panic === true ? 'panic' : '';
    case 'post_vma':
    case 'dsb':
    case 'isb':
    case 'unmap_aliases':
      return '';
    case 'access': {
      const may = step.may.map((m) => ` ${m.from} ${m.hw} ${bare(m.value)} ${m.ok ? 'ok' : 'fault'}`);
      return `${step.kind} ${bare(step.addr)}${may.join('')}${step.conflict ? ' conflict' : ''}`;
    }
    case 'stop_machine':
      return step.on ? 'on' : 'off';
    case 'switch_mm':
      return step.mm ?? '-';
    case 'static_key':
      return `${word(step.name)} ${step.on ? 'on' : 'off'}${step.set === true ? ' set' : ''}`;
    case 'violation':
      return `${step.what} ${word(step.detail)}`;
    default:
      return unreachable(step);
  }
}

function mmToken(mm: string | null | undefined): readonly string[] {
  return mm === undefined ? [] : [`mm=${mm === null ? '-' : word(mm)}`];
}
