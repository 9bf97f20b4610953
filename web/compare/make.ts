import { alignSteps, isSame, runScenario } from '../engine.ts';
import type { Problem, Result, Run } from '../engine.ts';
import type { Comparison } from '../state/compare.ts';
import type { Scene } from '../state/session.ts';

/** Runs the scene at another revision, same schedule, and aligns the two. A problem where it can't be run there. */
export function compareWith(scene: Scene, revision: string): Result<Comparison, Problem> {
  const right =
    revision === scene.run.revision
      ? { ok: true as const, value: scene.run }
      : runScenario(scene.scenario, scene.world, { revision, schedule: scene.schedule, fold: scene.fold });
  if (!right.ok) return right;
  const rows = alignSteps(scene.run.steps, right.value.steps);
  const changes = rows.flatMap((row, i) => {
    const above = rows[i - 1];
    return !isSame(row) && (above === undefined || isSame(above)) ? [i + 1] : [];
  });
  return { ok: true, value: { left: scene.run, right: right.value, rows, changes } };
}

/** The row of a step of the left side; 0 for the start. */
export function rowOfLeft({ rows }: Comparison, step: number): number {
  return step === 0 ? 0 : rows.findIndex((row) => row.left === step) + 1;
}

/** What a run comes to. */
export interface Outcome {
  /** By context: what its calls returned, null where one did not. */
  readonly rets: readonly (readonly (number | null)[])[];
  readonly steps: number;
  /** Warnings and assertions that failed. */
  readonly warnings: number;
  readonly violations: number;
}

export function outcomeOf(run: Run): Outcome {
  const among = (wanted: (step: Run['steps'][number]) => boolean): number => run.steps.filter(wanted).length;
  return {
    rets: run.results.map((result) => result.rets),
    steps: run.steps.length,
    warnings: among((s) => s.ev === 'warn' || s.ev === 'bug' || (s.ev === 'assert' && !s.ok)),
    violations: among((s) => s.ev === 'violation'),
  };
}

/** How many entries hold something else when both runs are over, of all that either wrote. */
export function entriesApart({ left, right }: Comparison): number {
  const written = new Map<string, { readonly table: number; readonly idx: number }>();
  for (const run of [left, right])
    for (const step of run.steps)
      if (step.ev === 'set')
        for (let k = 0; k < (step.count ?? 1); k++)
          written.set(`${step.table} ${step.idx + k}`, { table: Number(step.table), idx: step.idx + k });
  const ends = [left, right].map((run) => {
    const playback = run.playback();
    playback.seek(run.steps.length);
    return playback.memory;
  });
  const [one, other] = ends;
  if (one === undefined || other === undefined) return 0;
  const read = (memory: typeof one, table: number, idx: number): string =>
    memory.page(table) === undefined ? 'no table' : memory.read(table, idx).toHex();
  return [...written.values()].filter(({ table, idx }) => read(one, table, idx) !== read(other, table, idx))
    .length;
}
