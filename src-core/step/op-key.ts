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
