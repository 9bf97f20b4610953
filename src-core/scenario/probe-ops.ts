import { U64 } from '../base/u64.ts';
import type { LevelName } from '../arch/geometry.ts';
import type {
  EntryCallback,
  InstalledPte,
  MmWalk,
  MmWalkOps,
  PageWalkAction,
  PageWalkLock,
} from '../kernel/include/linux/pagewalk.ts';
import { ACTION_AGAIN, ACTION_CONTINUE, ACTION_SUBTREE } from '../kernel/include/linux/pagewalk.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { EntryPtr } from '../step/pointer.ts';
import { LoadRun, readOnce, store } from '../step/op-memory.ts';
import { Callback, CallbackRun, Hole, VmaCallback } from '../step/op-walk.ts';
import type { Walker } from '../step/walker.ts';
import { kernelFunction } from '../step/walker.ts';
import type { ScenarioOps, ScenarioRule } from './schema.ts';

const ACTIONS: Readonly<Record<'subtree' | 'continue' | 'again', PageWalkAction>> = {
  subtree: ACTION_SUBTREE,
  continue: ACTION_CONTINUE,
  again: ACTION_AGAIN,
};

/**
 * The `struct mm_walk_ops` of a scenario's walk, as a test module would have it: each callback reads its entry once, says what
 * it saw, and does what the scenario's rules ask at that call. Calls are counted per callback from 1, over the whole walk;
 * so each walk needs ops of its own.
 */
export function probeOps(ops: ScenarioOps, walkLock?: PageWalkLock): MmWalkOps {
  const rules = ops.rules ?? [];
  const has = (name: ScenarioOps['callbacks'][number]): boolean => ops.callbacks.includes(name);
  const entry = (level: LevelName): EntryCallback =>
    entryCallback(
      level,
      rules.filter((r) => r.cb === level),
    );
  const pteRules = rules.some((r) => r.cb === 'pte');
  return {
    ...(has('pgd') ? { pgdEntry: entry('pgd') } : {}),
    ...(has('p4d') ? { p4dEntry: entry('p4d') } : {}),
    ...(has('pud') ? { pudEntry: entry('pud') } : {}),
    ...(has('pmd') ? { pmdEntry: entry('pmd') } : {}),
    ...(has('pte') ? { pteEntry: entry('pte'), ...(pteRules ? {} : { pteEntryRun }) } : {}),
    ...(has('hole') ? { pteHole: holeCallback(rules.filter((r) => r.cb === 'hole')) } : {}),
    ...(has('test_walk') ? { testWalk: vmaCallback('test_walk', rules) } : {}),
    ...(has('pre_vma') ? { preVma: vmaCallback('pre_vma', rules) } : {}),
    ...(has('post_vma') ? { postVma } : {}),
    ...(walkLock === undefined ? {} : { walkLock }),
    ...(has('install') ? { installPte: installCallback(rules.filter((r) => r.cb === 'install')) } : {}),
    ...(has('hugetlb') ? { hugetlbEntry: hugetlbCallback(rules.filter((r) => r.cb === 'hugetlb')) } : {}),
  };
}

function entryCallback(level: LevelName, rules: readonly ScenarioRule[]): EntryCallback {
  let calls = 0;
  return kernelFunction(
    { name: `${level}_entry`, file: '', lines: {} },
    function* (_k: Kernel, at: EntryPtr, addr: U64, next: U64, walk: MmWalk): Walker<number> {
      calls++;
      yield* new Callback(level, addr, next, yield* readOnce(at));
      let ret = 0;
      for (const rule of rules) {
        if (rule.n !== calls) continue;
        if (rule.write !== null) yield* store(at, U64.hex(rule.write));
        if (rule.action !== null) walk.action = ACTIONS[rule.action];
        if (rule.ret !== 0) ret = rule.ret;
      }
      return ret;
    },
  );
}

