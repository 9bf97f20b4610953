import { unreachable } from '../base/unreachable.ts';
import { U64 } from '../base/u64.ts';
import { describeEntry } from '../arch/formats.ts';
import type { LevelName } from '../arch/geometry.ts';
import type { Run } from '../scenario/run.ts';
import type { Slot, Step, StepKind } from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { narrationContext } from './context.ts';
import { hwOf } from './entry-words.ts';
import { narrate } from './narrate.ts';
import { bare } from './spans.ts';
import type { Frame } from './text-frames.ts';
import { frameLines } from './text-frames.ts';
import { heldAfter, INDENT, TRACE_HEADER, usualHelper, usualHw } from './text-grammar.ts';
import { COLUMNS, columns, commentLines, wrapLine } from './text-lines.ts';
import { phrase, word } from './text-tokens.ts';
import { contextLetter, errnoName, sizeWords } from './words.ts';

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
}

/** Between the stores of a series there may be the load of the next entry, and barriers. */
const WITHIN_SERIES: readonly StepKind[] = ['load', 'dsb', 'isb'];

/** What has been said of a context so far, and need not be said again. */
interface Said {
  /** The function last named at each depth. */
  readonly named: Map<number, Frame>;
  held: readonly string[];
  va: string | null | undefined;
  /** The table of the last store, to comment only the first of a series. */
  stored: string | undefined;
}

/**
 * The run as plain text for a mail: at most 72 columns, header first, results last. docs/trace.md has the grammar, and
 * parseTraceText() reads it back: every step comes back whole.
 */
export function traceText(run: TraceSource, options: TextOptions = {}): string {
  const results = resultLines(run);
  const lines = [...headerLines(run), ...results, ''].flatMap(wrapLine);
  const ctx = narrationContext(run);
  const comments = options.comments ?? 'some';
  const said = new Map<number, Said>();
  let last: number | undefined;
  for (const step of run.steps) {
    let known = said.get(step.ctx);
    if (known === undefined) {
      known = { named: new Map(), held: [], va: undefined, stored: undefined };
      said.set(step.ctx, known);
    }
    const { depth, lines: calls } = frameLines(step, run, known.named, last !== step.ctx);
    lines.push(...calls.flatMap(wrapLine), ...stepLines(step, depth, ctx, known, comments));
    lines.push(...heldLines(step, known.held).flatMap(wrapLine));
    known.held = step.held;
    if (step.ev === 'set') known.stored = step.table;
    else if (!WITHIN_SERIES.includes(step.ev)) known.stored = undefined;
    last = step.ctx;
  }
  lines.push(...(run.steps.length > 0 ? [''] : []), ...results.flatMap(wrapLine));
  return `${lines.join('\n')}\n`;
}

function headerLines(run: TraceSource): string[] {
  const { geo, name } = run.world;
  return [
    TRACE_HEADER,
    `title: ${phrase(run.scenario.title)}`,
    `revision: ${phrase(run.revision)}`,
    `tables: ${phrase(name)}`,
    `geometry: ${geo.arch} ${word(geo.id)} root ${geo.rootHw}`,
    ...run.scenario.contexts.map((c, i) => `context: ${contextLetter(i)} cpu ${c.cpu}`),
    `steps: ${run.steps.length}`,
    ...(run.folded ? ['folded: yes'] : []),
    ...(run.cutAt === undefined ? [] : [`cut: ${run.cutAt}`]),
  ];
}

