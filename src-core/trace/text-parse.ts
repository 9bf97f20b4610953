import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import type { Step } from '../step/step.ts';
import type { LineState } from './text-events.ts';
import { isEvent, parseEvent } from './text-events.ts';
import type { Frame } from './text-frames.ts';
import {
  DEEPEST_INDENT,
  heldAfter,
  INDENT,
  PAGE_SIZES,
  TableAddresses,
  TRACE_HEADER,
} from './text-grammar.ts';
import type { LogicalLine } from './text-lines.ts';
import { joinLines } from './text-lines.ts';
import { tokenize, unquote } from './text-tokens.ts';

/** What a text trace says. */
export interface ParsedTrace {
  readonly title: string;
  readonly revision: string;
  /** Name of the tables the run started from. */
  readonly tables: string;
  readonly arch: string;
  readonly geometry: string;
  /** log2 of the page size in bytes. */
  readonly pageShift: number;
  /** Hardware level of the root tables. */
  readonly rootHw: number;
  readonly contexts: readonly { readonly ctx: number; readonly cpu: number }[];
  readonly folded: boolean;
  readonly cutAt: number | undefined;
  readonly steps: readonly Step[];
  /** In order of context and call; `ret` is null where the call did not return. */
  readonly results: readonly { readonly ctx: number; readonly fn: string; readonly ret: number | null }[];
}

interface State extends LineState {
  readonly cpu: number;
  /** The function last named at each depth. */
  readonly named: Map<number, Frame>;
  held: readonly string[];
}

/** Characters of one line, put together; longer ones are not worth matching. */
const LONGEST_LINE = 100_000;

const STEP = /^ *(\d{1,15}) ([a-z]) (\d{1,9}) ([a-z_]+)(?: (.*))?$/s;
const FRAME =
  /^( *)("(?:[^"\\]|\\.)*"|[^\s"()]+)\(\)(?: {2}("(?:[^"\\]|\\.)*"|[^\s"=]+))?(?: depth=(\d{1,9}))?$/s;
const RESULT = /^result ([a-z]): ("(?:[^"\\]|\\.)*"|\S+) = (-?\d{1,15}|none)(?: {2}#.*)?$/s;
const HEADER = /^([a-z]+): (.*)$/s;

/** Reads what traceText() wrote. A problem's path is the line: `line 12`. Never throws, whatever the text. */
export function parseTraceText(text: string): Result<ParsedTrace> {
  const [first, ...lines] = joinLines(text);
  if (first?.text !== TRACE_HEADER) return problem('line 1', `a text trace starts with "${TRACE_HEADER}"`);
  const long = lines.find((line) => line.text.length > LONGEST_LINE);
  if (long !== undefined) return wrong(long, 'is longer than any line Pagewalk writes');
  const header = new Map<string, string>();
  const contexts: { ctx: number; cpu: number }[] = [];
  const early: LogicalLine[] = [];
  let rest = 0;
  for (; rest < lines.length; rest++) {
    const line = lines[rest];
    if (line === undefined || /^ /.test(line.text)) break;
    const m = HEADER.exec(line.text);
    if (RESULT.test(line.text)) early.push(line);
    else if (m === null) return wrong(line, 'is no header line');
    else if (m[1] !== 'context') header.set(m[1] ?? '', m[2] ?? '');
    else {
      const c = /^([a-z]) cpu (\d{1,9})$/.exec(m[2] ?? '');
      if (c === null) return wrong(line, 'is no context; one looks like "context: a cpu 0"');
      contexts.push({ ctx: contextNumber(c[1]), cpu: Number(c[2]) });
    }
  }
  const geometry = tokenize(header.get('geometry') ?? '') ?? [];
  const [arch = '', idToken = '"', pagesWord, pages = '', rootWord, root = ''] = geometry;
  const rootHw = Number(root);
  const id = unquote(idToken);
  const pageShift = PAGE_SIZES.get(pages);
  const named = pagesWord === 'pages' && rootWord === 'root' && /^-?\d$/.test(root);
  if (!named || id === undefined || pageShift === undefined) {
    return problem('geometry', 'is missing or broken; it looks like "geometry: arm64 4k48 pages 4K root 0"');
  }
  const body = parseBody(lines.slice(rest), contexts, rootHw, pageShift);
  if (!body.ok) return body;
  // A trace without a step has its results once, at the head.
  const resultLines = body.value.results.length > 0 ? body.value.results : unique(early);
  const cut = header.get('cut');
  return ok({
    title: unquote(header.get('title') ?? '') ?? '',
    revision: unquote(header.get('revision') ?? '') ?? '',
    tables: unquote(header.get('tables') ?? '') ?? '',
    arch,
    geometry: id,
    pageShift,
    rootHw,
    contexts,
    folded: header.get('folded') === 'yes',
    cutAt: cut === undefined || !/^\d{1,15}$/.test(cut) ? undefined : Number(cut),
    steps: body.value.steps,
    results: resultLines.map(parseResult),
  });
}

