import { describeEntry, formatOf } from '../arch/formats.ts';
import { levelName } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { Run } from '../scenario/run.ts';
import type { Slot, Step } from '../step/step.ts';
import { culprit, pointerOf } from '../trace/pointers.ts';
import { contextLetter, lockWords, modeWords, returnWords } from '../trace/words.ts';
import type { Verdict } from './verdict.ts';
import { verdictDetails, verdictLine } from './words.ts';

const COLUMNS = 72;
const NUMBER = 5;
const BETWEEN = ' | ';

/**
 * A race as plain text for a mail, 72 columns at most: the verdict with how it was come by, what the context relied on and what broke
 * that, and the run up to there with a lane for each context, side by side. `run`: the witness's own; `link`: where to look at it.
 */
export function raceReport(verdict: Verdict, run: Run, link: string | undefined): string {
  const lines = [
    ...fold(`${verdict.title}, at ${verdict.revision}`),
    ...fold(verdictLine(verdict)),
    ...verdictDetails(verdict).flatMap((line) => fold(line, '  ')),
    ...(verdict.witness === undefined ? [] : fold(`schedule: ${verdict.witness.schedule || '(none)'}`, '  ')),
    ...(link === undefined ? [] : [link]),
    '',
  ];
  return `${lines.join('\n')}\n${raceLanes(verdict, run)}`;
}

