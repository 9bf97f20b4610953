import type { LevelName } from '../arch/geometry.ts';
import type { LockMode, LockName } from './lock.ts';
import type { HookOutcome } from './op-table.ts';

/**
 * What happened: past tense, plain data, closed. As JSON it has the names and fields of the golden events where those
 * have them. 64-bit values and table addresses are lower-case hex strings; counts, indices and depths are numbers.
 */
export type Step = StepBase & StepEvent;

/** What every step says. */
export interface StepBase {
  /** Number of the step in its run, from 1. */
  readonly n: number;
  /** Which context, from 0 (shown as a, b, c, d). */
  readonly ctx: number;
  readonly cpu: number;
  /** Innermost kernel function. */
  readonly fn: string;
  /** Its file, with the line where one is known for the revision: `mm/pagewalk.c:96`. Empty for a scenario's callback. */
  readonly at: string;
  /**
   * Depth of the call stack; 0 is the scenario's own call. A hole's step has the hole's depth under this name instead (HoleStep):
   * how deep its call is, only the run's stack tells.
   */
  readonly depth: number;
  /** Locks this context holds after the step, in the order it took them: `mmap:init_mm/read`. */
  readonly held: readonly string[];
}

export type StepEvent =
  | CallStep
  | ReturnStep
  | LoadStep
  | SetStep
  | LockStep
  | UnlockStep
  | TryLockStep
  | WaitStep
  | DowngradeStep
  | GracePeriodStep
  | AssertStep
  | CallbackStep
  | HoleStep
  | VmaCallbackStep
  | PostVmaStep
  | VmaLockStep
  | VmaStep
  | SplitHugeStep
  | BadStep
  | WarnStep
  | BugStep
  | LazyStep
  | BarrierStep
  | TlbiStep
  | AllocStep
  | CtorStep
  | DtorStep
  | FreeStep
  | HookStep
  | DepositStep
  | KmapStep
  | AreaStep
  | UnmapAliasesStep
  | AccessStep
  | StaticKeyStep
  | SwitchMmStep
  | StopMachineStep
  | ViolationStep;

export type StepKind = StepEvent['ev'];

/** The scenario calls a kernel function. */
export interface CallStep {
  readonly ev: 'call';
  /** Arguments as a person would write them, in order. */
  readonly args: Readonly<Record<string, string>>;
}

/** That function returned. */
export interface ReturnStep {
  readonly ev: 'return';
  readonly ret: number;
}

/** Where an entry is. */
export interface Slot {
  /** Hardware lookup level of the table, -1 … 3. */
  readonly hw: number;
  /** Physical address of the table page. */
  readonly table: string;
  readonly idx: number;
  /** Virtual address of the slot; null while its table is not linked, and for a level folded at boot, whose slots stand for none. */
  readonly va: string | null;
}

/** An entry was read. With `count`: that many consecutive entries, one load each, `value` is the first. */
export interface LoadStep extends Slot {
  readonly ev: 'load';
  /** The type it was read as. */
  readonly level: LevelName;
  readonly value: string;
  /** The kernel helper it is part of: `pud_none`, `pmd_offset`, `ptep_get`, … */
  readonly by: string;
  /** READ_ONCE, or a plain dereference. */
  readonly once: boolean;
  /** The value can't influence anything: a folded level's helper ignores it. */
  readonly dead: boolean;
  readonly count?: number;
}

/** An entry was written. With `count`: that many consecutive entries. */
export interface SetStep extends Slot {
  readonly ev: 'set';
  readonly level: LevelName;
  readonly old: string;
  readonly new: string;
  /** Read and written in one atomic exchange. */
  readonly atomic?: true;
  readonly count?: number;
  /** With `count`: how much old and new grow from slot to slot; absent where they do not. */
  readonly dold?: string;
  readonly dnew?: string;
}

export interface LockStep {
  readonly ev: 'lock';
  readonly name: LockName;
  readonly mode: LockMode;
}

export interface UnlockStep {
  readonly ev: 'unlock';
  readonly name: LockName;
  /** How it was held. */
  readonly mode: LockMode;
}

/** A lock was tried for, without waiting. */
export interface TryLockStep {
  readonly ev: 'trylock';
  readonly name: LockName;
  readonly mode: LockMode;
  readonly ok: boolean;
}

