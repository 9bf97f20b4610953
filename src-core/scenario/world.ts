import type { Geometry } from '../arch/geometry.ts';
import type { Mm } from '../mm/mm.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { U64 } from '../base/u64.ts';

/** A named place in the kernel's address space, as ptdump marks it. */
export interface Marker {
  readonly start: U64;
  readonly name: string;
}

/** What the engine must be set to, to behave as the captured kernel did (captures' `meta.json`: `engine`). */
export interface EngineConfig {
  readonly bbml: boolean;
  readonly bti: boolean;
  readonly useNg: boolean;
  readonly rodata: 'full' | 'noalias' | 'off';
}

/** The state a run starts from: tables, whose they are, and how they are laid out. Never written after it is made. */
export interface World {
  /** Capture name, or what the tables were taken from. */
  readonly name: string;
  readonly geo: Geometry;
  readonly memory: PhysicalMemory;
  /** init_mm first. */
  readonly mms: readonly Mm[];
  /** In address order; empty where unknown. */
  readonly markers: readonly Marker[];
  /** Things a person should know: meta.json was missing, say. One sentence each. */
  readonly notes: readonly string[];
}
