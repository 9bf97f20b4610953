import type { ScenarioCall, VmaWalkCall } from './schema.ts';

const VMA_WALKS: readonly string[] = [
  'walk_page_range',
  'walk_page_range_mm',
  'walk_page_range_mm_unsafe',
  'walk_page_range_vma',
  'walk_page_range_vma_unsafe',
  'walk_page_vma',
  'walk_page_mapping',
  'folio_walk',
] satisfies readonly VmaWalkCall['fn'][];

/** A walk by VMA, which is of the user mm. */
export function isVmaWalk(call: ScenarioCall): call is VmaWalkCall {
  return VMA_WALKS.includes(call.fn);
}
