import type { U64 } from '../base/u64.ts';
import type { Geometry } from '../arch/geometry.ts';
import type { Journal } from '../memory/journal.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { Vma } from '../step/vma.ts';
import type { ContextPlan } from './context.ts';
import type { Observer } from './observer.ts';
import type { Recorder } from './recorder.ts';
import type { AllocationPlan } from './tables.ts';

/** What a machine is made of, and how it runs. */
export interface MachineOptions {
  readonly geo: Geometry;
  /** Id of the revision, for the line numbers of steps. */
  readonly revision: string;
  /** Written by the run; pass a fork. */
  readonly memory: PhysicalMemory;
  /** Absent while searching: nobody looks back. */
  readonly journal: Journal | undefined;
  /** The memory that `memory` was forked from, which nobody writes; and the root tables. Needed where several contexts run. */
  readonly ground?: PhysicalMemory;
  readonly roots?: readonly number[];
  readonly contexts: readonly ContextPlan[];
  /** Whose hold a lock assertion counts: the context's own (lockdep), or anybody's. */
  readonly assertions: 'owner' | 'anybody';
  /**
   * Which runs of like ops are performed as one, where nobody else can come between: none, stores only (the filling of a new
   * table), or all.
   */
  readonly fold: 'none' | 'stores' | 'all';
  /** Runs of stores into tables that are not linked yet are performed as one, whoever else may run: nobody can tell. */
  readonly foldPrivate?: boolean;
  readonly recorder?: Recorder;
  /** Told what callbacks saw and what was warned of, where no steps are kept. */
  readonly observer?: Observer;
  /** Writers that wait for an rwsem queue, and keep new readers out. */
  readonly queuedWriters?: boolean;
  /** Root of the user mm, if there is one. */
  readonly userPgd?: number | undefined;
  /** VMAs of the user mm, in address order. */
  readonly vmas?: readonly Vma[];
  /** Where vmalloc areas start that are not there to begin with. */
  readonly absentAreas?: readonly U64[];
  readonly allocation?: AllocationPlan;
  /** Split locks are objects of their own (ALLOC_SPLIT_PTLOCKS). */
  readonly locksApart?: boolean;
}
