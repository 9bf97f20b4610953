import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { REVISIONS } from '../revision/revisions.ts';
import { isUserCall } from './calls-user-names.ts';
import { nearest } from './check-nearest.ts';
import { checkConfig } from './config.ts';
import { worldFromListing } from './listing-world.ts';
import type { Scenario, ScenarioCall, ScenarioContext, ScenarioOps } from './schema.ts';
import { isVmaWalk } from './vma-walks.ts';

/** Locks a scenario may take or hold by name; the kernel functions take the others themselves. */
const LOCKS: readonly string[] = [
  'mmap:init_mm',
  'mmap:efi_mm',
  'mmap:user',
  'mem_hotplug',
  'pgtable_split_lock',
  'fixmap_lock',
  'rcu',
];

/** The lock of a VMA by its number, and the i_mmap_rwsem of a file by its. */
const NUMBERED_LOCK = /^(vma|i_mmap):(?:0|[1-9]\d{0,2})$/;

/**
 * What the shape alone can't tell: the revision exists, tables can be built, names refer to something. The first problem
 * comes back with its path. An empty range or an address of the other half is no problem: what the kernel makes of it is
 * worth seeing.
 */
export function checkScenario(
  scenario: Scenario,
  revisions: readonly { readonly id: string }[] = REVISIONS,
): Result<Scenario> {
  const ids = revisions.map((r) => r.id);
  if (!ids.includes(scenario.revision)) {
    const close = nearest(scenario.revision, ids);
    return problem(
      'revision',
      `${JSON.stringify(scenario.revision)} is no revision; ${close.length > 0 ? 'near it' : 'there'} ${(close.length || ids.length) === 1 ? 'is' : 'are'} ${(close.length > 0 ? close : ids).join(', ')}`,
    );
  }
  // With a capture, which mms there are is known only once it is loaded.
  let mms: readonly string[] | undefined;
  if ('tables' in scenario.memory) {
    const world = worldFromListing(scenario.memory);
    if (!world.ok) return world;
    mms = world.value.mms.map((m) => m.name);
  }
  for (const [c, context] of scenario.contexts.entries()) {
    const found = checkContext(context, `contexts[${c}]`, mms);
    if (!found.ok) return found;
  }
  const config = checkConfig(scenario.config ?? {});
  if (!config.ok) return config;
  const clash = checkHolds(scenario.contexts);
  return clash.ok ? ok(scenario) : clash;
}

const fine: Result<undefined> = ok(undefined);

function checkContext(
  context: ScenarioContext,
  path: string,
  mms: readonly string[] | undefined,
): Result<undefined> {
  const holds = checkLocks(context.holds ?? [], `${path}.holds`, mms);
  if (!holds.ok) return holds;
  for (const [i, call] of context.calls.entries()) {
    const found = checkCall(call, `${path}.calls[${i}]`, mms);
    if (!found.ok) return found;
  }
  return fine;
}

function checkCall(call: ScenarioCall, path: string, mms: readonly string[] | undefined): Result<undefined> {
  const named: readonly (readonly [string, string | null | undefined])[] = [
    ['mm', 'mm' in call ? call.mm : undefined],
    ['pgd', 'pgd' in call ? call.pgd : undefined],
    // Walks by VMA are of the user mm.
    ['fn', isVmaWalk(call) || isUserCall(call) || call.fn === 'retract_page_tables' ? 'user' : undefined],
  ];
  for (const [key, name] of named) {
    if (typeof name === 'string' && mms !== undefined && !mms.includes(name))
      return problem(`${path}.${key}`, `${name} has no root in memory.roots`);
  }
  if ('ops' in call) {
    const ops = checkOps(call.ops, `${path}.ops`);
    if (!ops.ok) return ops;
  }
  return checkLocks(call.locks ?? [], `${path}.locks`, mms);
}

/** Callbacks that are given no entry. */
const WITHOUT_ENTRY: readonly string[] = ['hole', 'test_walk', 'pre_vma', 'post_vma'];

function checkOps({ callbacks, rules }: ScenarioOps, path: string): Result<undefined> {
  for (const [i, callback] of callbacks.entries()) {
    if (callbacks.indexOf(callback) !== i)
      return problem(`${path}.callbacks[${i}]`, `${callback} is listed twice`);
  }
  for (const [i, rule] of (rules ?? []).entries()) {
    const at = `${path}.rules[${i}]`;
    if (!callbacks.includes(rule.cb)) return problem(`${at}.cb`, `${rule.cb} is not among the callbacks`);
    if (rule.n < 1) return problem(`${at}.n`, 'calls are counted from 1');
    if (WITHOUT_ENTRY.includes(rule.cb) && rule.write !== null)
      return problem(`${at}.write`, `a ${rule.cb} callback is given no entry to write`);
    if (rule.cb === 'post_vma' && (rule.ret !== 0 || rule.action !== null))
      return problem(at, 'a post_vma callback returns nothing and comes too late to set an action');
  }
  return fine;
}

type Locks = NonNullable<ScenarioContext['holds']>;

function checkLocks(locks: Locks, path: string, mms: readonly string[] | undefined): Result<undefined> {
  for (const [i, { name, mode }] of locks.entries()) {
    const at = `${path}[${i}].name`;
    const numbered = NUMBERED_LOCK.exec(name);
    if (!LOCKS.includes(name) && numbered === null)
      return problem(
        at,
        `${JSON.stringify(name)} is no lock a scenario can name; there are ${LOCKS.join(', ')}, vma:<number>, i_mmap:<number>`,
      );
    if (numbered?.[1] === 'vma' && mms !== undefined && !mms.includes('user'))
      return problem(at, 'is that of a VMA of user, which has no root in memory.roots');
    if (name === 'rcu' && mode === 'write')
      return problem(`${path}[${i}].mode`, 'RCU has read sections only: read is wanted');
    const mm = name.startsWith('mmap:') ? name.slice(5) : undefined;
    if (mm !== undefined && mms !== undefined && !mms.includes(mm))
      return problem(at, `${mm} has no root in memory.roots`);
  }
  return fine;
}

/** What is held before the first step must be possible: a lock held for write is held by nobody else. */
function checkHolds(contexts: readonly ScenarioContext[]): Result<undefined> {
  const holders = new Map<string, { write: boolean }>();
  for (const [c, context] of contexts.entries()) {
    for (const [i, { name, mode }] of (context.holds ?? []).entries()) {
      if (name === 'rcu') continue;
      const other = holders.get(name);
      if (other !== undefined && (other.write || mode === 'write'))
        return problem(
          `contexts[${c}].holds[${i}]`,
          `${name} is held for write and by another holder at once`,
        );
      holders.set(name, { write: mode === 'write' });
    }
  }
  return fine;
}
