import type { Kernel } from '../../kernel/kernel.ts';
import type { U64 } from '../../base/u64.ts';
import { Access } from '../../step/op-access.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';

/** No kernel function: any code that uses memory of the kernel at an address. 0: it works; -14: it faults; 1: either may be. */
export const access = kernelFunction(
  { name: 'access', file: '', lines: {} },
  function* (k: Kernel, kind: 'load' | 'store' | 'fetch', addr: U64): Walker<number> {
    return yield* new Access(kind, addr, k.mm('init_mm').pgd, k.config.bbml3);
  },
);