/** The part about the run: what was relied on and what broke that, and the lanes side by side. */
export function raceLanes(verdict: Verdict, run: Run): string {
  const at = verdict.witness?.step ?? run.steps.length;
  const relied = premise(run, at).flatMap((line) => fold(line, '  '));
  const contexts = run.scenario.contexts.map(
    ({ cpu, calls, omit }, ctx) =>
      `${contextLetter(ctx)}: ${calls.map((call) => `${call.fn}()`).join(', ')} on cpu${cpu}${omit === undefined ? '' : `, without ${omit.map(lockWords).join(', ')}`}`,
  );
  const lines = [
    ...contexts.flatMap((line) => fold(line, '   ')),
    '',
    ...(relied.length === 0 ? [] : [...relied, '']),
    ...lanes(run, at),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the step that goes wrong relied on, and who broke it. */
function premise(run: Run, at: number): string[] {
  const violation = run.steps[at - 1];
  const use = culprit(run.steps, at);
  if (violation?.ev !== 'violation' || use === undefined) return [];
  const said = `wrong at ${violation.n}: ${contextLetter(violation.ctx)} ${violation.detail}`;
  const before = run.steps.slice(0, use.n - 1);
  const who = contextLetter(use.ctx);
  if (violation.what === 'stale') {
    const same = (step: Step): step is Extract<Step, { ev: 'set' | 'load' }> =>
      (step.ev === 'load' || step.ev === 'set') && step.table === use.table && step.idx === use.idx;
    const checked = before.filter(same).findLast((step) => step.ev === 'load' && step.ctx === use.ctx);
    const broke = before.filter(same).findLast((step) => step.ev === 'set' && step.ctx !== use.ctx);
    return [
      ...(checked === undefined ? [] : [`premise at ${checked.n}: ${who} checked ${slot(run, checked)}`]),
      ...(broke === undefined
        ? []
        : [`broken at ${broke.n}: ${contextLetter(broke.ctx)} wrote ${slot(run, broke)}`]),
      said,
    ];
  }
  const read = pointerOf(run, use, use.n - 1);
  if (read === undefined) return [said];
  const pa = read.table.toString(16);
  const from = `${level(run, read.from.hw)}[${read.from.idx}]`;
  return [
    `premise at ${read.load}: ${who} read the pointer to ${level(run, read.hw)} table ${pa} from ${from}`,
    ...(read.unlinked === undefined
      ? []
      : [`broken at ${read.unlinked.n}: ${contextLetter(read.unlinked.ctx)} unlinked it from ${from}`]),
    ...(read.freed === undefined
      ? []
      : [`broken at ${read.freed.n}: ${contextLetter(read.freed.ctx)} freed it`]),
    said,
  ];
}

/** The steps up to `at`, the text of each in its context's lane. */
function lanes(run: Run, at: number): string[] {
  const count = run.scenario.contexts.length;
  const width = Math.floor((COLUMNS - NUMBER - BETWEEN.length * (count - 1)) / count);
  const row = (n: string, ctx: number, text: string): string =>
    `${n.padStart(NUMBER - 1)} ${Array.from({ length: count }, (_, i) => (i === ctx ? text : '').padEnd(width)).join(BETWEEN)}`.trimEnd();
  const out = [
    `${' '.repeat(NUMBER)}${Array.from({ length: count }, (_, i) => contextLetter(i).padEnd(width)).join(BETWEEN)}`.trimEnd(),
    '-'.repeat(COLUMNS),
  ];
  let last: Step | undefined;
  for (const { first, words } of cells(run, at)) {
    const { ctx, n } = first;
    if (last !== undefined && last.ctx !== ctx) {
      const held = heldBefore(run.steps, n, last.ctx);
      if (held.length > 0)
        wrapTo(`(holds ${held.map(heldWords).join(', ')})`, width).forEach((text) =>
          out.push(row('', last?.ctx ?? 0, text)),
        );
      out.push('-'.repeat(COLUMNS));
    }
    wrapTo(words, width).forEach((text, i) => out.push(row(i === 0 ? String(n) : '', ctx, text)));
    last = first;
  }
  return out;
}

interface Cell {
  readonly first: Step;
  readonly words: string;
}

/** What is told of the run: loads one after the other in one cell, the rest each by itself, or not at all. */
function cells(run: Run, at: number): Cell[] {
  const out: Cell[] = [];
  let loads: { readonly first: Step; names: string[] } | undefined;
  const flush = (): void => {
    if (loads !== undefined) out.push({ first: loads.first, words: `reads ${loads.names.join(' ')}` });
    loads = undefined;
  };
  for (const step of run.steps.slice(0, at)) {
    if (loads !== undefined && loads.first.ctx !== step.ctx) flush();
    if (step.ev === 'load') {
      if (step.dead) continue;
      loads ??= { first: step, names: [] };
      const name = slot(run, step);
      if (loads.names.at(-1) !== name) loads.names.push(name);
      continue;
    }
    const words = told(run, step);
    if (words === undefined) continue;
    flush();
    out.push({ first: step, words });
  }
  flush();
  return out;
}

/** A step in few words; undefined for those that are left out. */
function told(run: Run, step: Step): string | undefined {
  switch (step.ev) {
    case 'call':
      return `${step.fn}()`;
    case 'return':
      return `returns ${returnWords(step.ret)}`;
    case 'lock':
      return step.name === 'rcu'
        ? 'rcu_read_lock()'
        : `takes ${lockWords(step.name)}${modeWords(step.name, step.mode)}`;
    case 'unlock':
      return step.name === 'rcu' ? 'rcu_read_unlock()' : `releases ${lockWords(step.name)}`;
    case 'trylock':
      return `trylock ${lockWords(step.name)}: ${step.ok ? 'had' : 'not had'}`;
    case 'wait':
      return `queues for ${lockWords(step.name)}`;
    case 'downgrade':
      return `downgrades ${lockWords(step.name)} to read`;
    case 'gp':
      return step.phase === 'start' ? 'a grace period starts' : 'the grace period ends';
    case 'set': {
      const { geo } = run.world;
      return `${slot(run, step)} := ${describeEntry(geo, formatOf(geo), step.hw, U64.hex(step.new))}`;
    }
    case 'free':
      return `${step.deferred === true ? 'queues' : 'frees'} ${step.level.toUpperCase()} table ${bare(step.table)}`;
    case 'alloc':
      return step.table === null ? undefined : `allocates table ${bare(step.table)}`;
    case 'vma':
      return `${step.change} VMA ${step.vma}`;
    case 'assert':
      return step.ok ? undefined : `${step.name}() fails`;
    case 'warn':
      return 'a WARN fires';
    case 'bug':
      return 'BUG';
    case 'violation':
      return `*** ${step.detail}`;
    default:
      return undefined;
  }
}

function slot(run: Run, at: Slot & { readonly count?: number }): string {
  const last = at.count === undefined || at.count < 2 ? '' : `-${at.idx + at.count - 1}`;
  return `${level(run, at.hw)}[${at.idx}${last}]`;
}

function level(run: Run, hw: number): string {
  return levelName(run.world.geo, hw).toUpperCase();
}

function bare(table: string): string {
  return table.replace(/^0x/, '');
}

/** What a context held when step `n` began. */
function heldBefore(steps: readonly Step[], n: number, ctx: number): readonly string[] {
  return steps.slice(0, n - 1).findLast((step) => step.ctx === ctx)?.held ?? [];
}

/** `init_mm.mmap_lock for read` for `mmap:init_mm/read`. */
function heldWords(text: string): string {
  const cut = text.lastIndexOf('/');
  const name = text.slice(0, cut);
  return `${name === 'rcu' ? 'RCU' : lockWords(name)}${name === 'rcu' ? '' : modeWords(name, text.endsWith('/read') ? 'read' : 'write')}`;
}

/** Lines of at most 72 columns, those after the first indented. */
function fold(text: string, indent = ''): string[] {
  return wrapTo(text, COLUMNS - indent.length).map((line, i) => (i === 0 ? line : indent + line));
}

/** Words put into lines of at most `width`; what has no space is cut. */
function wrapTo(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.replaceAll('…', '...').replaceAll('×', 'x').split(' ')) {
    while (word.length > width) {
      if (line !== '') lines.push(line);
      line = '';
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}
