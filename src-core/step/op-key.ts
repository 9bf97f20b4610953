import { Ask } from './walker.ts';

/**
 * A static key: a branch that is patched in or out of the kernel's text. `set` undefined: code comes to the branch
 * (`static_branch_unlikely()`); else `static_branch_enable()` or `_disable()`, which set and do not count. Answers whether it is on.
 */
export class StaticKey extends Ask<boolean> {
  declare readonly op: 'staticKey';
  declare readonly name: string;
  declare readonly set: boolean | undefined;
  constructor(name: string, set?: boolean) {
    super();
    this.op = 'staticKey';
    this.name = name;
    this.set = set;
  }
}

/** Another mm's tables are put into TTBR0 of this CPU; null: those of the task again. Accesses of a scenario are of the other half. */
export class SwitchMm extends Ask<void> {
  declare readonly op: 'switchMm';
  declare readonly mm: string | null;
  constructor(mm: string | null) {
    super();
    this.op = 'switchMm';
    this.mm = mm;
  }
}
