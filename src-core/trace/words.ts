import { U64 } from '../base/u64.ts';
import type { LockMode, LockName } from '../step/lock.ts';

/** Error numbers that page-table code returns (include/uapi/asm-generic/errno-base.h). */
const ERRNO: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  5: 'EIO',
  11: 'EAGAIN',
  12: 'ENOMEM',
  14: 'EFAULT',
  16: 'EBUSY',
  17: 'EEXIST',
  22: 'EINVAL',
};

/** `-EINVAL` for -22; undefined for what is no error number. */
export function errnoName(ret: number): string | undefined {
  const name = ERRNO[-ret];
  return name === undefined ? undefined : `-${name}`;
}

/** `0`, `-22 (-EINVAL)`. */
export function returnWords(ret: number): string {
  const name = errnoName(ret);
  return name === undefined ? String(ret) : `${ret} (${name})`;
}

/** A size as ptdump prints it: `2M`, `64K`; in hex where it is no whole number of kilobytes. */
export function sizeWords(size: U64): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P'];
  let unit = units.length - 1;
  while (unit > 0 && !size.and(U64.mask(10 * unit)).isZero()) unit--;
  const whole = size.shr(10 * unit);
  // What takes more than 32 bits to say in its own unit is no size a person reads.
  return unit === 0 || size.isZero() || whole.hi !== 0
    ? `${size.toHex()} bytes`
    : `${whole.toNumber()}${units[unit] ?? ''}`;
}

/** Letter of a context: a, b, c, d. */
export function contextLetter(ctx: number): string {
  return String.fromCharCode(97 + ctx);
}

/** Spinlocks of one table, by the name before the `@`. */
const TABLE_LOCKS: ReadonlyMap<string, string> = new Map([
  ['ptl', 'PTE lock'],
  ['pmd_lock', 'PMD lock'],
]);

/** Locks of which there are several, by the name before the colon. */
const NUMBERED_LOCKS: Readonly<Record<string, string>> = {
  vma: 'lock of VMA',
  i_mmap: 'i_mmap_rwsem of file',
  hugetlb_vma: 'hugetlb lock of VMA',
};

/** A lock as the kernel names it: `init_mm.mmap_lock`, `mem_hotplug_lock`, `PTE lock of table 4174e000`. */
export function lockWords(name: LockName): string {
  if (name.startsWith('mmap:')) return `${name.slice('mmap:'.length)}.mmap_lock`;
  if (name === 'mem_hotplug') return 'mem_hotplug_lock';
  const [kind = '', which] = name.split(':');
  const numbered = which === undefined ? undefined : NUMBERED_LOCKS[kind];
  if (numbered !== undefined) return `${numbered} ${which}`;
  if (kind === 'page_table_lock' && which !== undefined) return `${which}.page_table_lock`;
  const [lock = '', table] = name.split('@');
  const words = TABLE_LOCKS.get(lock) ?? lock;
  return table === undefined ? words : `${words} of table ${table.replace(/^0x/, '')}`;
}

/** `for read`, `for write`; empty for locks that know no readers. */
export function modeWords(name: LockName, mode: LockMode): string {
  const shared = name === 'mem_hotplug' || /^(mmap|vma|i_mmap|hugetlb_vma):/.test(name);
  return shared || mode === 'read' ? ` for ${mode}` : '';
}
