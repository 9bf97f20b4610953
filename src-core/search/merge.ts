import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import type { Finding, Verdict } from './verdict.ts';
import { byImportance } from './verdict.ts';

/**
 * The verdict of the whole from those of its parts. They must be of one search, and each part may come more than once; parts that are
 * missing make it incomplete.
 */
export function mergeVerdicts(parts: readonly Verdict[]): Result<Verdict> {
  const [first, ...others] = parts;
  if (first === undefined) return problem('', 'there is nothing to merge');
  const n = first.shard?.[1];
  if (n === undefined) return problem('shard', 'the first result is no part of a search');
  for (const part of others) {
    if (part.shard?.[1] !== n) return problem('shard', `not all are parts of ${n}`);
    if (part.title !== first.title || part.revision !== first.revision)
      return problem('title', 'the parts are of different searches');
  }
  const have = new Set(parts.map((part) => part.shard?.[0]));
  const missing = Array.from({ length: n }, (_, i) => i + 1).filter((k) => !have.has(k));
  const classes = new Map(parts.flatMap((part) => part.classes ?? []));
  const findings = mergeFindings(parts, [...classes.values()]);
  const complete = missing.length === 0 && parts.every((part) => part.complete);
  const witness = parts
    .flatMap((part) => (part.witness === undefined ? [] : [part.witness]))
    .sort((a, b) => a.switches - b.switches)[0];
  const stopped = [
    ...(missing.length === 0 ? [] : [`part ${missing.join(', ')} of ${n} is missing`]),
    ...parts.flatMap((part) => part.stopped ?? []),
  ];
  const { shard: _part, stopped: _why, witness: _one, ...rest } = first;
  return ok({
    ...rest,
    verdict: findings.length > 0 ? 'unsafe' : complete ? 'safe' : 'unknown',
    complete,
    ...(stopped.length === 0 ? {} : { stopped: stopped.join('; ') }),
    executions: parts.reduce((sum, part) => sum + part.executions, 0),
    traces: classes.size,
    outcomes: new Set(classes.values()).size,
    findings,
    warnings: [...new Set(parts.flatMap((part) => part.warnings))].sort(),
    ...(witness === undefined ? {} : { witness }),
    classes: [...classes].sort(([a], [b]) => (a < b ? -1 : 1)),
  });
}

function mergeFindings(parts: readonly Verdict[], outcomes: readonly string[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of parts.flatMap((part) => part.findings)) {
    const before = found.get(finding.text);
    if (before === undefined || finding.switches < before.switches) found.set(finding.text, finding);
  }
  return [...found.values()]
    .map((finding) => ({
      ...finding,
      traces: outcomes.filter((outcome) => outcome.split(' | ').includes(finding.text)).length,
    }))
    .sort(byImportance);
}
