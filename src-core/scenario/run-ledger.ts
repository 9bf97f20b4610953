import { ctorWhatIf, ptlockConfig } from '../kernel/include/asm-generic/pgalloc.ts';
import type { Ledger } from '../mm/ledger.ts';
import { TableLedger } from '../mm/ledger.ts';
import { findRevision } from '../revision/revisions.ts';
import { kernelConfig } from './config.ts';
import type { Run } from './run.ts';
import { kernelOf } from './prepare.ts';

/** The books of a recorded run (mm/ledger.ts), at its revision and configuration. Make one a run, and ask it as the cursor moves. */
export function tableLedger(run: Run): TableLedger {
  const revision = findRevision(run.revision);
  if (revision === undefined) throw new Error(`[engine bug] a run at ${run.revision}, which is no revision`);
  const { config, geo } = kernelOf(run.world, revision, kernelConfig(run.scenario.config));
  return new TableLedger({
    steps: run.steps,
    geo,
    rules: (run.rules ?? revision.rules).ctor,
    ptlocks: ptlockConfig(config),
    whatIf: ctorWhatIf(config),
    arch: config.arch,
    hook: config.ctorHook !== 'none',
  });
}

/** The books after step `step` of a run; 0: before the first. For one look: `tableLedger` is cheaper for many. */
export function ledgerAt(run: Run, step: number): Ledger {
  return tableLedger(run).at(step);
}
