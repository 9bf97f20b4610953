import type { Geometry } from '../arch/geometry.ts';
import type { Mm } from '../mm/mm.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import type { Vma } from '../step/vma.ts';
import type { KernelConfig, VmArea } from '../kernel/kernel.ts';
import type { AllocationPlan } from '../machine/tables.ts';
import type { U64 } from '../base/u64.ts';

/** A named place in the kernel's address space, as ptdump marks it. */
export interface Marker {
  readonly start: U64;
  readonly name: string;
}

/** The state a run starts from: tables, whose they are, and how they are laid out. Never written after it is made. */
export interface World {
  /** Capture name, or what the tables were taken from. */
  readonly name: string;
  readonly geo: Geometry;
  readonly memory: PhysicalMemory;
  /** init_mm first. */
  readonly mms: readonly Mm[];
  /** VMAs of the user mm, in address order. */
  readonly vmas?: readonly Vma[];
  /** vmalloc areas. */
  readonly vmAreas?: readonly VmArea[];
  /** How this kernel was configured and booted, where it differs from the default. */
  readonly config?: Partial<KernelConfig>;
  /** Where new tables come from; default: far above everything. */
  readonly allocation?: AllocationPlan;
  /** The physical addresses outside the linear map are made up: these tables were rebuilt from a text, which has none. */
  readonly madeUp?: boolean;
  /** In address order; empty where unknown. */
  readonly markers: readonly Marker[];
  /** Things a person should know: meta.json was missing, say. One sentence each. */
  readonly notes: readonly string[];
}
