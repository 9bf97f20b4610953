import { U64 } from '../base/u64.ts';
import type { LevelName } from '../arch/geometry.ts';
import { LEVEL_NAMES } from '../arch/geometry.ts';
import type { LockMode } from '../step/lock.ts';
import type { AccessOutcome, Slot, StepEvent, StepKind, ViolationStep } from '../step/step.ts';
import type { TableAddresses } from './text-grammar.ts';
import { usualHelper, usualHw } from './text-grammar.ts';
import { parseSize, splitPair, unquote } from './text-tokens.ts';

/** What a line leaves out because it was said before. */
export interface LineState {
  readonly rootHw: number;
  readonly addresses: TableAddresses;
}

/** Reads the tokens after an event's name; undefined if they don't say such an event. */
type EventParser = (tokens: readonly string[], state: LineState) => StepEvent | undefined;

const VIOLATIONS: Readonly<Record<ViolationStep['what'], true>> = {
  wild: true,
  uaf: true,
  lost: true,
  stale: true,
  badfree: true,
  ptlock: true,
  tlb: true,
  conflict: true,
  bbm: true,
  sleep: true,
  deadlock: true,
  doomed: true,
  leftover: true,
  missed: true,
};

function isViolation(text: string): text is ViolationStep['what'] {
  return Object.hasOwn(VIOLATIONS, text);
}

function hex(token: string | undefined): string | undefined {
  return token !== undefined && /^[0-9a-f]{1,16}$/.test(token) ? `0x${token}` : undefined;
}

function integer(token: string | undefined): number | undefined {
  if (token === undefined || !/^-?\d{1,15}$/.test(token)) return undefined;
  return Number(token);
}

function level(token: string | undefined): LevelName | undefined {
  return LEVEL_NAMES.find((l) => l === token);
}

function mode(token: string | undefined): LockMode | undefined {
  return token === 'read' || token === 'write' ? token : undefined;
}

function range(token: string | undefined): { readonly addr: string; readonly next: string } | undefined {
  const m = /^([0-9a-f]{1,16})\+(\w+)$/.exec(token ?? '');
  const addr = hex(m?.[1]);
  const size = parseSize(m?.[2] ?? '');
  if (addr === undefined || size === undefined) return undefined;
  return { addr, next: U64.hex(addr).add(size).toHex() };
}

interface Flags {
  readonly once: boolean;
  readonly dead: boolean;
  readonly atomic: boolean;
  readonly by: string | undefined;
  readonly count: { readonly count?: number };
  readonly growth: { readonly dold?: string; readonly dnew?: string };
  readonly hw: number | undefined;
  /** Null: said to have none; undefined: not said. */
  readonly va: string | null | undefined;
}

/** `once`, `dead`, `atomic`, `by=pmd_none`, `x512`, `dold=…`, `dnew=…`, `hw=1`, `va=…`, each at most once. */
function flags(tokens: readonly string[], allowed: readonly string[]): Flags | undefined {
  const seen = new Map<string, string>();
  for (const token of tokens) {
    const [, name = '', value = ''] = /^(once|dead|atomic|by=|x|dold=|dnew=|hw=|va=)(.*)$/s.exec(token) ?? [];
    if (!allowed.includes(name) || seen.has(name)) return undefined;
    seen.set(name, value);
  }
  const bareFlags = [seen.get('once'), seen.get('dead'), seen.get('atomic')];
  if (bareFlags.some((v) => v !== undefined && v !== '')) return undefined;
  const count = integer(seen.get('x'));
  const hw = integer(seen.get('hw='));
  const vaToken = seen.get('va=');
  const va = vaToken === '-' ? null : hex(vaToken);
  if (vaToken !== undefined && va === undefined) return undefined;
  if ((seen.has('x') && count === undefined) || (seen.has('hw=') && hw === undefined)) return undefined;
  const by = seen.has('by=') ? unquote(seen.get('by=') ?? '') : undefined;
  if (seen.has('by=') && by === undefined) return undefined;
  const [dold, dnew] = [hex(seen.get('dold=')), hex(seen.get('dnew='))];
  if ((seen.has('dold=') && dold === undefined) || (seen.has('dnew=') && dnew === undefined))
    return undefined;
  return {
    once: seen.has('once'),
    dead: seen.has('dead'),
    atomic: seen.has('atomic'),
    by,
    count: count === undefined ? {} : { count },
    growth: { ...(dold === undefined ? {} : { dold }), ...(dnew === undefined ? {} : { dnew }) },
    hw,
    va,
  };
}

