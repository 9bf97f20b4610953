import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { LEVEL_NAMES } from '../arch/geometry.ts';
import type { Step } from '../step/step.ts';
import type { GoldenCase } from './case.ts';
import type { RaceCase, SoloToken } from './race-case.ts';
import { runGolden } from './run-case.ts';

/**
 * Accesses one by one: `R 2 0x1000001000 0` plain load, `V` READ_ONCE, `W` store; `L rcu`, `U rcu` for locks an op takes itself.
 */
export function expandSolo(tokens: readonly SoloToken[]): string[] {
  const out: string[] = [];
  for (const [kind, ...rest] of tokens) {
    if (kind === '*') {
      const [reps, group, delta] = rest as [number, readonly SoloToken[], readonly number[]];
      for (let r = 0; r < reps; r++) {
        for (const [j, token] of group.entries())
          out.push(...expandSolo([shift(token, r * (delta[j] ?? 0))]));
      }
    } else if (kind === 'R' || kind === 'V' || kind === 'W' || kind === 'X') {
      const [level, table, idx, n] = rest as [number, string, number, number];
      for (let i = 0; i < n; i++) out.push(`${kind} ${level} ${table} ${idx + i}`);
    } else if (kind !== 'CL' && kind !== 'CU') {
      out.push([kind, ...rest].join(' '));
    }
  }
  return out;
}

function shift(token: SoloToken, by: number): SoloToken {
  const [kind, level, table, idx, n] = token;
  return typeof idx === 'number' ? [kind, level, table, idx + by, n] : token;
}

/** The same text for our steps; undefined for steps that are no access. */
function accessText(step: Step): string | undefined {
  switch (step.ev) {
    case 'load':
      return `${step.once ? 'V' : 'R'} ${step.hw} ${step.table} ${step.idx}`;
    case 'set':
      // A table that is not linked yet is the op's own affair.
      if (step.va === null) return undefined;
      return `${step.atomic === true ? 'X' : 'W'} ${step.hw} ${step.table} ${step.idx}`;
    case 'lock':
      return `L ${step.name}`;
    case 'unlock':
      return `U ${step.name}`;
    case 'trylock':
      return `T ${step.name}`;
    case 'gp':
      return step.phase === 'start' ? 'GP' : undefined;
    case 'free':
      return `F ${LEVEL_NAMES.indexOf(step.level) - 1} ${step.table}`;
    case 'alloc':
      return 'A';
    default:
      return undefined;
  }
}

/** The accesses of op `i` of a race case run alone on our engine, unfolded. */
export function soloAccesses(c: RaceCase, i: number): Result<string[]> {
  const op = c.scenario.ops[i];
  if (op === undefined) return problem(`ops[${i}]`, 'there is no such op');
  const alone: GoldenCase = {
    id: c.id,
    cat: 'solo',
    kernel: c.kernel,
    geo: c.geo,
    scenario: {
      ...c.scenario,
      cbs: op.cbs ?? c.scenario.cbs,
      allocFailAt: Number(op['allocFailAt'] ?? 0),
      op,
    },
    events: [],
    ret: 0,
    final: 'same',
  };
  const run = runGolden(alone);
  if (!run.ok) return run;
  // The 6.12 allocations were written by hand for the recording (RACES.md §6) and are not among its accesses.
  const noise = c.kernel === '6.12' ? 'A' : undefined;
  return ok(run.value.steps.map(accessText).filter((t): t is string => t !== undefined && t !== noise));
}
