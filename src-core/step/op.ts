import type { Access, StopMachine } from './op-access.ts';
import type { ChangeArea, FindArea } from './op-area.ts';
import type { Deposit, Withdraw } from './op-deposit.ts';
import type { Barrier, LazyMmu, PteBarriers, Tlbi, UnmapAliases } from './op-barrier.ts';
import type { Assert, Downgrade, GracePeriod, Lock, TryLock, Unlock, VmaLock } from './op-lock.ts';
import type { Exchange, Kmap, Load, LoadRun, Store, StoreRun } from './op-memory.ts';
import type { Alloc, Ctor, Dtor, FreeTable, Hook, SpliceQueued } from './op-table.ts';
import type {
  Bad,
  Bug,
  Callback,
  CallbackRun,
  FindVma,
  Hole,
  SplitHuge,
  VmaCallback,
  Warn,
} from './op-walk.ts';
import type { StaticKey, SwitchMm } from './op-key.ts';
import type {
  ChangeVma,
  HasAnonVma,
  PrevVma,
  RmapAnon,
  RmapVmas,
  SplitVma,
  UnmappedPages,
} from './op-vma.ts';
import type { KernelCall } from './walker.ts';

/**
 * What a kernel function can ask of the machine: imperative, closed. `Op` is asked, `Step` (step.ts) is what happened.
 *
 * Ops that other contexts can notice or be noticed by (load, store, lock, unlock, access, and what an access depends on: barriers and invalidations) are the points where another context
 * may run; the others happen together with the op before them.
 */
export type Op =
  | KernelCall<unknown>
  | Load
  | LoadRun
  | Store
  | StoreRun
  | Exchange
  | Kmap
  | Lock
  | Unlock
  | Downgrade
  | TryLock
  | GracePeriod
  | Assert
  | Callback
  | CallbackRun
  | Hole
  | VmaCallback
  | VmaLock
  | FindVma
  | PrevVma
  | RmapVmas
  | RmapAnon
  | ChangeVma
  | SplitVma
  | HasAnonVma
  | UnmappedPages
  | SplitHuge
  | Bad
  | Warn
  | Bug
  | LazyMmu
  | PteBarriers
  | Barrier
  | Tlbi
  | Alloc
  | Ctor
  | Dtor
  | FreeTable
  | Hook
  | UnmapAliases
  | Access
  | StopMachine
  | StaticKey
  | SwitchMm
  | SpliceQueued
  | Deposit
  | Withdraw
  | FindArea
  | ChangeArea;