/** `pmd 7fffe000[15]` and the flags that say where it is. */
function slot(
  of: LevelName | undefined,
  token: string | undefined,
  found: Flags | undefined,
  state: LineState,
): (Slot & { readonly level: LevelName }) | undefined {
  const m = /^([0-9a-f]{1,16})\[(\d{1,9})\]$/.exec(token ?? '');
  const table = hex(m?.[1]);
  if (of === undefined || table === undefined || found === undefined) return undefined;
  const at = { hw: found.hw ?? usualHw(of, state.rootHw), table, idx: Number(m?.[2]) };
  const va = found.va === undefined ? state.addresses.expected(at, found.dead) : found.va;
  if (va === undefined) return undefined;
  if (found.va !== undefined) state.addresses.learn({ ...at, va }, found.dead);
  return { ...at, va, level: of };
}

const PARSERS: Readonly<Record<StepKind, EventParser>> = {
  call: (tokens) => {
    const pairs = tokens.map(splitPair);
    const args = pairs.filter((p) => p !== undefined);
    return args.length < pairs.length ? undefined : { ev: 'call', args: Object.fromEntries(args) };
  },
  return: (tokens) => {
    const ret = integer(tokens[0]);
    return ret === undefined || tokens.length !== 1 ? undefined : { ev: 'return', ret };
  },
  load: ([levelToken, at, value, ...rest], state) => {
    const found = flags(rest, ['once', 'dead', 'by=', 'x', 'hw=', 'va=']);
    const place = slot(level(levelToken), at, found, state);
    const read = hex(value);
    if (place === undefined || found === undefined || read === undefined) return undefined;
    const by = found.by ?? usualHelper(place.level, found.once);
    if (by === undefined) return undefined;
    return { ev: 'load', ...place, value: read, by, once: found.once, dead: found.dead, ...found.count };
  },
  set: ([levelToken, at, from, arrow, to, ...rest], state) => {
    const found = flags(rest, ['atomic', 'x', 'dold=', 'dnew=', 'hw=', 'va=']);
    const place = slot(level(levelToken), at, found, state);
    const [old, now] = [hex(from), hex(to)];
    if (place === undefined || found === undefined || old === undefined || now === undefined)
      return undefined;
    return arrow === '->'
      ? {
          ev: 'set',
          ...place,
          old,
          new: now,
          ...(found.atomic ? { atomic: true } : {}),
          ...found.count,
          ...found.growth,
        }
      : undefined;
  },
  lock: (tokens) => lockEvent('lock', tokens),
  unlock: (tokens) => lockEvent('unlock', tokens),
  trylock: ([nameToken, modeToken, verdict, ...rest]) => {
    const name = unquote(nameToken ?? '"');
    const how = mode(modeToken);
    if (name === undefined || how === undefined || rest.length > 0) return undefined;
    if (verdict !== 'ok' && verdict !== 'FAILED') return undefined;
    return { ev: 'trylock', name, mode: how, ok: verdict === 'ok' };
  },
  wait: (tokens) => lockEvent('wait', tokens),
  downgrade: ([nameToken, ...rest]) => {
    const name = unquote(nameToken ?? '"');
    return name === undefined || rest.length > 0 ? undefined : { ev: 'downgrade', name };
  },
  gp: ([phase, ...rest]) =>
    (phase === 'start' || phase === 'end') && rest.length === 0 ? { ev: 'gp', phase } : undefined,
  assert: ([nameToken, mmToken, verdict, ...rest]) => {
    const name = unquote(nameToken ?? '"');
    const mm = unquote(mmToken ?? '"');
    if (name === undefined || mm === undefined || rest.length > 0) return undefined;
    if (verdict !== 'ok' && verdict !== 'FAILED') return undefined;
    return { ev: 'assert', name, mm, ok: verdict === 'ok' };
  },
  cb: ([levelToken, over, value, ...rest]) => {
    const of = level(levelToken);
    const covered = range(over);
    const val = hex(value);
    const found = flags(rest, ['x']);
    if (of === undefined || covered === undefined || val === undefined || found === undefined)
      return undefined;
    return { ev: 'cb', level: of, ...covered, val, ...found.count };
  },
  hole: ([over, depthWord, depthToken, ...rest]) => {
    const covered = range(over);
    const depth = integer(depthToken);
    if (covered === undefined || depth === undefined || depthWord !== 'depth' || rest.length > 0)
      return undefined;
    return { ev: 'hole', ...covered, depth };
  },
  bad: ([levelToken, value, ...rest]) => {
    const of = level(levelToken);
    const val = hex(value);
    return of === undefined || val === undefined || rest.length > 0
      ? undefined
      : { ev: 'bad', level: of, val };
  },
  test_walk: (tokens) => vmaCallback('test_walk', tokens),
  pre_vma: (tokens) => vmaCallback('pre_vma', tokens),
  post_vma: (tokens) => alone('post_vma', tokens),
  vmalock: ([nameToken, number, ...rest]) => {
    const name = unquote(nameToken ?? '"');
    const vma = integer(number);
    if (name === undefined || vma === undefined) return undefined;
    if (rest.length === 0) return { ev: 'vmalock', name, vma };
    return rest.length === 1 && rest[0] === 'FAILED' ? { ev: 'vmalock', name, vma, ok: false } : undefined;
  },
  vma: ([numberToken, change, at, ...rest]) => {
    const vma = integer(numberToken);
    const addr = at === undefined ? undefined : hex(at);
    if (vma === undefined || rest.length > 0 || (at === undefined) !== (addr === undefined)) return undefined;
    if (change === 'split') return addr === undefined ? undefined : { ev: 'vma', vma, change, addr };
    if (change !== 'detach' && change !== 'erase' && change !== 'unlink' && change !== 'anon')
      return undefined;
    return addr === undefined ? { ev: 'vma', vma, change } : undefined;
  },
  split_huge: ([levelToken, at, value, ...rest]) => {
    const of = level(levelToken);
    const [addr, val] = [hex(at), hex(value)];
    if (of === undefined || addr === undefined || val === undefined || rest.length > 0) return undefined;
    return { ev: 'split_huge', level: of, addr, val };
  },
  warn: ([aboutToken, ...rest]) => {
    if (aboutToken === undefined) return { ev: 'warn' };
    const about = unquote(aboutToken);
    return about === undefined || rest.length > 0 ? undefined : { ev: 'warn', about };
  },
  bug: ([panic, ...rest]) =>
    rest.length > 0 || (panic !== undefined && panic !== 'panic')
      ? undefined
      : { ev: 'bug', ...(panic === undefined ? {} : { panic: true as const }) },
  lazy: ([state, ...rest]) =>
    (state === 'on' || state === 'off') && rest.length === 0 ? { ev: 'lazy', on: state === 'on' } : undefined,
  dsb: (tokens) => alone('dsb', tokens),
  isb: (tokens) => alone('isb', tokens),
  tlbi: ([over, ...rest]) => {
    const covered = range(over);
    return covered === undefined || rest.length > 0
      ? undefined
      : { ev: 'tlbi', start: covered.addr, end: covered.next };
  },
  alloc: (tokens) => allocStep(tokens),
  ctor: (tokens) => ctorStep(tokens),
  dtor: (tokens) => {
    const at = tableOf(tokens);
    return at === undefined || tokens.length > 2 ? undefined : { ev: 'dtor', ...at };
  },
  free: (tokens) => {
    const at = tableOf(tokens);
    const [, , deferred, ...rest] = tokens;
    if (at === undefined || rest.length > 0) return undefined;
    if (deferred === undefined) return { ev: 'free', ...at };
    return deferred === 'deferred' ? { ev: 'free', ...at, deferred: true } : undefined;
  },
  hook: (tokens) => hookStep(tokens),
  area: ([at, change, ...rest]) => {
    const addr = hex(at);
    if (addr === undefined || rest.length > 0) return undefined;
    return change === 'insert' || change === 'unlink' ? { ev: 'area', addr, change } : undefined;
  },
  deposit: ([at, withdrawn, ...rest]) => {
    const table = hex(at);
    if (table === undefined || rest.length > 0) return undefined;
    if (withdrawn === undefined) return { ev: 'deposit', table };
    return withdrawn === 'withdrawn' ? { ev: 'deposit', table, withdrawn: true } : undefined;
  },
  kmap: ([at, state, ...rest]) => {
    const table = hex(at);
    if (table === undefined || rest.length > 0 || (state !== 'on' && state !== 'off')) return undefined;
    return { ev: 'kmap', table, on: state === 'on' };
  },
  unmap_aliases: (tokens) => alone('unmap_aliases', tokens),
  access: ([kind, at, ...rest]) => {
    const addr = hex(at);
    const conflict = rest[rest.length - 1] === 'conflict';
    const may = outcomes(conflict ? rest.slice(0, -1) : rest);
    if ((kind !== 'load' && kind !== 'store' && kind !== 'fetch') || addr === undefined || may === undefined)
      return undefined;
    return { ev: 'access', kind, addr, may, conflict };
  },
  stop_machine: ([state, ...rest]) =>
    (state === 'on' || state === 'off') && rest.length === 0
      ? { ev: 'stop_machine', on: state === 'on' }
      : undefined,
  switch_mm: ([mm, ...rest]) =>
    mm === undefined || rest.length > 0 ? undefined : { ev: 'switch_mm', mm: mm === '-' ? null : mm },
  static_key: ([nameToken, state, set, ...rest]) => {
    const name = unquote(nameToken ?? '"');
    if (name === undefined || (state !== 'on' && state !== 'off') || rest.length > 0) return undefined;
    if (set !== undefined && set !== 'set') return undefined;
    return {
      ev: 'static_key',
      name,
      on: state === 'on',
      ...(set === undefined ? {} : { set: true as const }),
    };
  },
  violation: ([what, detailToken, ...rest]) => {
    const detail = unquote(detailToken ?? '"');
    if (what === undefined || !isViolation(what) || detail === undefined || rest.length > 0) return undefined;
    return { ev: 'violation', what, detail };
  },
};

