import type { U64 } from '../base/u64.ts';
import { Ask } from './walker.ts';

// Use of mapped memory, and CPUs held still meanwhile.

/**
 * The kernel uses memory at an address, by its context's CPU: the hardware translates, with what its TLB may still hold. It depends on
 * every store, barrier and invalidation before it. Answers 0 where it surely works, -14 (-EFAULT) where it surely faults, and 1
 * where either may happen.
 */
export class Access extends Ask<number> {
  declare readonly op: 'access';
  declare readonly kind: 'load' | 'store' | 'fetch';
  declare readonly addr: U64;
  /** Physical address of the root table, in bytes. */
  declare readonly pgd: number;
  /** The CPUs promise to use one of several cached sizes (BBML3). */
  declare readonly bbml3: boolean;
  constructor(kind: 'load' | 'store' | 'fetch', addr: U64, pgd: number, bbml3: boolean) {
    super();
    this.op = 'access';
    this.kind = kind;
    this.addr = addr;
    this.pgd = pgd;
    this.bbml3 = bbml3;
  }
}

/**
 * `stop_machine()`: from `on` until off no other context runs. Each other CPU forgets its TLB and walks no kernel table meanwhile,
 * as the CPUs that wait in the idmap do, with an empty root in TTBR1.
 */
export class StopMachine extends Ask<void> {
  declare readonly op: 'stopMachine';
  declare readonly on: boolean;
  constructor(on: boolean) {
    super();
    this.op = 'stopMachine';
    this.on = on;
  }
}