/** A writer found the lock taken and queues: from now on new readers wait behind it. */
export interface WaitStep {
  readonly ev: 'wait';
  readonly name: LockName;
  readonly mode: LockMode;
}

/** A lock held for write is held for read now, without having been free. */
export interface DowngradeStep {
  readonly ev: 'downgrade';
  readonly name: LockName;
}

/** An RCU grace period started, or ended: every section open at its start is over. */
export interface GracePeriodStep {
  readonly ev: 'gp';
  readonly phase: 'start' | 'end';
}

export interface AssertStep {
  readonly ev: 'assert';
  readonly name: string;
  readonly mm: string;
  readonly ok: boolean;
}

/** A callback was entered. With `count`: once for each of that many consecutive entries. */
export interface CallbackStep {
  readonly ev: 'cb';
  readonly level: LevelName;
  readonly addr: string;
  readonly next: string;
  readonly val: string;
  readonly count?: number;
}

export interface HoleStep {
  readonly ev: 'hole';
  readonly addr: string;
  readonly next: string;
  /** Level of the hole: 0 pgd, 1 p4d, 2 pud, 3 pmd, -1 unknown. Takes the place of the call's depth (StepBase). */
  readonly depth: number;
}

export interface VmaCallbackStep {
  readonly ev: 'test_walk' | 'pre_vma';
  readonly addr: string;
  readonly next: string;
}

export interface PostVmaStep {
  readonly ev: 'post_vma';
}

/** A VMA's lock was taken for write, or asserted. */
export interface VmaLockStep {
  readonly ev: 'vmalock';
  readonly name: string;
  /** Number of the VMA, in address order. */
  readonly vma: number;
  /** What was asserted is not so. */
  readonly ok?: false;
}

/** A VMA was changed: detached, taken out of the mm's tree, unlinked from rmap, given an anon_vma, or cut in two at `addr`. */
export interface VmaStep {
  readonly ev: 'vma';
  /** Number of the VMA, in address order. */
  readonly vma: number;
  readonly change: 'detach' | 'erase' | 'unlink' | 'anon' | 'split';
  /** split only: where the new VMA begins. */
  readonly addr?: string;
}

export interface SplitHugeStep {
  readonly ev: 'split_huge';
  readonly level: LevelName;
  readonly addr: string;
  readonly val: string;
}

export interface BadStep {
  readonly ev: 'bad';
  readonly level: LevelName;
  readonly val: string;
}

export interface WarnStep {
  readonly ev: 'warn';
  /** What it is about, where the function does not tell. */
  readonly about?: string;
}

/** A BUG fired, or the kernel panicked: the context ends. */
export interface BugStep {
  readonly ev: 'bug';
  readonly panic?: true;
}

/** Lazy MMU mode was entered or left. */
export interface LazyStep {
  readonly ev: 'lazy';
  readonly on: boolean;
}

/** `dsb`: stores so far are complete; `isb`: later instructions see the changed context. */
export interface BarrierStep {
  readonly ev: 'dsb' | 'isb';
}

/** The TLBs of all CPUs forget this kernel range. */
export interface TlbiStep {
  readonly ev: 'tlbi';
  readonly start: string;
  readonly end: string;
}

/** A page for a table was asked for; `table` null: there was none. */
export interface AllocStep {
  readonly ev: 'alloc';
  readonly table: string | null;
  readonly level: LevelName;
  readonly gfp?: 'kernel' | 'atomic';
  /** Whose table it is to be; null: the allocator is told none. Absent: init_mm's. */
  readonly mm?: string | null;
  /** It is 2^order pages; absent: one. */
  readonly order?: number;
}

/** The constructor of a new table ran. */
export interface CtorStep {
  readonly ev: 'ctor';
  readonly level: LevelName;
  readonly table: string;
  /** Absent where this constructor takes no mm; null where it was given none. */
  readonly mm?: string | null;
  /** The split lock it initialised: in the page's descriptor, or an object of its own; absent: none. */
  readonly lock?: 'embedded' | 'kmem';
  /** There was no memory for the lock, which is an object of its own: nothing has been done, and the constructor answers false. */
  readonly failed?: true;
}

/** The destructor of a table ran. */
export interface DtorStep {
  readonly ev: 'dtor';
  readonly level: LevelName;
  readonly table: string;
}

