import type { U64 } from '../base/u64.ts';
import { Ask } from './walker.ts';

// Barriers and TLB maintenance.

/** `lazy_mmu_mode_enable()`, `lazy_mmu_mode_disable()` (before v7: `arch_enter_lazy_mmu_mode()` and its pair). */
export class LazyMmu extends Ask<void> {
  declare readonly op: 'lazy';
  declare readonly on: boolean;
  /** Barriers asked for inside wait for its end; without, entering and leaving are only calls. */
  declare readonly batches: boolean;
  constructor(on: boolean, batches: boolean) {
    super();
    this.op = 'lazy';
    this.on = on;
    this.batches = batches;
  }
}

/** `queue_pte_barriers()`: DSB ISHST and ISB, at once or at the end of lazy MMU mode. */
export class PteBarriers extends Ask<void> {
  declare readonly op: 'pteBarriers';
  constructor() {
    super();
    this.op = 'pteBarriers';
  }
}

/** One barrier: `dsb(ishst)`, `dsb(ish)`, or `isb()`. */
export class Barrier extends Ask<void> {
  declare readonly op: 'barrier';
  declare readonly kind: 'dsb' | 'isb';
  constructor(kind: 'dsb' | 'isb') {
    super();
    this.op = 'barrier';
    this.kind = kind;
  }
}

/** `flush_tlb_kernel_range()` */
export class Tlbi extends Ask<void> {
  declare readonly op: 'tlbi';
  declare readonly start: U64;
  declare readonly end: U64;
  constructor(start: U64, end: U64) {
    super();
    this.op = 'tlbi';
    this.start = start;
    this.end = end;
  }
}

/** `vm_unmap_aliases()`: lazily freed vmap areas are purged. */
export class UnmapAliases extends Ask<void> {
  declare readonly op: 'unmapAliases';
  constructor() {
    super();
    this.op = 'unmapAliases';
  }
}
