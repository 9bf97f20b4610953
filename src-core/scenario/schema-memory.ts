import * as v from 'valibot';
import { ARCHES } from '../mm/allocators.ts';
import { SPINLOCK_KINDS } from '../mm/ptlock.ts';
import { HUGE_PAGES } from '../step/vma.ts';
import { count, fileNumber, hex, int, mm, pageOffset, yesNo } from './schema-values.ts';

// What a scenario starts from: its tables, its VMAs, and how the kernel was configured.

export const listingRowSchema = v.strictTuple([
  mm,
  v.pipe(int, v.minValue(-1), v.maxValue(3)),
  hex,
  count(65536),
  hex,
  hex,
]);

/** A VMA of the user mm, half open. */
export const vmaSchema = v.strictObject({
  start: hex,
  end: hex,
  flags: v.pipe(
    v.array(v.picklist(['PFNMAP', 'HUGETLB'], 'is no VMA flag Pagewalk knows: PFNMAP or HUGETLB')),
    v.maxLength(2, 'names a flag twice'),
  ),
  /** The file it maps, and which page of it `start` is. */
  file: v.optional(fileNumber),
  pgoff: v.optional(pageOffset),
  /** With HUGETLB: size of its pages; without: one PMD. */
  hugePage: v.optional(v.picklist(HUGE_PAGES, 'is no size of huge pages: cont-pte, pmd, cont-pmd or pud')),
});

/**
 * A `struct vm_struct`: a vmalloc area. `pages`: physical address of the first, bytes from one to the next, how many; without, what
 * its addresses (but for the guard page) are mapped to.
 */
export const vmAreaSchema = v.strictObject({
  addr: hex,
  size: hex,
  flags: v.pipe(
    v.array(
      v.picklist(
        ['ALLOC', 'ALLOW_HUGE', 'FLUSH_RESET_PERMS'],
        'is no area flag Pagewalk knows: ALLOC, ALLOW_HUGE or FLUSH_RESET_PERMS',
      ),
    ),
    v.maxLength(3, 'names a flag twice'),
  ),
  pages: v.optional(v.strictTuple([hex, hex, count(65536)])),
});

/** How the kernel was configured and booted, where it differs from the tables' own or the default (kernel.ts, KernelConfig). */
export const configSchema = v.pipe(
  // To strictObject an empty list is an object without keys.
  v.custom<object>((value) => !Array.isArray(value), 'must be an object in braces'),
  v.strictObject({
    bbml3: v.optional(yesNo),
    capsFinal: v.optional(yesNo),
    linearReq: v.optional(yesNo),
    rodataFull: v.optional(yesNo),
    debugPagealloc: v.optional(yesNo),
    kfenceDirect: v.optional(yesNo),
    realm: v.optional(yesNo),
    ptdumpDebugfs: v.optional(yesNo),
    bti: v.optional(yesNo),
    useNg: v.optional(yesNo),
    pageAlloc: v.optional(yesNo),
    onlineCpus: v.optional(count(4096, 1)),
    nrCpus: v.optional(count(8192, 1)),
    debugVm: v.optional(yesNo),
    zeroPage: v.optional(hex),
    kfenceStart: v.optional(hex),
    kfenceEnd: v.optional(hex),
    physOffset: v.optional(hex),
    arch: v.optional(
      v.picklist(
        ARCHES.filter((arch) => arch !== 'generic'),
        `is no architecture whose allocators Pagewalk knows: ${ARCHES.slice(1).join(', ')}`,
      ),
    ),
    splitPte: v.optional(yesNo),
    splitPmd: v.optional(yesNo),
    spinlock: v.optional(v.picklist(SPINLOCK_KINDS, `is no kind of spinlock: ${SPINLOCK_KINDS.join(', ')}`)),
    efiAsKernel: v.optional(yesNo),
    efiCtor: v.optional(yesNo),
    asyncFree: v.optional(yesNo),
    queuedWriters: v.optional(yesNo),
    highPte: v.optional(yesNo),
    ctorHook: v.optional(
      v.picklist(['none', 'write-protect'], 'is no hook that comes with Pagewalk: none or write-protect'),
    ),
  }),
);

export const memorySchema = v.union(
  [
    /** A capture that comes with the page, or one the person imported, by name. */
    v.strictObject({
      capture: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is no capture name')),
      /** vmalloc areas laid over it: a capture has the tables alone. */
      vmAreas: v.optional(v.pipe(v.array(vmAreaSchema), v.maxLength(1000))),
    }),
    /** Tables spelled out; see memory/listing.ts. */
    v.strictObject({
      geometry: v.pipe(v.string(), v.maxLength(16)),
      roots: v.pipe(
        v.array(v.strictObject({ mm, pgd: hex })),
        v.minLength(1, 'at least init_mm needs a root'),
        v.maxLength(3),
      ),
      tables: v.pipe(v.array(listingRowSchema), v.maxLength(20_000)),
      /** Shown beside the tables: what they were taken from. */
      from: v.optional(v.pipe(v.string(), v.maxLength(80))),
      /** VMAs of the user mm, in address order; calls name them by number, from 0. */
      vmas: v.optional(v.pipe(v.array(vmaSchema), v.maxLength(1000))),
      vmAreas: v.optional(v.pipe(v.array(vmAreaSchema), v.maxLength(1000))),
    }),
  ],
  'is neither { capture } nor { geometry, roots, tables }',
);
