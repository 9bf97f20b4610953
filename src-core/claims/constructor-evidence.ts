import type { LevelName } from '../arch/geometry.ts';
import type { Ledger } from '../mm/ledger.ts';
import { ledgerAt } from '../scenario/run-ledger.ts';
import type { Run } from '../scenario/run.ts';
import type { Scenario, ScenarioCall, ScenarioConfig } from '../scenario/schema.ts';
import type { Stage } from './claim.ts';
import { count } from './evidence.ts';

// What checks of constructors look for in a run.

/** The books at the end of a run. */
export const books = (run: Run): Ledger => ledgerAt(run, run.steps.length);

/** Constructor calls on tables of one mm, by level. */
export function ctors(
  run: Run,
  owner: string | null,
  levels: readonly LevelName[] = ['pte', 'pmd', 'pud'],
): number[] {
  const { rows } = books(run);
  return levels.map((level) => rows.find((r) => r.level === level && r.owner === owner)?.ctors ?? 0);
}

/** The scenario with other configuration on top of its own. */
export const configured =
  (config: ScenarioConfig) =>
  (scenario: Scenario): Scenario => ({ ...scenario, config: { ...scenario.config, ...config } });

/** The scenario's one context making other calls. */
export const calling =
  (calls: ScenarioCall[], config: ScenarioConfig = {}) =>
  (scenario: Scenario): Scenario => ({
    ...scenario,
    config: { ...scenario.config, ...config },
    contexts: [{ cpu: 0, calls }],
  });

/** Constructor calls, and lock objects, of one table that another architecture's allocator makes. */
export function one(
  stage: Stage,
  scenario: string,
  revision: string,
  arch: NonNullable<ScenarioConfig['arch']>,
  allocator: string,
  level: LevelName,
): string {
  const run = stage.run(scenario, {
    revision,
    with: calling([{ fn: 'table_life', allocator, level, mm: 'init_mm', keep: true } as ScenarioCall], {
      arch,
    }),
  });
  return `${count(run.steps, 'ctor')} ${books(run).lockObjects}`;
}
