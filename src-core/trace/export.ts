import type { Step } from '../step/step.ts';
import { narrationContext } from './context.ts';
import { narrate } from './narrate.ts';
import type { TraceSource } from './text.ts';
import { contextLetter, returnWords } from './words.ts';

/** Steps as a JSON array, a step a line: what happened, for other programs. */
export function traceJson(run: Pick<TraceSource, 'steps'>): string {
  return `[${run.steps.map((step) => `\n${JSON.stringify(step)}`).join(',')}\n]\n`;
}

/** Text inside a Markdown table or heading: nothing in it is taken for markup. Names with underscores stay as they are. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*|<&~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\](?=\()/g, '\\$&');
}

/** The run as Markdown: a heading, what it ran on, its results, and a table with a row a step. */
export function traceMarkdown(run: TraceSource): string {
  const ctx = narrationContext(run);
  const { geo, name } = run.world;
  const results = run.results.flatMap((result, i) =>
    result.rets.map((ret, k) => {
      const fn = run.scenario.contexts[i]?.calls[k]?.fn ?? '';
      const words = ret === null ? 'did not return' : `returned ${returnWords(ret)}`;
      return `- ${contextLetter(i)}: ${escapeMarkdown(fn)} ${words}`;
    }),
  );
  const row = (step: Step): string => {
    const at = step.at === '' ? '' : ` (${escapeMarkdown(step.at)})`;
    const cells = [
      String(step.n),
      contextLetter(step.ctx),
      escapeMarkdown(narrate(step, ctx)),
      `${escapeMarkdown(step.fn)}${at}`,
      step.held.map(escapeMarkdown).join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  };
  const lines = [
    `# ${escapeMarkdown(run.scenario.title)}`,
    '',
    `Revision ${escapeMarkdown(run.revision)}, tables ${escapeMarkdown(name)} (${geo.arch} ${geo.id}).`,
    '',
    ...results,
    '',
    '| step | context | what happens | function | held |',
    '| ---: | --- | --- | --- | --- |',
    ...run.steps.map(row),
  ];
  if (run.cutAt !== undefined) lines.push('', `Cut off after ${run.cutAt} steps.`);
  return `${lines.join('\n')}\n`;
}
