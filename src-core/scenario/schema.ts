import * as v from 'valibot';
import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './format.ts';
import type { efiRegionSchema, opsSchema, ruleSchema } from './schema-calls.ts';
import { callSchema } from './schema-calls.ts';
import { configSchema, memorySchema } from './schema-memory.ts';
import { count, lockSchema } from './schema-values.ts';

export { SCENARIO_FORMAT, SCENARIO_VERSION } from './format.ts';

/** Locks that kernel functions take by themselves, or their callers for them, and that a scenario may leave out. */
const omittedLock = v.picklist(
  [
    'mmap:init_mm',
    'mmap:efi_mm',
    'mmap:user',
    'mem_hotplug',
    'pgtable_split_lock',
    'fixmap_lock',
    'rcu',
    'page_table_lock',
    'pmd_lock',
    'ptl',
    'vma',
    'i_mmap',
    'anon_vma',
  ],
  'is no lock that can be left out: mmap:init_mm, pgtable_split_lock, ptl, …',
);

export const contextSchema = v.strictObject({
  cpu: count(63),
  /** A task if left out. What runs in softirq, or with interrupts off, may not sleep, and keeps the tasks of its CPU waiting. */
  kind: v.optional(
    v.picklist(['task', 'softirq', 'irqs-off'], 'is no kind of context: task, softirq or irqs-off'),
  ),
  /** Locks this context holds before the first step: no step takes or releases them. */
  holds: v.optional(v.pipe(v.array(lockSchema), v.maxLength(8))),
  /** Locks that its calls and their callers do without, as if the kernel had forgotten them. */
  omit: v.optional(v.pipe(v.array(omittedLock), v.maxLength(10))),
  calls: v.pipe(v.array(callSchema), v.minLength(1, 'a context needs at least one call'), v.maxLength(32)),
  /** Which of its allocations fails, counted from 1: of pages for tables, and of split locks that are objects of their own. */
  failAllocation: v.optional(
    v.strictObject({ table: v.optional(count(65536, 1)), lock: v.optional(count(65536, 1)) }),
  ),
});

/**
 * The scenario: everything a run is determined by, but for the schedule. This is version 1; the shape is checked here,
 * once, and the engine sees only what came through. Unknown keys are errors. Older versions come through
 * migrations.ts first.
 */
export const scenarioSchema = v.strictObject({
  format: v.literal(SCENARIO_FORMAT, `must be ${JSON.stringify(SCENARIO_FORMAT)}`),
  version: v.literal(SCENARIO_VERSION, `must be ${SCENARIO_VERSION}`),
  title: v.pipe(
    v.string(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(120, 'is longer than 120 characters'),
  ),
  /** A revision id of facts: `v6.12`, `v7.3`, … */
  revision: v.pipe(v.string(), v.maxLength(20)),
  memory: memorySchema,
  /** Whose hold an assertion counts: `owner` (lockdep) the asserting context's own, `anybody` without lockdep. */
  assertions: v.optional(v.picklist(['owner', 'anybody'])),
  /** What a search of all interleavings is to find. */
  expect: v.optional(v.picklist(['safe', 'unsafe'], 'is neither safe nor unsafe')),
  config: v.optional(configSchema),
  contexts: v.pipe(
    v.array(contextSchema),
    v.minLength(1, 'a scenario needs at least one context'),
    v.maxLength(4, 'four contexts are the most'),
  ),
});

export type Scenario = v.InferOutput<typeof scenarioSchema>;
export type ScenarioContext = v.InferOutput<typeof contextSchema>;
export type ScenarioCall = v.InferOutput<typeof callSchema>;
/** Walks by VMA, which are of the user mm. */
export type VmaWalkCall = Extract<
  ScenarioCall,
  {
    fn:
      | 'walk_page_range'
      | 'walk_page_range_mm'
      | 'walk_page_range_mm_unsafe'
      | 'walk_page_range_vma'
      | 'walk_page_range_vma_unsafe'
      | 'walk_page_vma'
      | 'walk_page_mapping'
      | 'folio_walk';
  }
>;

export type ScenarioOps = v.InferOutput<typeof opsSchema>;
export type ScenarioEfiRegion = v.InferOutput<typeof efiRegionSchema>;
export type ScenarioRule = v.InferOutput<typeof ruleSchema>;
export type ScenarioMemory = v.InferOutput<typeof memorySchema>;
export type ScenarioConfig = v.InferOutput<typeof configSchema>;

/** Checks the shape of a current-version scenario. The first problem comes back with its path: `contexts[0].calls[0].start`. */
export function checkShape(input: unknown): Result<Scenario> {
  const checked = v.safeParse(scenarioSchema, input, { abortEarly: true, abortPipeEarly: true });
  if (checked.success) return ok(checked.output);
  const issue = checked.issues[0];
  const path = (issue.path ?? []).reduce(
    (text, item) =>
      typeof item.key === 'number'
        ? `${text}[${item.key}]`
        : text === ''
          ? String(item.key)
          : `${text}.${String(item.key)}`,
    '',
  );
  if (issue.expected === 'never') return problem(path, 'is no key that belongs here');
  if (issue.received === 'undefined') return problem(path, 'is missing');
  return problem(path, issue.message);
}
