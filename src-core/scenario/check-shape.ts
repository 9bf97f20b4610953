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
  readonly expected: string | null;
  readonly received: string;
  readonly message: string;
  readonly input: unknown;
  readonly path?: readonly { readonly key: unknown }[] | undefined;
  readonly issues?: readonly Issue[] | undefined;
}

function explain(issue: Issue, above: readonly unknown[]): Problem {
  const keys = [...above, ...(issue.path ?? []).map((item) => item.key)];
  const inner = issue.type === 'union' ? meant(issue) : undefined;
  return inner === undefined ? { path: pathText(keys), message: words(issue) } : explain(inner, keys);
}

/** The one union is `memory`: of its two forms, what is wrong with the one that was meant; undefined if that can't be told. */
function meant(union: Issue): Issue | undefined {
  const { input, issues = [] } = union;
  if (typeof input !== 'object' || input === null || Object.keys(input).length === 0) return undefined;
  return 'capture' in input ? issues[0] : issues.at(-1);
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
  boolean: 'true or false',
};

/** `contexts[0].calls[1].start` */
function pathText(keys: readonly unknown[]): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