/** `result a: walk_page_range_debug = 0`, a line a call. */
function resultLines(run: TraceSource): string[] {
  return run.results.flatMap((result, ctx) =>
    result.rets.map((ret, i) => {
      const fn = run.scenario.contexts[ctx]?.calls[i]?.fn ?? '';
      const start = `result ${contextLetter(ctx)}: ${word(fn)} =`;
      if (ret !== null) return withWords(`${start} ${ret}`, errnoName(ret) ?? '');
      return withWords(`${start} none`, 'did not return');
    }),
  );
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

/** Adds words as a comment if the line has room for them. */
function withWords(line: string, words: string): string {
  const all = `${line}  # ${words}`;
  return words === '' || columns(all) > COLUMNS ? line : all;
}

function stepLines(
  step: Step,
  depth: number,
  ctx: NarrationContext,
  said: Said,
  comments: TextOptions['comments'],
): string[] {
  const start = `${String(step.n).padStart(4)} ${contextLetter(step.ctx)} ${depth} ${step.ev.padEnd(5)}`;
  const fields = fieldsOf(step, ctx, said);
  const line = fields === '' ? start.trimEnd() : `${start} ${fields}`;
  if (comments === 'none') return wrapLine(line);
  if (comments === 'some' && !outOfTheOrdinary(step, said))
    return wrapLine(withWords(line, fewWords(step, ctx)));
  return [...wrapLine(line), ...commentLines(ascii(narrate(step, ctx)), INDENT)];
}

/** Deserves a sentence of its own. */
function outOfTheOrdinary(step: Step, said: Said): boolean {
  switch (step.ev) {
    case 'assert':
      return !step.ok;
    case 'alloc':
      return step.table === null;
    case 'split_huge':
    case 'bad':
    case 'warn':
    case 'bug':
    case 'violation':
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
      return step.dead ? 'value not used' : entry(step.hw, step.value);
    case 'cb':
      return entry(hwOf(step.level, ctx), step.val);
    case 'set':
      return entry(step.hw, step.new);
    case 'hole': {
      const size = sizeWords(U64.hex(step.next).sub(U64.hex(step.addr)));
      return step.depth < 0 ? size : `nothing mapped: ${size}`;
    }
    case 'test_walk':
    case 'pre_vma':
      return sizeWords(U64.hex(step.next).sub(U64.hex(step.addr)));
    case 'tlbi':
      return sizeWords(U64.hex(step.end).sub(U64.hex(step.start)));
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

function placeNews(step: Slot & { readonly level: LevelName }, ctx: NarrationContext, said: Said): string {
  const hw = step.hw === usualHw(step.level, ctx.geo.rootHw) ? '' : ` hw=${step.hw}`;
  const va = step.va === said.va ? '' : ` va=${step.va === null ? '-' : bare(step.va)}`;
  said.va = step.va;
  return hw + va;
}

/** `ffff000041e00000+200000`: an address and how many bytes, in hex. */
function range(addr: string, next: string): string {
  return `${bare(addr)}+${bare(U64.hex(next).sub(U64.hex(addr)).toHex())}`;
}

function fieldsOf(step: Step, ctx: NarrationContext, said: Said): string {
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
      return `${place(step)} ${bare(step.value)}${flags}${placeNews(step, ctx, said)}`;
    }
    case 'set': {
      const values = `${bare(step.old)} -> ${bare(step.new)}${times(step.count)}`;
      const growth = grows('dold', step.dold) + grows('dnew', step.dnew);
      return `${place(step)} ${values}${growth}${placeNews(step, ctx, said)}`;
    }
    case 'lock':
    case 'unlock':
      return `${word(step.name)} ${step.mode}`;
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
      return `${word(step.name)} ${step.vma}`;
    case 'split_huge':
      return `${step.level} ${bare(step.addr)} ${bare(step.val)}`;
    case 'bad':
      return `${step.level} ${bare(step.val)}`;
    case 'lazy':
      return step.on ? 'on' : 'off';
    case 'tlbi':
      return range(step.start, step.end);
    case 'alloc':
      return `${step.level} ${step.table === null ? '-' : bare(step.table)}${step.gfp === undefined ? '' : ` ${step.gfp}`}`;
    case 'ctor': {
      const mm = step.mm === undefined ? '' : ` mm=${step.mm === null ? '-' : word(step.mm)}`;
      return `${step.level} ${bare(step.table)}${mm}`;
    }
    case 'post_vma':
    case 'warn':
    case 'bug':
    case 'dsb':
    case 'isb':
    case 'unmap_aliases':
      return '';
    case 'violation':
      return `${step.what} ${word(step.detail)}`;
    default:
      return unreachable(step);
  }
}
