import { describeEntry, entryClasses, focusTables, formatOf, hwShift, U64 } from '../engine.ts';
import type { EntryKind, MmName, PhysicalMemory, World } from '../engine.ts';
import type { MapFocus, SlotRef } from '../map/types.ts';
import { slotName } from '../text/steps.ts';
import { halfOf, inHalfOf } from './address.ts';

/** Where the walk of an address ends. */
export interface Lookup {
  readonly mm: string;
  readonly va: U64;
  /** The deepest entry for the address. */
  readonly slot: SlotRef;
  readonly hw: number;
  readonly kind: EntryKind;
  /** `PMD[509]` */
  readonly name: string;
  /** The entry in words: `block RW NX`, `none`. */
  readonly words: string;
  /** What the address itself is mapped to, and how many bytes the entry maps; undefined where nothing is mapped. */
  readonly target: { readonly pa: U64; readonly size: U64 } | undefined;
}

/** Follows an address through an mm's tables as they are in `memory`; undefined where the world has no such mm. */
export function lookUp(world: World, memory: PhysicalMemory, { mm, va }: MapFocus): Lookup | undefined {
  const { geo } = world;
  const root = world.mms.find((m) => m.name === mm);
  const format = formatOf(geo);
  const last = root && focusTables(entryClasses(geo, format), memory, root, va).at(-1);
  if (last === undefined) return undefined;
  const { page, idx, value, kind } = last;
  const shift = hwShift(geo, page.hw);
  return {
    mm,
    va,
    slot: { table: page.pa, idx },
    hw: page.hw,
    kind,
    name: slotName(geo, page.hw, idx),
    words: describeEntry(geo, format, page.hw, value),
    target:
      kind === 'block' || kind === 'page'
        ? {
            pa: U64.from(format.address(geo, page.hw, value)).or(va.and(U64.mask(shift))),
            size: U64.ONE.shl(shift),
          }
        : undefined,
  };
}

/** The answer in a line: `PA 7c7fc000 (page RW NX cont, 4 KiB)`, or why there is none. */
export function answerWords({ target, kind, name, words }: Lookup): string {
  if (target !== undefined) return `PA ${target.pa.toHex().slice(2)} (${words}, ${sizeWords(target.size)})`;
  if (kind === 'table') return `not known: ${name} points to a table that was not captured`;
  return `not mapped: ${name} is ${words}`;
}

/** A size in bytes that is a power of two. */
export function sizeWords(bytes: U64): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let [n, unit] = [bytes, 0];
  while (unit < units.length - 1 && n.and(U64.mask(10)).isZero()) [n, unit] = [n.shr(10), unit + 1];
  return `${n.toNumber()} ${units[unit] ?? ''}`;
}

/**
 * The mm whose tables translate an address: the upper half is init_mm's; the lower half is that of `shown`, else a user mm's,
 * else efi_mm's, whichever there is. undefined where these tables have no mm for it.
 */
export function mmFor(world: World, va: U64, shown: string): MmName | undefined {
  const has = (name: string): MmName | undefined => world.mms.find((mm) => mm.name === name)?.name;
  if (world.geo.arch !== 'arm64') return has(shown) ?? world.mms[0]?.name;
  if (halfOf(world.geo, va) === 'upper') return has('init_mm');
  return (shown === 'init_mm' ? undefined : has(shown)) ?? has('user') ?? has('efi_mm');
}

/**
 * The same digits in init_mm, where a lower-half address was typed that nothing maps and the one with the upper bits set is
 * mapped: people leave the leading `ffff` out.
 */
export function didYouMean(
  world: World,
  memory: PhysicalMemory,
  asked: U64,
  found: Lookup | undefined,
): U64 | undefined {
  if (world.geo.arch !== 'arm64' || halfOf(world.geo, asked) !== 'lower' || found?.target !== undefined)
    return undefined;
  const base = world.mms.find((mm) => mm.name === 'init_mm')?.base;
  if (base === undefined) return undefined;
  const va = inHalfOf(world.geo, base, asked);
  return lookUp(world, memory, { mm: 'init_mm', va })?.target === undefined ? undefined : va;
}