/** `walk 3 e8000041e05703 ok`, as many as there are. */
function outcomes(tokens: readonly string[]): AccessOutcome[] | undefined {
  const out: AccessOutcome[] = [];
  for (let i = 0; i < tokens.length; i += 4) {
    const [from, at, token, end] = tokens.slice(i, i + 4);
    const [hw, value] = [integer(at), hex(token)];
    if ((from !== 'walk' && from !== 'tlb') || hw === undefined || value === undefined) return undefined;
    if (end !== 'ok' && end !== 'fault') return undefined;
    out.push({ hw, value, from, ok: end === 'ok' });
  }
  return out;
}

/** An event without fields. */
function alone<E extends 'post_vma' | 'dsb' | 'isb' | 'unmap_aliases'>(
  ev: E,
  tokens: readonly string[],
): { readonly ev: E } | undefined {
  return tokens.length === 0 ? { ev } : undefined;
}

function vmaCallback(ev: 'test_walk' | 'pre_vma', tokens: readonly string[]): StepEvent | undefined {
  const covered = range(tokens[0]);
  return covered === undefined || tokens.length !== 1 ? undefined : { ev, ...covered };
}

function lockEvent(ev: 'lock' | 'unlock' | 'wait', tokens: readonly string[]): StepEvent | undefined {
  const name = unquote(tokens[0] ?? '"');
  const how = mode(tokens[1]);
  return name === undefined || how === undefined || tokens.length !== 2 ? undefined : { ev, name, mode: how };
}

