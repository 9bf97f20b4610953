import { callExists, describeCall, findRevision, PROCESS, U64 } from '../engine.ts';
import type {
  ArgumentDescription,
  CallName,
  MmName,
  Scenario,
  ScenarioCall,
  ScenarioContext,
  ScenarioMemory,
  ScenarioOps,
  World,
} from '../engine.ts';
import type { Fold, Scene } from '../state/session.ts';
import { halfOf } from './address.ts';

/** Locks that the form offers. */
export const LOCKS = ['mmap:init_mm', 'mmap:efi_mm', 'mmap:user', 'mem_hotplug'] as const;
export type LockChoice = 'none' | 'read' | 'write';
export type DraftLocks = Readonly<Record<string, LockChoice>>;

/** A call as the form has it: text where the person types, by the argument's name. */
export interface DraftCall {
  readonly fn: CallName;
  /** Text of each argument but the callbacks: hex, digits, `true` or `false`, a name; empty where it is left out. */
  readonly values: Readonly<Record<string, string>>;
  readonly callbacks: readonly string[];
  readonly locks: DraftLocks;
}

export interface DraftContext {
  readonly cpu: number;
  readonly holds: DraftLocks;
  readonly calls: readonly DraftCall[];
}

/** A VMA of the user mm. What the form does not show of it stays as it is. */
export type DraftVma = NonNullable<ListingMemory['vmas']>[number];
type ListingMemory = Extract<ScenarioMemory, { tables: unknown }>;

/** Where in the form: which call of which context. */
export interface DraftPlace {
  readonly ctx: number;
  readonly call: number;
}

/** A scenario as the form has it. */
export interface Draft {
  readonly contexts: readonly DraftContext[];
  /** Tables instead of the scene's. */
  readonly memory: ScenarioMemory | undefined;
  /** Of the user mm; undefined where these tables have none. */
  readonly vmas: readonly DraftVma[] | undefined;
  readonly revision: string;
  readonly fold: Fold;
}

export function draftOf(scene: Scene): Draft {
  const { scenario } = scene;
  return {
    contexts: scenario.contexts.map((context) => ({
      cpu: context.cpu,
      holds: locksIn(context.holds),
      calls: context.calls.map(draftCall),
    })),
    memory: undefined,
    vmas: vmasIn(scenario.memory),
    revision: scene.run.revision,
    fold: scene.fold,
  };
}

function vmasIn(memory: ScenarioMemory): readonly DraftVma[] | undefined {
  if (!('tables' in memory) || !memory.roots.some((root) => root.mm === 'user')) return undefined;
  return memory.vmas ?? [];
}

/** The draft over the tables of a small process, for what is about a user mm where there is none. */
export function withProcess(draft: Draft): Draft {
  return { ...draft, memory: PROCESS, vmas: vmasIn(PROCESS) };
}

function locksIn(locks: ScenarioCall['locks'] = []): DraftLocks {
  return Object.fromEntries(locks.map((lock) => [lock.name, lock.mode]));
}

function draftCall(call: ScenarioCall): DraftCall {
  const values: Record<string, string> = {};
  for (const { name, kind } of describeCall(call.fn).arguments) {
    const value = (call as Readonly<Record<string, unknown>>)[name];
    if (kind === 'callbacks') continue;
    values[name] =
      value === undefined || value === null
        ? ''
        : kind === 'json'
          ? JSON.stringify(value)
          : String(value as string);
  }
  return {
    fn: call.fn,
    values,
    callbacks: 'ops' in call ? call.ops.callbacks : ['pud', 'pmd', 'pte', 'hole'],
    locks: locksIn(call.locks),
  };
}

/** A call of another function, with what carries over from the one before. */
export function callOf(fn: CallName, before: DraftCall): DraftCall {
  const { values } = before;
  const mm = mmOf(before);
  const own = describeCall(before.fn).arguments.find(({ kind }) => kind === 'address')?.name ?? 'start';
  const at = values[own] ?? values['start'] ?? values['addr'] ?? '';
  // What this function does not take is kept for the one after it.
  const made: Record<string, string> = { ...values };
  const names = describeCall(fn).arguments.map(({ name }) => name);
  for (const argument of describeCall(fn).arguments) {
    const known = values[argument.name] ?? '';
    made[argument.name] = known === '' ? usual(argument, at) : known;
  }
  if (names.includes('mm')) made['mm'] = mm;
  if (names.includes('pgd')) made['pgd'] = names.includes('mm') || mm === 'init_mm' ? '' : mm;
  return { ...before, fn, values: made };
}

