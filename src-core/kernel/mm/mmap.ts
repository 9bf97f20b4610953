import type { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { FindVma } from '../../step/op-walk.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { mmapAssertLocked } from '../include/linux/mmap_lock.ts';

/** `find_vma()`: the first VMA that ends above `addr`. Asserts the mmap_lock itself, whatever its caller has asserted. */
export const findVma = kernelFunction(
  { name: 'find_vma', file: 'mm/mmap.c', lines: { 'v6.12': 978, 'v7.3': 922 } },
  function* (mm: Mm, addr: U64): Walker<Vma | undefined> {
    yield* mmapAssertLocked(mm);
    return yield* new FindVma(addr);
  },
);