export function isEvent(name: string): name is StepKind {
  return Object.hasOwn(PARSERS, name);
}

/** The event that a step's line says; undefined if its fields are not those of such an event. */
export function parseEvent(ev: StepKind, tokens: readonly string[], state: LineState): StepEvent | undefined {
  return PARSERS[ev](tokens, state);
}

/** Level and table of an event about one. */
function tableOf(
  tokens: readonly string[],
): { readonly level: LevelName; readonly table: string } | undefined {
  const of = level(tokens[0]);
  const table = hex(tokens[1]);
  return of === undefined || table === undefined ? undefined : { level: of, table };
}

/** `mm=efi_mm`, `mm=-`; undefined where it is neither. */
function mmOf(token: string): string | null | undefined {
  return token === 'mm=-' ? null : unquote(/^mm=(.*)$/s.exec(token)?.[1] ?? '"');
}

function allocStep([levelToken, page, ...rest]: readonly string[]): StepEvent | undefined {
  const of = level(levelToken);
  const table = page === '-' ? null : hex(page);
  if (of === undefined || table === undefined) return undefined;
  const tokens = [...rest];
  const gfp = tokens[0] === 'kernel' || tokens[0] === 'atomic' ? tokens.shift() : undefined;
  const mm = tokens[0]?.startsWith('mm=') === true ? mmOf(tokens.shift() ?? '') : undefined;
  const order = /^order=([1-9]\d?)$/.exec(tokens[0] ?? '')?.[1];
  const read = (gfp === undefined ? 0 : 1) + (mm === undefined ? 0 : 1) + (order === undefined ? 0 : 1);
  if (read !== rest.length) return undefined;
  return {
    ev: 'alloc',
    table,
    level: of,
    ...(gfp === 'kernel' || gfp === 'atomic' ? { gfp } : {}),
    ...(mm === undefined ? {} : { mm }),
    ...(order === undefined ? {} : { order: Number(order) }),
  };
}

