import type { Mm } from '../../mm/mm.ts';
import type { U64 } from '../../base/u64.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  p4dNone,
  p4dOffset,
  pgdNone,
  pgdOffsetPgd,
  pmdNone,
  pmdOffset,
  pudNone,
  pudOffset,
} from '../arch/arm64/include/asm/pgtable.ts';
import type { Kernel } from '../kernel.ts';
import { p4dAlloc, pmdAlloc, pteAlloc, pteAllocKernel, pudAlloc } from './memory-alloc.ts';

type Offset = (k: Kernel, parent: EntryPtr, addr: U64) => Walker<EntryPtr>;

/**
 * The tables down to a PTE, made where they are missing: `p4d_alloc()`, `pud_alloc()`, `pmd_alloc()` and `pte_alloc()`, or
 * `pte_alloc_kernel()` for init_mm. This is what a page fault, and a mapping in the vmalloc area, begin with.
 */
export const pteAllocAt = kernelFunction(
  { name: 'pte_alloc', file: 'include/linux/mm.h', lines: {} },
  function* (k: Kernel, mm: Mm, addr: U64): Walker<number> {
    const { p4d, pud, pmd } = k.geo.levels;
    const levels = [
      [pgdNone, p4dAlloc, p4dOffset as Offset, p4d],
      [p4dNone, pudAlloc, pudOffset as Offset, pud],
      [pudNone, pmdAlloc, pmdOffset as Offset, pmd],
    ] as const;
    let entry: EntryPtr = pgdOffsetPgd(k, mm.pgd, addr);
    for (const [none, alloc, offset, below] of levels) {
      const inUse = below.folded === 'no' && below.hw > k.geo.rootHw;
      if (inUse && (yield* none(k, entry))) {
        const err = yield* alloc(k, mm, entry);
        if (err !== 0) return err;
      }
      entry = yield* offset(k, entry, addr);
    }
    if (!(yield* pmdNone(k, entry))) return 0;
    return yield* mm.name === 'init_mm' ? pteAllocKernel(k, mm, entry) : pteAlloc(k, mm, entry);
  },
);
