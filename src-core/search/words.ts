import type { Verdict } from './verdict.ts';

/**
 * The answer in one line: `safe: …`, or `unsafe: <violation>, <n> steps, <s> switches`, or `unknown: …`, always with how much of it was
 * looked at.
 */
export function verdictLine(verdict: Verdict): string {
  const { witness } = verdict;
  if (verdict.verdict === 'unsafe' && witness !== undefined)
    return `unsafe: ${witness.text}, ${witness.steps} steps, ${witness.switches} switches`;
  if (verdict.verdict === 'unsafe') return 'unsafe';
  if (verdict.verdict === 'unknown') return `unknown: nothing was found, but the search did not complete`;
  return verdict.mode === 'bounded'
    ? `safe with up to ${verdict.maxSwitches ?? 0} switches: no violation in any of these executions`
    : `safe: no violation in any interleaving, ${verdict.memoryModel}`;
}

/** The rest of the answer, a line each: mode, bounds, counts, findings, warnings, what is not modelled. */
export function verdictDetails(verdict: Verdict): string[] {
  const lines: string[] = [];
  const done = verdict.complete
    ? 'complete'
    : `not complete${verdict.stopped === undefined ? '' : ` (${verdict.stopped})`}`;
  if (verdict.mode === 'complete') {
    lines.push(`mode: all interleavings, ${verdict.reduction}; ${done}`);
    lines.push(
      `executions: ${verdict.executions} for ${counted(verdict.traces, 'class', 'classes')}${verdict.states === undefined ? '' : `, ${verdict.states} states`}, ${counted(verdict.outcomes, 'outcome', 'outcomes')}`,
    );
  } else lines.push(`mode: up to ${verdict.maxSwitches ?? 0} switches, every execution; ${done}`);
  for (const bound of verdict.bounds)
    lines.push(
      `with ${bound.switches} ${bound.switches === 1 ? 'switch' : 'switches'}: ${bound.executions} executions${bound.complete ? '' : ', not all'}`,
    );
  for (const finding of verdict.findings)
    lines.push(
      `${finding.what}: ${finding.text} (${counted(finding.switches, 'switch', 'switches')} at the least, ${counted(finding.traces, 'class', 'classes')})`,
    );
  for (const warning of verdict.warnings) lines.push(`warning: ${warning}`);
  lines.push(`memory: ${verdict.memoryModel}; not modelled: ${verdict.notModelled.join(', ')}`);
  return lines;
}

function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