function usual({ kind, optional, nullable, options, min = 0 }: ArgumentDescription, at: string): string {
  if (optional || nullable) return '';
  switch (kind) {
    case 'address':
      return at;
    case 'bytes':
      return '0x1000';
    case 'count':
      return String(Math.max(1, min));
    case 'number':
      return String(min);
    case 'vma':
    case 'walk-lock':
      return '0';
    case 'yes-no':
      return 'false';
    case 'mm':
    case 'choice':
      return String(options?.[0] ?? '');
    case 'bits':
    case 'physical':
    case 'pfn':
      return '0x0';
    case 'json':
      return '[]';
    default:
      return '';
  }
}

/** Whose tables a call is about, as the form shows it. */
export function mmOf({ fn, values }: DraftCall): MmName {
  const names = describeCall(fn).arguments.map(({ name }) => name);
  const named = names.includes('mm') ? values['mm'] : names.includes('pgd') ? values['pgd'] : undefined;
  if (named === 'efi_mm' || named === 'user') return named;
  // Walks by VMA are of the user mm, and page-table-only walks name their mm or mean the kernel's.
  return aboutUser(fn) ? 'user' : 'init_mm';
}

/** The function is about the user mm, and no argument says so. */
export function aboutUser(fn: CallName): boolean {
  const required = describeCall(fn).arguments.find(({ name }) => name === 'walkLock');
  return (required !== undefined && !required.optional) || fn === 'retract_page_tables';
}

export type DraftField = string;

export type Drafted =
  | { readonly ok: true; readonly scenario: Scenario }
  | {
      readonly ok: false;
      readonly place: DraftPlace | undefined;
      readonly field: DraftField;
      readonly message: string;
    };

/**
 * The scene's scenario as the form says. The message is one sentence. A range the kernel would refuse is no error here: what
 * the kernel makes of it is worth seeing.
 */
export function scenarioOf(scene: Scene, draft: Draft): Drafted {
  const { scenario } = scene;
  const rules = findRevision(draft.revision)?.rules;
  const contexts: ScenarioContext[] = [];
  for (const [c, context] of draft.contexts.entries()) {
    const old = scenario.contexts[c];
    const calls: ScenarioCall[] = [];
    for (const [i, call] of context.calls.entries()) {
      const place = { ctx: c, call: i };
      if (rules !== undefined && !callExists(call.fn, rules))
        return { ok: false, place, field: 'fn', message: `${draft.revision} has no ${call.fn}.` };
      const made = callFrom(call, old?.calls[i]);
      if (!made.ok) return { ...made, place };
      calls.push(made.call);
    }
    const { holds: _holds, ...rest } = old ?? { cpu: context.cpu };
    const holds = locksFrom(context.holds, old?.holds);
    contexts.push({ ...rest, cpu: context.cpu, ...(holds.length > 0 && { holds }), calls });
  }
  const memory = memoryFrom(draft.memory ?? scenario.memory, draft.vmas);
  if ('field' in memory) return memory;
  return {
    ok: true,
    scenario: { ...scenario, title: titleOf(draft), revision: draft.revision, memory, contexts },
  };
}

function memoryFrom(
  memory: ScenarioMemory,
  vmas: readonly DraftVma[] | undefined,
): ScenarioMemory | Extract<Drafted, { ok: false }> {
  if (vmas === undefined || !('tables' in memory)) return memory;
  for (const [i, vma] of vmas.entries()) {
    for (const end of ['start', 'end'] as const) {
      if (U64.parse(vma[end]) === undefined)
        return {
          ok: false,
          place: undefined,
          field: `vma${i}`,
          message: notHex(`${end} of VMA ${i}`, vma[end]),
        };
    }
  }
  const whole = vmas.map((vma) => ({ ...vma, start: canonical(vma.start), end: canonical(vma.end) }));
  const { vmas: _old, ...rest } = memory;
  return { ...rest, ...(whole.length > 0 && { vmas: whole }) };
}

const canonical = (text: string): string => U64.parse(text)?.toHex() ?? text;

function titleOf({ contexts }: Draft): string {
  const [first] = contexts.flatMap((context) => context.calls.slice(0, 1));
  if (first === undefined) return 'A scenario';
  const others = contexts.slice(1).flatMap((context) => context.calls.slice(0, 1).map((call) => call.fn));
  return [`${first.fn} over ${mmOf(first)}`, ...others].join(', ').slice(0, 120);
}