function contextNumber(letter: string | undefined): number {
  return (letter ?? 'a').charCodeAt(0) - 97;
}

function wrong(line: LogicalLine, what: string): Result<never> {
  const shown = line.text.length > 60 ? `${line.text.slice(0, 60)}…` : line.text;
  return problem(`line ${line.number}`, `${JSON.stringify(shown.trim())} ${what}`);
}

/** Header and end give the same results: with no step between, they come one after the other. */
function unique(lines: readonly LogicalLine[]): readonly LogicalLine[] {
  return lines.slice(0, lines.length / 2);
}

function parseResult(line: LogicalLine): ParsedTrace['results'][number] {
  const m = RESULT.exec(line.text);
  const ret = m?.[3] === 'none' ? null : Number(m?.[3]);
  return { ctx: contextNumber(m?.[1]), fn: unquote(m?.[2] ?? '') ?? '', ret };
}

type Contexts = ParsedTrace['contexts'];

/** Steps with the lines around them, one after the other. */
class Body {
  readonly steps: Step[] = [];
  readonly results: LogicalLine[] = [];
  private readonly states: ReadonlyMap<number, State>;
  /** Functions named since the last step: they are the next step's. */
  private calls: (Frame & { readonly depth: number })[] = [];

  constructor(contexts: Contexts, rootHw: number, addresses: TableAddresses) {
    this.states = new Map(
      contexts.map((c) => [c.ctx, { cpu: c.cpu, rootHw, addresses, named: new Map(), held: [] }]),
    );
  }

  /** What is wrong with the line; undefined if it was taken. */
  take(line: LogicalLine): string | undefined {
    if (RESULT.test(line.text)) {
      this.results.push(line);
      return undefined;
    }
    if (this.results.length > 0) return 'comes after the results';
    if (/^ +held: /.test(line.text)) return this.takeHeld(line.text);
    const call = FRAME.exec(line.text);
    if (call !== null) return this.takeCall(call);
    const step = STEP.exec(line.text);
    return step === null ? 'is neither a step, nor a call, nor a list of locks' : this.takeStep(step);
  }

  end(): string | undefined {
    return this.calls.length === 0 ? undefined : 'the last call line is followed by no step';
  }

  private takeHeld(text: string): string | undefined {
    const last = this.steps[this.steps.length - 1];
    const held = heldOf(text);
    const state = last === undefined ? undefined : this.states.get(last.ctx);
    if (last === undefined || held === undefined || state === undefined)
      return 'is no list of locks after a step';
    state.held = held;
    this.steps[this.steps.length - 1] = { ...last, held };
    return undefined;
  }

  private takeCall([, indent = '', name = '', file = '', number]: RegExpExecArray): string | undefined {
    const depth = number === undefined ? (indent.length - INDENT) / 2 : Number(number);
    const fn = unquote(name);
    const at = unquote(file);
    const fits = Number.isInteger(depth) && depth >= 0 && (number !== undefined || depth <= DEEPEST_INDENT);
    if (fn === undefined || at === undefined || !fits) return 'is no call line';
    this.calls.push({ fn, at, depth });
    return undefined;
  }

  private takeStep([, n, letter = '', depthText, ev = '', fields = '']: RegExpExecArray): string | undefined {
    const ctx = contextNumber(letter);
    const depth = Number(depthText);
    const state = this.states.get(ctx);
    if (state === undefined) return `is a step of context ${letter}, which the header lacks`;
    if (!isEvent(ev)) return `has an event Pagewalk does not know: ${ev}`;
    for (const call of this.calls) state.named.set(call.depth, { fn: call.fn, at: call.at });
    this.calls = [];
    const frame = state.named.get(depth);
    if (frame === undefined) return `is a step at depth ${depth}, where no function was named`;
    const tokens = tokenize(fields.trim());
    const event = tokens === undefined ? undefined : parseEvent(ev, tokens, state);
    if (event === undefined) return `does not have the fields of a ${ev} step`;
    state.held = heldAfter(event, state.held);
    const base = { n: Number(n), ctx, cpu: state.cpu, ...frame, depth, held: state.held };
    this.steps.push({ ...base, ...event });
    return undefined;
  }
}

function parseBody(
  lines: readonly LogicalLine[],
  contexts: Contexts,
  rootHw: number,
  pageShift: number,
): Result<{ readonly steps: readonly Step[]; readonly results: readonly LogicalLine[] }> {
  const body = new Body(contexts, rootHw, new TableAddresses(pageShift));
  for (const line of lines) {
    const what = body.take(line);
    if (what !== undefined) return wrong(line, what);
  }
  const end = body.end();
  return end === undefined ? ok(body) : problem('end', end);
}

function heldOf(text: string): string[] | undefined {
  const tokens = tokenize(text.replace(/^ +held: /, ''));
  if (tokens === undefined) return undefined;
  if (tokens.length === 1 && tokens[0] === '-') return [];
  const names = tokens.map(unquote);
  const known = names.filter((name) => name !== undefined);
  return known.length < names.length ? undefined : known;
}