/** The pte callback over a run of slots: without rules it only looks. */
const pteEntryRun: NonNullable<MmWalkOps['pteEntryRun']> = kernelFunction(
  { name: 'pte_entry', file: '', lines: {} },
  function* (_k: Kernel, first: EntryPtr, addr: U64, n: number): Walker<number | undefined> {
    if ((yield* new LoadRun(first, n)) === undefined) return undefined;
    yield* new CallbackRun(first, addr, n);
    return 0;
  },
);

/** hugetlb_entry: told as a callback for an entry of whichever level maps the huge page. */
function hugetlbCallback(rules: readonly ScenarioRule[]): NonNullable<MmWalkOps['hugetlbEntry']> {
  let calls = 0;
  return kernelFunction(
    { name: 'hugetlb_entry', file: '', lines: {} },
    function* (_k: Kernel, at: EntryPtr, _hmask: U64, addr: U64, next: U64, walk: MmWalk): Walker<number> {
      calls++;
      yield* new Callback(at.level, addr, next, yield* readOnce(at, 'huge_ptep_get'));
      let ret = 0;
      for (const rule of rules) {
        if (rule.n !== calls) continue;
        if (rule.write !== null) yield* store(at, U64.hex(rule.write));
        if (rule.action !== null) walk.action = ACTIONS[rule.action];
        if (rule.ret !== 0) ret = rule.ret;
      }
      return ret;
    },
  );
}

/** What is installed where no rule says otherwise: the marker of a guard region. */
const GUARD_MARKER = U64.from(0x47c0);

/** install_pte: gives what the rule for this call writes. */
function installCallback(rules: readonly ScenarioRule[]): NonNullable<MmWalkOps['installPte']> {
  let calls = 0;
  return kernelFunction(
    { name: 'install_pte', file: '', lines: {} },
    function* (_k: Kernel, addr: U64, next: U64, walk: MmWalk): Walker<InstalledPte> {
      calls++;
      yield* new Callback('pte', addr, next, U64.ZERO);
      let [err, pte] = [0, GUARD_MARKER];
      for (const rule of rules) {
        if (rule.n !== calls) continue;
        if (rule.write !== null) pte = U64.hex(rule.write);
        if (rule.action !== null) walk.action = ACTIONS[rule.action];
        if (rule.ret !== 0) err = rule.ret;
      }
      return { err, pte };
    },
  );
}

function holeCallback(rules: readonly ScenarioRule[]): NonNullable<MmWalkOps['pteHole']> {
  let calls = 0;
  return kernelFunction(
    { name: 'pte_hole', file: '', lines: {} },
    function* (_k: Kernel, addr: U64, next: U64, depth: number, walk: MmWalk): Walker<number> {
      calls++;
      yield* new Hole(addr, next, depth);
      let ret = 0;
      for (const rule of rules) {
        if (rule.n !== calls) continue;
        if (rule.action !== null) walk.action = ACTIONS[rule.action];
        if (rule.ret !== 0) ret = rule.ret;
      }
      return ret;
    },
  );
}

function vmaCallback(
  name: 'test_walk' | 'pre_vma',
  all: readonly ScenarioRule[],
): NonNullable<MmWalkOps['testWalk']> {
  const rules = all.filter((r) => r.cb === name);
  let calls = 0;
  return kernelFunction(
    { name, file: '', lines: {} },
    function* (_k: Kernel, start: U64, end: U64, walk: MmWalk): Walker<number> {
      calls++;
      yield* new VmaCallback(name, start, end);
      let ret = 0;
      for (const rule of rules) {
        if (rule.n !== calls) continue;
        if (rule.action !== null) walk.action = ACTIONS[rule.action];
        if (rule.ret !== 0) ret = rule.ret;
      }
      return ret;
    },
  );
}

const postVma: NonNullable<MmWalkOps['postVma']> = kernelFunction(
  { name: 'post_vma', file: '', lines: {} },
  function* (): Walker<void> {
    yield* new VmaCallback('post_vma', U64.ZERO, U64.ZERO);
  },
);
