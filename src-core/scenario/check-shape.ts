import * as v from 'valibot';
import type { Problem, Result } from '../base/result.ts';
import { err } from '../base/result.ts';
import type { Scenario } from './schema.ts';
import { checkShape, scenarioSchema } from './schema.ts';

/** `checkShape`, with unknown and missing keys and either form of `memory` told in plain words. */
export function checkShapeClearly(input: unknown): Result<Scenario> {
  const checked = checkShape(input);
  if (checked.ok) return checked;
  const { issues } = v.safeParse(scenarioSchema, input, { abortEarly: true, abortPipeEarly: true });
  return issues === undefined ? checked : err(explain(issues[0], []));
}

/** The part of a valibot issue that is read here. */
interface Issue {
  readonly type: string;
  readonly kind: string;
  readonly expected: string | null;
  readonly received: string;
  readonly message: string;
  readonly path?: readonly { readonly key: unknown }[] | undefined;
  readonly issues?: readonly Issue[] | undefined;
}

function explain(issue: Issue, above: readonly unknown[]): Problem {
  const keys = [...above, ...(issue.path ?? []).map((item) => item.key)];
  const inner = closest(issue.issues ?? []);
  if (issue.type === 'union' && inner !== undefined) return explain(inner, keys);
  return { path: pathText(keys), message: words(issue) };
}

/** Of what each form of a union complains about, the complaint of the form that fits best: the one found deepest. */
function closest(issues: readonly Issue[]): Issue | undefined {
  const depth = (issue: Issue): number => (isUnknownKey(issue) ? 0 : (issue.path?.length ?? 0));
  return issues.reduce<Issue | undefined>(
    (best, issue) => (best === undefined || depth(issue) > depth(best) ? issue : best),
    undefined,
  );
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function words(issue: Issue): string {
  if (isUnknownKey(issue)) return 'is no key of a scenario here';
  if (issue.received === 'undefined') return 'is missing';
  const standard = /^Invalid \w+: Expected (.+) but received (.+)$/s.exec(issue.message);
  if (standard === null) return issue.message;
  return `must be ${KINDS[standard[1] ?? ''] ?? standard[1]}, not ${standard[2]}`;
}

const KINDS: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'a text in double quotes',
  number: 'a number',
};

/** `contexts[0].calls[1].start` */
function pathText(keys: readonly unknown[]): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
