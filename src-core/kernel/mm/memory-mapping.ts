import { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { RmapVmas, UnmappedPages } from '../../step/op-vma.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { Kernel } from '../kernel.ts';
import { zapPageRangeSingle } from './memory-zap.ts';
import { rmapLockRead, rmapUnlockRead } from './rmap.ts';

/**
 * `unmap_mapping_pages()` (mm/memory.c): pages of a file are unmapped wherever they are mapped, as when it is truncated. The VMAs are
 * found by the file, and its lock for read is all that keeps them.
 */
export const unmapMappingPages = kernelFunction(
  { name: 'unmap_mapping_pages', file: 'mm/memory.c', lines: {} },
  function* (k: Kernel, mm: Mm, file: number, first: number, nr: number): Walker<number> {
    const tree = { id: 0, file };
    yield* rmapLockRead(tree);
    for (const vma of yield* new RmapVmas(file)) {
      const start = vma.pgoff ?? 0;
      const end = start + vma.end.sub(vma.start).shr(k.geo.pageShift).toNumber();
      const [from, to] = [Math.max(first, start), Math.min(first + nr, end)];
      if (to <= from) continue;
      const bytes = (pages: number): U64 => U64.from(pages).shl(k.geo.pageShift);
      yield* zapPageRangeSingle(k, mm, vma, vma.start.add(bytes(from - start)), bytes(to - from), false);
    }
    yield* new UnmappedPages(file, first, nr);
    yield* rmapUnlockRead(tree);
    return 0;
  },
);
