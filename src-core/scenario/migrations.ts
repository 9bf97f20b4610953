import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { checkScenario } from './check.ts';
import { checkShapeClearly } from './check-shape.ts';
import type { Scenario } from './schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './format.ts';

/** The JSON of a scenario of some version, its header checked and nothing else. */
export type ScenarioJson = Readonly<Record<string, unknown>>;

/**
 * One step from a version to the next, on plain JSON. It must not import today's types or functions: what it does to an old
 * scenario may never change.
 */
export interface Migration {
  /** `scenario/2` makes version 2 out of version 1. */
  readonly id: string;
  up(scenario: ScenarioJson): ScenarioJson;
}

/** In order: `scenario/2`, `scenario/3`, … up to the current version. There has been one version so far. */
export const MIGRATIONS: readonly Migration[] = [];

/** Throws if the ids are not exactly `scenario/2` … `scenario/<version>`. */
export function checkMigrationIds(migrations: readonly Migration[], version: number): void {
  const wanted = Array.from({ length: version - 1 }, (_, i) => `scenario/${i + 2}`);
  const ids = migrations.map((m) => m.id);
  if (ids.join() !== wanted.join())
    throw new Error(`[engine bug] migrations are [${ids.join()}], wanted [${wanted.join()}]`);
}

checkMigrationIds(MIGRATIONS, SCENARIO_VERSION);

/** Brings a scenario of any version up to `version`. */
export function migrate(
  json: unknown,
  migrations: readonly Migration[] = MIGRATIONS,
  version: number = SCENARIO_VERSION,
): Result<ScenarioJson> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return problem('', 'is no scenario: an object in braces is wanted');
  const scenario = json as ScenarioJson;
  if (scenario['format'] !== SCENARIO_FORMAT)
    return problem('format', `must be ${JSON.stringify(SCENARIO_FORMAT)}`);
  const from = scenario['version'];
  if (typeof from !== 'number' || !Number.isInteger(from) || from < 1)
    return problem('version', `must be a whole number from 1 to ${version}`);
  if (from > version)
    return problem('version', `is ${from}: made by a newer Pagewalk, this one reads up to ${version}`);
  return ok(
    migrations.slice(from - 1).reduce((s, m, i) => ({ ...m.up(s), version: from + i + 1 }), scenario),
  );
}

/**
 * The one way in for a scenario from outside (a file, a link, the editor): brings it up to the current version, checks its
 * shape, then its sense. The first problem comes back with its path.
 */
export function openScenario(json: unknown): Result<Scenario> {
  const migrated = migrate(json);
  if (!migrated.ok) return migrated;
  const shaped = checkShapeClearly(migrated.value);
  return shaped.ok ? checkScenario(shaped.value) : shaped;
}
