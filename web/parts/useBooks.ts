import type { Run } from '../engine.ts';
import { runIndex } from '../derive/runIndex.ts';
import { later } from '../later.ts';
import { useLater } from './useLater.ts';

/** What is told of constructors, locks and counts: undefined for a run that makes and frees no table, and until it has come. */
export function useBooks(run: Run): Awaited<ReturnType<typeof later.books>> | undefined {
  return useLater(later.books, runIndex(run).books);
}
