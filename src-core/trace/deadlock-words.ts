import type { WaitEdge } from '../step/wait-edge.ts';
import { waitWords } from '../step/wait-edge.ts';
import { lockWords } from './words.ts';

/**
 * What a context of a deadlock waits for, without who it is: `waits for init_mm.mmap_lock for read, behind a, which has queued for
 * it for write`. Without a full stop.
 */
export function deadlockEdgeWords(edge: WaitEdge): string {
  return waitWords(edge, lockWords);
}
