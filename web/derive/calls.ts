import { callsOn, findRevision, scenarioCalling, U64 } from '../engine.ts';
import type { Run, Scenario, SuggestedCall } from '../engine.ts';
import type { MapRange } from '../map/types.ts';
import { runIndex } from './runIndex.ts';
import type { Scene } from '../state/session.ts';

/** A call in the menu: what to run, and where in that run the call is. */
export interface OfferedCall {
  readonly key: string;
  readonly suggested: SuggestedCall;
  readonly scenario: Scenario;
  readonly place: { readonly ctx: number; readonly call: number };
}

/** The calls that make sense on a range of the scene at its revision; `after`: following the calls of its context a. */
export function offeredCalls(scene: Scene, range: MapRange, after: boolean): readonly OfferedCall[] {
  const { scenario, world, run } = scene;
  const rules = findRevision(run.revision)?.rules;
  const mm = world.mms.find((m) => m.name === range.mm)?.name;
  if (rules === undefined || mm === undefined) return [];
  const before = after ? (scenario.contexts[0]?.calls.length ?? 0) : 0;
  return callsOn(scenario, world, rules, { mm, start: range.start, end: range.end }).map((suggested) => ({
    key: JSON.stringify(suggested.call),
    suggested,
    scenario: scenarioCalling(scenario, suggested, run.revision, after),
    place: { ctx: 0, call: before },
  }));
}

/** The scenario changes tables: to run something after it is another thing than to run it now. */
export function changesTables(run: Run): boolean {
  return runIndex(run).writes.length > 0;
}

/** `set_memory_ro(ffff800080010000, 4)`: name and short arguments, as a person would write the call. */
export function callArguments({ call }: SuggestedCall): string {
  const words: string[] = [];
  for (const [name, value] of Object.entries(call)) {
    if (name === 'fn' || name === 'locks' || name === 'ops') continue;
    words.push(String(value).replace(/^0x/, ''));
  }
  return words.join(', ');
}

/** What is taken for granted about a kernel that its capture does not describe. */
export function assumedBoot({ world, scenario }: Scene): string | undefined {
  if (world.config?.bbml3 !== undefined || !('capture' in scenario.memory)) return undefined;
  return 'BBML3, rodata=full and a linear map in blocks, since nothing says how this kernel was configured.';
}

/** `ffff000041e00000 – ffff000041ffffff, 512 pages`. */
export function rangeWords({ start, end }: MapRange, pageShift: number): string {
  const pages = end.sub(start).shr(pageShift);
  const n = pages.lt(U64.from(2 ** 40)) ? pages.toNumber() : undefined;
  const size = n === undefined ? '' : `, ${n.toLocaleString('en')} ${n === 1 ? 'page' : 'pages'}`;
  return `${start.toHex().slice(2)} – ${end.sub(U64.ONE).toHex().slice(2)}${size}`;
}