/** The page of a table was given back. */
export interface FreeStep {
  readonly ev: 'free';
  readonly level: LevelName;
  readonly table: string;
  /** Only queued so far: a worker frees it later. */
  readonly deferred?: true;
}

/** A PTE table in high memory was mapped, so that its entries can be reached, or unmapped again (CONFIG_HIGHPTE). */
export interface KmapStep {
  readonly ev: 'kmap';
  readonly table: string;
  readonly on: boolean;
}

/** A hook in every constructor and destructor (a scenario's `ctorHook`) has write-protected a table, made it writable again, or could not. */
export interface HookStep {
  readonly ev: 'hook';
  readonly level: LevelName;
  readonly table: string;
  readonly does: 'protect' | 'release';
  /** By a store to the direct map's entry of its page, without one, or not at all: that is a block's, or there is none. */
  readonly how: HookOutcome;
}

/** An empty PTE table was put aside for when a huge PMD is split or goes, or (`withdrawn`) taken back. */
export interface DepositStep {
  readonly ev: 'deposit';
  readonly table: string;
  readonly withdrawn?: true;
}

/** The vmalloc area at an address came into the tree of areas, or went out of it. */
export interface AreaStep {
  readonly ev: 'area';
  readonly addr: string;
  readonly change: 'insert' | 'unlink';
}

export interface UnmapAliasesStep {
  readonly ev: 'unmap_aliases';
}

/** One translation that an access may use: the entry, and whether it lets the access through. */
export interface AccessOutcome {
  /** Hardware level of the entry; for a fault, where the walk ends. */
  readonly hw: number;
  readonly value: string;
  /** By a walk of the tables as they are, or by what the CPU may have kept from before, or from the rest of a contiguous group. */
  readonly from: 'walk' | 'tlb';
  readonly ok: boolean;
}

/** The context's CPU used memory: every translation it may have used, at least one, those of a walk first. */
export interface AccessStep {
  readonly ev: 'access';
  readonly kind: 'load' | 'store' | 'fetch';
  readonly addr: string;
  readonly may: readonly AccessOutcome[];
  /** Translations that differ in size or target may be cached at once, which this CPU may answer with an abort. */
  readonly conflict: boolean;
}

/** Code came to a branch that a static key switches, or (`set`) the key was switched: it is on now, or off. */
export interface StaticKeyStep {
  readonly ev: 'static_key';
  readonly name: string;
  readonly on: boolean;
  readonly set?: true;
}

/** Whose lower half of the address space this CPU uses from here on (`efi_set_pgd()`); null: the task's own again. */
export interface SwitchMmStep {
  readonly ev: 'switch_mm';
  readonly mm: string | null;
}

/** All other CPUs were made to wait, with their TLBs emptied and no kernel tables to walk; or were let go. */
export interface StopMachineStep {
  readonly ev: 'stop_machine';
  readonly on: boolean;
}

/**
 * Something that must not happen did, in the step before. `what` is closed; `detail` says it in words, with addresses. wild: an entry
 * that leads to no table was followed; uaf: a freed table was used; lost: a store into a table that nothing points at any more;
 * stale: a store to an entry that another context has written since this one looked; badfree: no table, or freed twice;
 * ptlock: a split lock was taken that no constructor had initialised, or that the destructor had ended.
 * tlb: memory may be used by a translation that a call which has returned was to end; conflict: translations of different size or target
 * may be cached at once; bbm: nothing is mapped while an entry changes that was to stay mapped. sleep: something that may sleep, where
 * that is not allowed; deadlock: contexts wait for each other for ever. doomed: an entry is set where the VMA is detached, so that nobody
 * will clear it again; leftover: a table is freed with an entry in it; missed: a page is mapped that was to be unmapped everywhere.
 */
export interface ViolationStep {
  readonly ev: 'violation';
  readonly what: ViolationKind;
  readonly detail: string;
}

export type ViolationKind =
  | 'wild'
  | 'uaf'
  | 'lost'
  | 'stale'
  | 'badfree'
  | 'ptlock'
  | 'tlb'
  | 'conflict'
  | 'bbm'
  | 'sleep'
  | 'deadlock'
  | 'doomed'
  | 'leftover'
  | 'missed';
