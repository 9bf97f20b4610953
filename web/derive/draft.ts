import { callExists, findRevision, U64 } from '../engine.ts';
import type { CallName, MmName, Scenario, ScenarioCall, World } from '../engine.ts';
import type { Fold, Scene } from '../state/session.ts';
import { halfOf } from './address.ts';

export const CALLBACKS = ['pgd', 'p4d', 'pud', 'pmd', 'pte', 'hole', 'install'] as const;
export type CallbackName = (typeof CALLBACKS)[number];

/** Functions that the form sets up: the walks of kernel tables. */
export const WALKS = [
  'walk_kernel_page_table_range_lockless',
  'walk_kernel_page_table_range',
  'walk_page_range_debug',
] as const satisfies readonly CallName[];
export type WalkName = (typeof WALKS)[number];
type Walk = Extract<ScenarioCall, { fn: WalkName }>;

/** The call, if the form knows its kind. */
function walkOf(call: ScenarioCall | undefined): Walk | undefined {
  const known: readonly string[] = WALKS;
  return call !== undefined && known.includes(call.fn) ? (call as Walk) : undefined;
}

/** Locks that the form offers. */
export const LOCKS = ['mmap:init_mm', 'mmap:efi_mm', 'mmap:user', 'mem_hotplug'] as const;
export type LockChoice = 'none' | 'read' | 'write';

/** A walk as the form has it: text where the person types. */
export interface Draft {
  readonly fn: WalkName;
  readonly mm: MmName;
  readonly start: string;
  readonly end: string;
  readonly callbacks: readonly CallbackName[];
  readonly locks: Readonly<Record<string, LockChoice>>;
  readonly revision: string;
  readonly fold: Fold;
}

export function draftOf(scene: Scene): Draft {
  const call = walkOf(scene.scenario.contexts[0]?.calls[0]);
  return {
    fn: call?.fn ?? 'walk_kernel_page_table_range_lockless',
    mm: call?.fn === 'walk_page_range_debug' ? call.mm : (call?.pgd ?? 'init_mm'),
    start: call?.start ?? '',
    end: call?.end ?? '',
    callbacks: CALLBACKS.filter((c) => (call?.ops.callbacks ?? ['pud', 'pmd', 'pte', 'hole']).includes(c)),
    locks: Object.fromEntries((call?.locks ?? []).map((lock) => [lock.name, lock.mode])),
    revision: scene.run.revision,
    fold: scene.fold,
  };
}

export type DraftField = 'fn' | 'start' | 'end';

export type Drafted =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly field: DraftField; readonly message: string };

/**
 * The scene's scenario with its first call as the form says. The message is one sentence. A range the kernel would refuse is
 * no error here: what the kernel makes of it is worth seeing.
 */
export function scenarioOf(scene: Scene, draft: Draft): Drafted {
  const rules = findRevision(draft.revision)?.rules;
  if (rules !== undefined && !callExists(draft.fn, rules))
    return { ok: false, field: 'fn', message: `${draft.revision} has no ${draft.fn}.` };
  const start = U64.parse(draft.start);
  if (start === undefined) return { ok: false, field: 'start', message: notHex('start', draft.start) };
  const end = U64.parse(draft.end);
  if (end === undefined) return { ok: false, field: 'end', message: notHex('end', draft.end) };
  const { scenario } = scene;
  const [first, ...others] = scenario.contexts;
  const old = walkOf(first?.calls[0]);
  const locks = LOCKS.flatMap((name) => {
    const mode = draft.locks[name] ?? 'none';
    return mode === 'none' ? [] : [{ name: name as string, mode }];
  });
  const shared = {
    start: start.toHex(),
    end: end.toHex(),
    ops: {
      ...(old?.ops.rules !== undefined && { rules: old.ops.rules }),
      callbacks: CALLBACKS.filter((c) => draft.callbacks.includes(c)),
    },
    ...(locks.length > 0 && { locks }),
  };
  const call: ScenarioCall =
    draft.fn === 'walk_page_range_debug'
      ? { fn: draft.fn, mm: draft.mm, ...shared }
      : { fn: draft.fn, ...shared, ...(draft.mm !== 'init_mm' && { pgd: draft.mm }) };
  return {
    ok: true,
    scenario: {
      ...scenario,
      title: `${draft.fn} over ${draft.mm}`,
      revision: draft.revision,
      contexts: [{ ...(first ?? { cpu: 0 }), calls: [call, ...(first?.calls.slice(1) ?? [])] }, ...others],
    },
  };
}

/**
 * What is odd about walking this range over the chosen mm's tables, in a sentence; undefined where nothing is. Such a walk
 * can be run: the kernel ignores the bits above the ones in use, and looks at the entries of another address.
 */
export function oddRange(world: World, draft: Pick<Draft, 'mm' | 'start' | 'end'>): string | undefined {
  if (world.geo.arch !== 'arm64') return undefined;
  const [start, end] = [U64.parse(draft.start), U64.parse(draft.end)];
  if (start === undefined || end === undefined) return undefined;
  const own = draft.mm === 'init_mm' ? 'upper' : 'lower';
  const [first, last] = [halfOf(world.geo, start), halfOf(world.geo, end.sub(U64.ONE))];
  if (first === own && (last === own || end.le(start))) return undefined;
  return first === last && first !== undefined
    ? `This range is in the ${first} half of the addresses; the tables of ${draft.mm} translate the ${own} half.`
    : `The tables of ${draft.mm} translate the ${own} half of the addresses, and this range leaves it.`;
}

function notHex(which: string, text: string): string {
  return text.trim() === ''
    ? `The ${which} of the range is missing.`
    : `The ${which}, “${text.trim()}”, is no hex number of at most 64 bits.`;
}
