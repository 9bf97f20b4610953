import { later } from '../later.ts';
import { useCompare } from '../state/compare.ts';
import { notify } from '../state/notices.ts';

/** Is another revision shown beside the scene's? */
export const comparing = (): boolean => useCompare.getState().revision !== undefined;

/** Opens the comparison, or leaves it. What it takes comes with the first that asks for it. */
export async function toggleCompare(): Promise<void> {
  try {
    const { leaveCompare, openCompare } = await later.compareActions();
    if (comparing()) leaveCompare();
    else openCompare();
  } catch {
    notify('bad', 'The comparison could not be loaded. The scene stays as it was.');
  }
}
