import type { Geometry } from '../arch/geometry.ts';
import type { TraceSource } from './text.ts';
import { INDENT, PAGE_SIZES, SHORT_HEADER, TRACE_HEADER } from './text-grammar.ts';
import { commentLines, withWords, wrapLine } from './text-lines.ts';
import { phrase, word } from './text-tokens.ts';
import { contextLetter, errnoName } from './words.ts';

const SHORT_NOTE =
  'Shortened: without reads that told nothing new, like groups told once. It cannot be read back as a trace.';

/** What a reader has to know of the lines below. */
const LEGEND: readonly string[] = [
  "file:line is the line of the function's definition.",
  'by= is the reading helper (without: pmdp_get() and its like).',
];

/** The lines before the results, not wider than a mail carries. `comments`: with words for people. */
export function headerLines(run: TraceSource, short: boolean, comments: boolean): string[] {
  const { geo, name } = run.world;
  const words = (text: string): string[] => (comments ? commentLines(text, INDENT) : []);
  return [
    ...(short ? [SHORT_HEADER, ...commentLines(SHORT_NOTE, INDENT)] : [TRACE_HEADER]),
    ...wrapLine(`title: ${phrase(run.scenario.title)}`),
    ...wrapLine(`revision: ${phrase(run.revision)}`),
    ...wrapLine(`tables: ${phrase(name)}`),
    ...wrapLine(`geometry: ${geo.arch} ${word(geo.id)} pages ${pageSize(geo)} root ${geo.rootHw}`),
    ...words(geometryWords(geo)),
    ...run.scenario.contexts.map((c, i) => `context: ${contextLetter(i)} cpu ${c.cpu}`),
    `steps: ${run.steps.length}`,
    ...(run.folded ? ['folded: yes'] : []),
    ...(run.cutAt === undefined ? [] : [`cut: ${run.cutAt}`]),
    ...(run.steps.length === 0 ? [] : LEGEND.flatMap(words)),
  ];
}

function pageSize(geo: Geometry): string {
  const [name] = [...PAGE_SIZES].find(([, shift]) => shift === geo.pageShift) ?? [];
  if (name === undefined) throw new Error(`[engine bug] no name for pages of 2^${geo.pageShift} bytes`);
  return name;
}

/** `4K pages, 48-bit addresses (kernel built for 52), 4 levels` */
function geometryWords(geo: Geometry): string {
  const built = geo.vaBits === geo.vaBitsBuild ? '' : ` (kernel built for ${geo.vaBitsBuild})`;
  return `${pageSize(geo)} pages, ${geo.vaBits}-bit addresses${built}, ${geo.levelsInUse} levels`;
}

/** `result a: walk_page_range_debug = 0`, a line a call, each cut where it is too long. */
export function resultLines(run: TraceSource): string[] {
  return run.results.flatMap((result, ctx) =>
    result.rets.flatMap((ret, i) => {
      const fn = run.scenario.contexts[ctx]?.calls[i]?.fn ?? '';
      const line = wrapLine(`result ${contextLetter(ctx)}: ${word(fn)} = ${ret ?? 'none'}`);
      return withWords(line, ret === null ? 'did not return' : (errnoName(ret) ?? ''), undefined);
    }),
  );
}
