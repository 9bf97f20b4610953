import type { U64 } from '../../base/u64.ts';
import type { Mm } from '../../mm/mm.ts';
import { RmapVmas } from '../../step/op-vma.ts';
import type { Vma } from '../../step/vma.ts';
import type { Walker } from '../../step/walker.ts';
import { findVma } from './mmap.ts';
import { lockVmaUnderRcu, mmapReadLock, mmapReadUnlock, vmaEndRead } from './mmap_lock.ts';
import { rmapLockRead, rmapUnlockRead } from './rmap.ts';

/**
 * How a VMA is found and kept from going away while its tables are worked on: with the mm's lock for read, with the VMA's own lock for
 * read (and the mm's if that can't be had), or by the file it maps, with that file's lock for read.
 */
export type StableBy = 'mmap' | 'vma' | 'rmap';

/** Finds the VMA of an address by one of the three ways, does what is to be done with it, and lets it go. Undefined where there is none. */
export function* withVma(
  mm: Mm,
  addr: U64,
  file: number | undefined,
  by: StableBy,
  body: (vma: Vma) => Walker<number>,
): Walker<number | undefined> {
  switch (by) {
    case 'vma': {
      const vma = yield* lockVmaUnderRcu(addr);
      if (vma === undefined) return yield* withVma(mm, addr, file, 'mmap', body);
      const ret = yield* body(vma);
      yield* vmaEndRead(vma);
      return ret;
    }
    case 'mmap': {
      yield* mmapReadLock(mm);
      const vma = yield* findVma(mm, addr);
      const ret = vma === undefined || addr.lt(vma.start) ? undefined : yield* body(vma);
      yield* mmapReadUnlock(mm);
      return ret;
    }
    case 'rmap': {
      if (file === undefined) return undefined;
      const tree: Pick<Vma, 'id' | 'file'> = { id: 0, file };
      yield* rmapLockRead(tree);
      let ret: number | undefined;
      for (const vma of yield* new RmapVmas(file))
        if (vma.start.le(addr) && addr.lt(vma.end)) ret = yield* body(vma);
      yield* rmapUnlockRead(tree);
      return ret;
    }
  }
}