/** The locks chosen, in the form's order; those that the form does not show stay as they were. */
function locksFrom(chosen: DraftLocks, old: ScenarioCall['locks'] = []): NonNullable<ScenarioCall['locks']> {
  const shown: readonly string[] = LOCKS;
  const own = LOCKS.flatMap((name) => {
    const mode = chosen[name] ?? 'none';
    return mode === 'none' ? [] : [{ name: name as string, mode }];
  });
  return [...own, ...old.filter(({ name }) => !shown.includes(name))];
}

type Made =
  | { readonly ok: true; readonly call: ScenarioCall }
  | { readonly ok: false; readonly field: string; readonly message: string };

function callFrom(draft: DraftCall, old: ScenarioCall | undefined): Made {
  const same = old?.fn === draft.fn ? old : undefined;
  const out: Record<string, unknown> = { fn: draft.fn };
  for (const argument of describeCall(draft.fn).arguments) {
    const { name, kind, optional, nullable, options } = argument;
    if (kind === 'callbacks') {
      const rules = old !== undefined && 'ops' in old ? old.ops.rules : undefined;
      const callbacks = (options ?? []).filter((c) => draft.callbacks.includes(String(c)));
      out[name] = { callbacks, ...(rules !== undefined && { rules }) } as ScenarioOps;
      continue;
    }
    const text = (draft.values[name] ?? '').trim();
    if (text === '' && optional) continue;
    if (text === '' && nullable) {
      out[name] = null;
      continue;
    }
    const value = valueOf(argument, text);
    if (value === undefined) return { ok: false, field: name, message: wrongWords(argument, text) };
    out[name] = value.is;
  }
  const locks = locksFrom(draft.locks, same?.locks);
  if (locks.length > 0) out['locks'] = locks;
  return { ok: true, call: out as unknown as ScenarioCall };
}

function valueOf(
  { kind, options, min = 0, max = Infinity }: ArgumentDescription,
  text: string,
): { readonly is: unknown } | undefined {
  switch (kind) {
    case 'address':
    case 'physical':
    case 'bytes':
    case 'pfn':
    case 'bits': {
      const value = U64.parse(text);
      return value && { is: value.toHex() };
    }
    case 'count':
    case 'number':
    case 'vma':
      return /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max
        ? { is: Number(text) }
        : undefined;
    case 'yes-no':
      return { is: text === 'true' };
    case 'json':
      try {
        return { is: JSON.parse(text) as unknown };
      } catch {
        return undefined;
      }
    default: {
      const found = options?.find((option) => String(option) === text);
      return found === undefined ? undefined : { is: found };
    }
  }
}

function wrongWords({ name, kind, min = 0, max }: ArgumentDescription, text: string): string {
  const which = name === 'start' || name === 'end' ? `${name} of the range` : name;
  switch (kind) {
    case 'count':
    case 'number':
    case 'vma':
      return `${name} must be a whole number${max === undefined ? '' : ` from ${min} to ${max}`}.`;
    case 'json':
      return `${name} is no JSON.`;
    default:
      return text === ''
        ? `The ${which} is missing.`
        : `The ${name}, “${text}”, is no hex number of at most 64 bits.`;
  }
}

/**
 * What is odd about walking this range over the chosen mm's tables, in a sentence; undefined where nothing is. Such a walk
 * can be run: the kernel ignores the bits above the ones in use, and looks at the entries of another address.
 */
export function oddRange(
  world: World,
  range: { readonly mm: MmName; readonly start: string; readonly end: string },
): string | undefined {
  if (world.geo.arch !== 'arm64') return undefined;
  const [start, end] = [U64.parse(range.start), U64.parse(range.end)];
  if (start === undefined || end === undefined) return undefined;
  const own = range.mm === 'init_mm' ? 'upper' : 'lower';
  const [first, last] = [halfOf(world.geo, start), halfOf(world.geo, end.sub(U64.ONE))];
  if (first === own && (last === own || end.le(start))) return undefined;
  return first === last && first !== undefined
    ? `This range is in the ${first} half of the addresses; the tables of ${range.mm} translate the ${own} half.`
    : `The tables of ${range.mm} translate the ${own} half of the addresses, and this range leaves it.`;
}

function notHex(which: string, text: string): string {
  return text.trim() === ''
    ? `The ${which} is missing.`
    : `The ${which}, “${text.trim()}”, is no hex number of at most 64 bits.`;
}
