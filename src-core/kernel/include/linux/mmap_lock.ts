import type { Mm } from '../../../mm/mm.ts';
import { Assert } from '../../../step/op-lock.ts';

/** `mmap_assert_locked()`: somebody who counts holds it, read or write. Only ever a warning. */
export function mmapAssertLocked(mm: Mm): Assert {
  return new Assert('mmap_assert_locked', mm.name);
}

/** `mmap_assert_write_locked()` */
export function mmapAssertWriteLocked(mm: Mm): Assert {
  return new Assert('mmap_assert_write_locked', mm.name);
}
