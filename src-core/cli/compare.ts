import type { Result, Run, Step } from '../index.ts';
import {
  describeProblem,
  findRevision,
  firstDifference,
  narrate,
  narrationContext,
  projectEvent,
  runScenario,
} from '../index.ts';
import { oneArgument } from './args.ts';
import { DONE, refuse } from './errors.ts';
import type { Io } from './io.ts';
import { openGiven } from './open.ts';
import { loadWorld } from './io-files.ts';

const USAGE = 'compare <scenario> --revisions A,B [--schedule S]';

/**
 * `compare <scenario> --revisions A,B`: the result of each, and the first step in which they part, told from both sides. A function
 * that one of them does not have is a result too. Exit 0 if both were tried.
 */
export async function compareCommand(args: string[], io: Io): Promise<number> {
  const parsed = oneArgument(args, { revisions: { type: 'string' }, schedule: { type: 'string' } }, USAGE);
  if (!parsed.ok) return refuse(io, 'compare', parsed.error);
  const { argument, values } = parsed.value;
  const ids = (values.revisions ?? '').split(',').map((id) => id.trim());
  const [first, second, extra] = ids;
  if (first === undefined || second === undefined || extra !== undefined || first === '' || second === '') {
    return refuse(io, 'compare', `--revisions wants two revision ids with a comma between; usage: ${USAGE}`);
  }
  for (const id of [first, second]) {
    if (findRevision(id) === undefined)
      return refuse(io, 'compare', `there is no revision ${JSON.stringify(id)}`);
  }
  const given = await openGiven(argument, io);
  if (!given.ok) return refuse(io, 'compare', given.error);
  const { scenario } = given.value;
  const world = await loadWorld(scenario, io);
  if (!world.ok) return refuse(io, 'compare', describeProblem(world.error));
  const schedule = values.schedule ?? given.value.schedule;
  // Folded runs could part inside a step: both are compared step by single step.
  const at = (revision: string): Result<Run> =>
    runScenario(scenario, world.value, { revision, schedule, fold: 'never' });
  const [left, right] = [at(first), at(second)];

  io.out(`${scenario.title}\n`);
  io.out(resultLine(first, left));
  io.out(resultLine(second, right));
  if (!left.ok || !right.ok) return DONE;
  // What happened is compared, not by which function: revisions split and join functions without changing what they do.
  const difference = firstDifference(left.value.steps, right.value.steps, projectEvent);
  if (difference === undefined) {
    io.out(`the same in all ${left.value.steps.length} steps\n`);
    return DONE;
  }
  const { index, fields } = difference;
  io.out(`first difference: step ${index + 1}${fields.length === 0 ? '' : `, in ${fields.join(', ')}`}\n`);
  io.out(sideLine(first, left.value, difference.left));
  io.out(sideLine(second, right.value, difference.right));
  return DONE;
}

function resultLine(revision: string, run: Result<Run>): string {
  if (!run.ok) return `${revision}: does not run: ${run.error.message}\n`;
  const rets = run.value.results.map((r) => r.rets.map((ret) => ret ?? 'stopped').join(', '));
  const warnings = run.value.steps.filter((s) => s.ev === 'warn' || (s.ev === 'assert' && !s.ok)).length;
  return `${revision}: returns ${rets.join(' | ')}, ${run.value.steps.length} steps, ${warnings} warnings\n`;
}

function sideLine(revision: string, run: Run, step: Step | undefined): string {
  if (step === undefined) return `  ${revision}: has ended\n`;
  return `  ${revision}: ${step.fn}: ${narrate(step, narrationContext(run))}\n`;
}
