import type { U64 } from '../base/u64.ts';
import { Ask } from './walker.ts';

// Ops on the tree of vmalloc areas: which of those that a scenario has are there now.

/** `find_vm_area()`, as far as it can change during a run: is the area that starts at `addr` there? */
export class FindArea extends Ask<boolean> {
  declare readonly op: 'findArea';
  declare readonly addr: U64;
  constructor(addr: U64) {
    super();
    this.op = 'findArea';
    this.addr = addr;
  }
}

export type AreaChange = 'insert' | 'unlink';

/**
 * The area that starts at `addr` goes into the tree (`__get_vm_area_node()`), or out of it (`find_unlink_vmap_area()`). Answers whether
 * that changed anything: of several who take an area out, one does.
 */
export class ChangeArea extends Ask<boolean> {
  declare readonly op: 'changeArea';
  declare readonly addr: U64;
  declare readonly change: AreaChange;
  constructor(addr: U64, change: AreaChange) {
    super();
    this.op = 'changeArea';
    this.addr = addr;
    this.change = change;
  }
}
