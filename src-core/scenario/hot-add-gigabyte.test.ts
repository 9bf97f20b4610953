import { describe, expect, it } from 'vitest';
import { describeProblem } from '../base/result.ts';
import { ctorWhatIf, ptlockConfig } from '../kernel/include/asm-generic/pgalloc.ts';
import { Recorder } from '../machine/recorder.ts';
import type { Ledger } from '../mm/ledger.ts';
import { TableLedger } from '../mm/ledger.ts';
import { findRevision } from '../revision/revisions.ts';
import type { Step } from '../step/step.ts';
import { worldFromListing } from './listing-world.ts';
import { kernelOf, prepareScenario } from './prepare.ts';
import type { ScenarioCall } from './schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './schema.ts';

/** Keeps the steps that change the books, and no others: a gigabyte of pages makes millions. */
class TableSteps extends Array<Step> {
  override push(...steps: Step[]): number {
    for (const step of steps)
      if (['alloc', 'ctor', 'dtor', 'free'].includes(step.ev)) super.push({ ...step, n: this.length + 1 });
    return this.length;
  }
}

class TableRecorder extends Recorder {
  override readonly steps: Step[] = new TableSteps();
  override get full(): boolean {
    return false;
  }
}

const memory = {
  geometry: '4k48',
  roots: [{ mm: 'init_mm' as const, pgd: '0x41000000' }],
  tables: [],
};

function books(revision: string, calls: readonly ScenarioCall[]): Ledger {
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(describeProblem(world.error));
  const config = { bbml3: false };
  const prepared = prepareScenario(
    {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: 'a gigabyte',
      revision,
      memory,
      config,
      contexts: [{ cpu: 0, calls: [...calls] }],
    },
    world.value,
  );
  if (!prepared.ok) throw new Error(describeProblem(prepared.error));
  const recorder = new TableRecorder(0);
  const machine = prepared.value.machine({ recorder, journal: undefined, fold: 'none' });
  for (let ready = machine.enabled()[0]; ready !== undefined; ready = machine.enabled()[0]) {
    machine.turn(ready);
    recorder.frames.length = 0;
  }
  const found = findRevision(revision);
  if (found === undefined) throw new Error(revision);
  const kernel = kernelOf(world.value, found, config);
  return new TableLedger({
    steps: recorder.steps,
    geo: world.value.geo,
    rules: found.rules.ctor,
    ptlocks: ptlockConfig(kernel.config),
    whatIf: ctorWhatIf(kernel.config),
    arch: 'arm64',
    hook: false,
  }).at(Number.MAX_SAFE_INTEGER);
}

describe('a gigabyte of memory comes and goes as 4 KiB pages', { timeout: 240_000 }, () => {
  // Other memory keeps the upper tables of the linear map and of the memory map.
  const other: ScenarioCall = { fn: 'arch_add_memory', phys: '0x2000000000', size: '0x1000' };
  const add: ScenarioCall = { fn: 'arch_add_memory', phys: '0x1000000000', size: '0x40000000' };

  it('v7.3: 513 tables counted and 513 destructed, and one more', () => {
    const before = books('v7.3', [other]).nrPageTable;
    const added = books('v7.3', [other, add]);
    expect(added.nrPageTable - before).toBe(513);
    const after = books('v7.3', [other, add, { ...add, fn: 'arch_remove_memory' }]);
    expect(after.nrPageTable - before).toBe(-1);
    expect(after.faults.map((f) => f.kind)).toEqual(['dtor-without-ctor']);
  });
});
