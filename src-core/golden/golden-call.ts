import type { GoldenScenario } from './case.ts';

/** Golden names of the kernel's entry points. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  walk_kernel: 'walk_kernel_page_table_range',
  walk_lockless: 'walk_kernel_page_table_range_lockless',
  walk_debug: 'walk_page_range_debug',
  walk_page_range: 'walk_page_range',
  walk_page_range_vma: 'walk_page_range_vma',
  split: 'split_kernel_leaf_mapping',
  create_mapping: '__create_pgd_mapping',
  vmap_huge_pmd: 'vmap_try_huge_pmd',
  vmap_huge_pud: 'vmap_try_huge_pud',
  hot_remove: '__remove_pgd_mapping',
  retract_user: 'retract_page_tables',
};

/** What a golden op says besides its function's arguments. */
const NO_ARGUMENTS: readonly string[] = ['fn', 'cpu', 'locks', 'omit', 'cbs', 'allocFailAt', 'rcu'];

/** Our name of a golden operation; its own where there is no other. */
export function functionOf(op: GoldenScenario['op']): string {
  return FUNCTIONS[op.fn] ?? op.fn;
}

/** A golden operation as a scenario's call, unchecked. */
export function callOf(
  op: GoldenScenario['op'],
  cbs: readonly string[],
  rules: GoldenScenario['rules'],
): Record<string, unknown> {
  const fn = functionOf(op);
  const given = Object.entries(op).filter(([key]) => !NO_ARGUMENTS.includes(key));
  return {
    ...Object.fromEntries(given),
    fn,
    ...(fn.startsWith('walk_') ? { ops: { callbacks: cbs, rules } } : {}),
    ...('rcu' in op ? { free: op['rcu'] === true ? 'rcu' : 'at-once' } : {}),
  };
}
