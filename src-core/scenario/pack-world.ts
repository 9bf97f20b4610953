import type { Geometry } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import type { World } from './world.ts';

/** A world as plain data, as it goes to a worker: what has methods is taken apart. */
export interface PackedWorld {
  /** All but the memory, with 64-bit values as `{ u64: hex }`. */
  readonly rest: unknown;
  readonly geo: Geometry;
  readonly pages: readonly {
    readonly pa: number;
    readonly hw: number;
    readonly mm: string;
    readonly va: string | undefined;
    readonly lanes: Int32Array;
  }[];
}

/** Takes a world apart. The lanes are the world's own: a structured clone copies them. */
export function packWorld(world: World): PackedWorld {
  const { memory, geo, ...rest } = world;
  return {
    rest: flatten(rest),
    geo,
    pages: [...memory.pages()].map(({ pa, hw, mm, va, lanes }) => ({ pa, hw, mm, va: va?.toHex(), lanes })),
  };
}

/** The same world again. */
export function unpackWorld({ rest, geo, pages }: PackedWorld): World {
  const memory = new PhysicalMemory();
  for (const { pa, hw, mm, va, lanes } of pages)
    memory.add(pa, hw, mm, va === undefined ? undefined : U64.hex(va), lanes.length / 2).lanes.set(lanes);
  return { ...(revive(rest) as Omit<World, 'memory' | 'geo'>), geo, memory };
}

function flatten(value: unknown): unknown {
  if (value instanceof U64) return { u64: value.toHex() };
  if (Array.isArray(value)) return value.map(flatten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, flatten(v)]));
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  if ('u64' in value && typeof value.u64 === 'string') return U64.hex(value.u64);
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, revive(v)]));
}