function ctorStep(tokens: readonly string[]): StepEvent | undefined {
  const at = tableOf(tokens);
  if (at === undefined) return undefined;
  const rest = tokens.slice(2);
  const mm = rest[0]?.startsWith('mm=') === true ? mmOf(rest.shift() ?? '') : undefined;
  const lock = /^lock=(embedded|kmem)$/.exec(rest[0] ?? '')?.[1];
  if (lock !== undefined) rest.shift();
  const failed = rest[0] === 'FAILED';
  const read = [mm !== undefined, lock !== undefined, failed].filter((there) => there).length;
  if (tokens.length !== 2 + read) return undefined;
  return {
    ev: 'ctor',
    ...at,
    ...(mm === undefined ? {} : { mm }),
    ...(lock === 'embedded' || lock === 'kmem' ? { lock } : {}),
    ...(failed ? { failed: true as const } : {}),
  };
}

function hookStep(tokens: readonly string[]): StepEvent | undefined {
  const at = tableOf(tokens);
  const [, , does, how, ...rest] = tokens;
  if (at === undefined || rest.length > 0 || (does !== 'protect' && does !== 'release')) return undefined;
  if (how !== 'entry' && how !== 'same' && how !== 'block' && how !== 'unmapped') return undefined;
  return { ev: 'hook', ...at, does, how };
}
