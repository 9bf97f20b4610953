import { U64 } from '../../src-core/base/u64.ts';
import { worldFromListing } from '../../src-core/scenario/listing-world.ts';
import type { Run, RunOptions } from '../../src-core/scenario/run.ts';
import { runScenario } from '../../src-core/scenario/run-scenario.ts';
import type { Scenario, ScenarioCall } from '../../src-core/scenario/schema.ts';
import { checkShape, SCENARIO_FORMAT, SCENARIO_VERSION } from '../../src-core/scenario/schema.ts';
import type { Step } from '../../src-core/step/step.ts';

/** Small scenarios on 4 KiB pages and 48 bits: the user mm's tables are given, the others have bare roots. */
export type Row = [
  mm: 'init_mm' | 'efi_mm' | 'user',
  level: number,
  va: string,
  n: number,
  value: string,
  step: string,
];

export interface Setting {
  readonly tables?: readonly Row[];
  readonly vmas?: readonly object[];
  readonly vmAreas?: readonly object[];
  readonly config?: object;
  readonly geometry?: string;
  readonly revision?: string;
  readonly assertions?: 'owner' | 'anybody';
}

/** A pointer to the table at `pa`, as a kernel writes it. */
export function tableAt(pa: number): string {
  return U64.from(pa).or(U64.from(3)).toHex();
}

/** Runs contexts; each is its calls, or its calls and what it holds. Throws on a problem, with its path. */
export function runContexts(
  setting: Setting,
  contexts: readonly { readonly holds?: readonly object[]; readonly calls: readonly object[] }[],
  options: RunOptions = {},
): Run {
  const scenario = checkShape({
    format: SCENARIO_FORMAT,
    version: SCENARIO_VERSION,
    title: 'a test',
    revision: setting.revision ?? 'v7.3',
    memory: {
      geometry: setting.geometry ?? '4k48',
      roots: [
        { mm: 'init_mm', pgd: '0x10000' },
        { mm: 'efi_mm', pgd: '0x20000' },
        { mm: 'user', pgd: '0x30000' },
      ],
      tables: setting.tables ?? [],
      vmas: setting.vmas ?? [],
      vmAreas: setting.vmAreas ?? [],
    },
    ...(setting.config === undefined ? {} : { config: setting.config }),
    ...(setting.assertions === undefined ? {} : { assertions: setting.assertions }),
    contexts: contexts.map((c, cpu) => ({ cpu, ...c })),
  });
  if (!scenario.ok) throw new Error(`${scenario.error.path}: ${scenario.error.message}`);
  return runChecked(scenario.value, options);
}

function runChecked(scenario: Scenario, options: RunOptions): Run {
  if (!('tables' in scenario.memory)) throw new Error('no tables');
  const world = worldFromListing(scenario.memory);
  if (!world.ok) throw new Error(`${world.error.path}: ${world.error.message}`);
  const run = runScenario(scenario, world.value, { fold: 'never', ...options });
  if (!run.ok) throw new Error(`${run.error.path}: ${run.error.message}`);
  return run.value;
}

/** One context, one call. */
export function runCall(setting: Setting, call: object, holds: readonly object[] = []): Run {
  return runContexts(setting, [{ holds, calls: [call as ScenarioCall] }]);
}

/** Steps as short lines: `lock ptl`, `cb pmd 0x200000`, `set pte[3] 0x0 -> 0x47c0`, … Loads only where asked for. */
export function lines(steps: readonly Step[], loads = false): string[] {
  return steps.flatMap((s) => {
    switch (s.ev) {
      case 'load':
        return loads ? [`${s.dead ? 'dead ' : ''}${s.by} ${s.level}[${s.idx}]`] : [];
      case 'set':
        return [`set ${s.level}[${s.idx}] ${s.old} -> ${s.new}`];
      case 'lock':
      case 'unlock':
        return [`${s.ev} ${s.name}`];
      case 'cb':
        return [`${s.fn} ${s.addr}`];
      case 'hole':
        return [`hole ${s.addr} ${s.depth}`];
      case 'test_walk':
      case 'pre_vma':
        return [`${s.ev} ${s.addr}`];
      case 'post_vma':
      case 'warn':
      case 'bug':
      case 'dsb':
      case 'isb':
        return [s.ev];
      case 'vmalock':
        return [s.name];
      case 'tlbi':
        return ['tlbi'];
      case 'lazy':
        return [`lazy ${s.on ? 'on' : 'off'}`];
      case 'alloc':
      case 'ctor':
      case 'dtor':
      case 'free':
        return [`${s.ev} ${s.level}`];
      case 'return':
        return [`return ${s.ret}`];
      default:
        return [];
    }
  });
}
