import * as v from 'valibot';
import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { ALLOCATORS, ARCHES } from '../mm/allocators.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from './format.ts';
import { SPINLOCK_KINDS } from '../mm/ptlock.ts';
import { HUGE_PAGES } from '../step/vma.ts';

export { SCENARIO_FORMAT, SCENARIO_VERSION } from './format.ts';

const hex = v.pipe(
  v.string(),
  v.regex(
    /^0x[0-9a-f]{1,16}$/,
    'is no 64-bit value: lower-case hex with 0x is wanted, as 0xffff000041e05000',
  ),
);
const mm = v.picklist(['init_mm', 'efi_mm', 'user'], 'is no mm: init_mm, efi_mm or user');
const count = (max: number, min = 0) =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(min, min === 0 ? 'must not be negative' : `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );
const int = v.pipe(v.number(), v.integer('must be a whole number'));

export const lockSchema = v.strictObject({
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z_]+(:(init_mm|efi_mm|user|\d{1,3}))?$/, 'is no lock: mmap:init_mm, mem_hotplug, …'),
  ),
  mode: v.picklist(['read', 'write'], 'is no lock mode: read or write'),
});

/** Locks that kernel functions take by themselves, or their callers for them, and that a scenario may leave out. */
const omittedLock = v.picklist(
  [
    'mmap:init_mm',
    'mmap:efi_mm',
    'mmap:user',
    'mem_hotplug',
    'pgtable_split_lock',
    'fixmap_lock',
    'rcu',
    'page_table_lock',
    'pmd_lock',
    'ptl',
    'vma',
    'i_mmap',
    'anon_vma',
  ],
  'is no lock that can be left out: mmap:init_mm, pgtable_split_lock, ptl, …',
);

/** What a callback does at its n-th call: store into its entry, set the walk action, return a value. */
export const ruleSchema = v.strictObject({
  cb: v.picklist(
    ['pgd', 'p4d', 'pud', 'pmd', 'pte', 'hole', 'install', 'test_walk', 'pre_vma', 'post_vma', 'hugetlb'],
    'is no callback that a rule can be about: pgd, p4d, pud, pmd, pte, hole, install, test_walk, pre_vma, post_vma or hugetlb',
  ),
  n: count(1_000_000),
  ret: int,
  action: v.nullable(v.picklist(['subtree', 'continue', 'again'])),
  write: v.nullable(hex),
});

/** Which members of `struct mm_walk_ops` are set. `install` is `install_pte`, which page-table-only walks refuse. */
export const opsSchema = v.strictObject({
  callbacks: v.pipe(
    v.array(
      v.picklist(
        ['pgd', 'p4d', 'pud', 'pmd', 'pte', 'hole', 'install', 'test_walk', 'pre_vma', 'post_vma', 'hugetlb'],
        'is no callback: pgd, p4d, pud, pmd, pte, hole, install, test_walk, pre_vma, post_vma or hugetlb',
      ),
    ),
    v.maxLength(11),
  ),
  rules: v.optional(v.pipe(v.array(ruleSchema), v.maxLength(1000))),
});

/** Taken before the call, in this order, and released after it. */
const locks = v.optional(v.pipe(v.array(lockSchema), v.maxLength(8)));

/** `enum page_walk_lock`, by number. */
const walkLock = v.picklist(
  [0, 1, 2, 3],
  'is no page_walk_lock: 0 RDLOCK, 1 WRLOCK, 2 WRLOCK_VERIFY, 3 VMA_RDLOCK_VERIFY',
);

const walkArguments = {
  start: hex,
  end: hex,
  /** Root to walk instead of the mm's own; null for its own. */
  pgd: v.optional(v.nullable(mm)),
  ops: opsSchema,
  /** Matters where there is PGWALK_NOLOCK. */
  walkLock: v.optional(walkLock),
  locks,
};

/** Walks by VMA are of the user mm. `vma` is a number in the world's list. */
const vmaWalkArguments = { ops: opsSchema, walkLock, locks };

/** `int numpages`, `unsigned nr` */
const numpages = count(2 ** 31 - 1);
const nr = count(2 ** 32 - 1);
const yesNo = v.boolean('must be true or false');
/** A VMA by its number in `memory.vmas`. */
const vmaNumber = count(999);
/** A file that VMAs map, by number. */
const fileNumber = count(99);
/** In pages of a file. */
const pageOffset = count(2 ** 32);

/** A line of the EFI memory map or memory attributes table. */
export const efiRegionSchema = v.strictObject({
  /** EFI_MEMORY_TYPE: 5 runtime code, 6 runtime data, 11 memory-mapped I/O. */
  type: count(15),
  phys: hex,
  /** 4 KiB pages. */
  pages: count(2 ** 31 - 1, 1),
  /** EFI_MEMORY_* bits. */
  attr: hex,
  /** Left out: as the boot stub lays regions out. */
  virt: v.optional(hex),
});
/** When the page of a table is given back. */
const whenFreed = v.picklist(['rcu', 'at-once'], 'is neither rcu nor at-once');

export const callSchema = v.variant(
  'fn',
  [
    v.strictObject({ fn: v.literal('walk_kernel_page_table_range'), ...walkArguments }),
    v.strictObject({ fn: v.literal('walk_kernel_page_table_range_lockless'), ...walkArguments }),
    v.strictObject({ fn: v.literal('walk_page_range_debug'), mm, ...walkArguments }),
    v.strictObject({ fn: v.literal('walk_page_range'), start: hex, end: hex, ...vmaWalkArguments }),
    v.strictObject({
      fn: v.literal('walk_page_range_vma'),
      vma: vmaNumber,
      start: hex,
      end: hex,
      ...vmaWalkArguments,
    }),
    v.strictObject({ fn: v.literal('walk_page_vma'), vma: vmaNumber, ...vmaWalkArguments }),
    v.strictObject({ fn: v.literal('walk_page_range_novma'), mm, ...walkArguments }),
    ...(['walk_page_range_mm', 'walk_page_range_mm_unsafe'] as const).map((fn) =>
      v.strictObject({ fn: v.literal(fn), start: hex, end: hex, ...vmaWalkArguments }),
    ),
    v.strictObject({
      fn: v.literal('walk_page_range_vma_unsafe'),
      vma: vmaNumber,
      start: hex,
      end: hex,
      ...vmaWalkArguments,
    }),
    /** folio_walk_start(), and folio_walk_end() where it found one. */
    v.strictObject({
      fn: v.literal('folio_walk'),
      vma: vmaNumber,
      addr: hex,
      /** v6.12: 1 FW_MIGRATION, 2 FW_ZEROPAGE; v7.3: 1 FW_ZEROPAGE. */
      flags: count(3),
      locks,
    }),
    ...(['apply_to_page_range', 'apply_to_existing_page_range'] as const).map((fn) =>
      v.strictObject({
        fn: v.literal(fn),
        mm,
        addr: hex,
        size: hex,
        /** Bits that the function changes in each PTE; both left out: there is no function. */
        set: v.optional(hex),
        clear: v.optional(hex),
        locks,
      }),
    ),
    v.strictObject({
      fn: v.literal('walk_page_mapping'),
      file: fileNumber,
      /** First page of the file, and how many. */
      first: pageOffset,
      nr: pageOffset,
      ...vmaWalkArguments,
    }),
    ...(['set_memory_ro', 'set_memory_rw', 'set_memory_x', 'set_memory_nx', 'set_memory_rox'] as const).map(
      (fn) => v.strictObject({ fn: v.literal(fn), addr: hex, numpages, locks }),
    ),
    v.strictObject({
      fn: v.literal('set_memory_valid'),
      addr: hex,
      numpages,
      enable: yesNo,
      locks,
    }),
    ...(
      ['set_direct_map_invalid_noflush', 'set_direct_map_default_noflush', 'kernel_page_present'] as const
    ).map((fn) => v.strictObject({ fn: v.literal(fn), pfn: hex, locks })),
    v.strictObject({
      fn: v.literal('set_direct_map_valid_noflush'),
      pfn: hex,
      nr,
      valid: yesNo,
      locks,
    }),
    v.strictObject({
      fn: v.literal('update_range_prot'),
      start: hex,
      size: hex,
      set: hex,
      clear: hex,
      locks,
    }),
    v.strictObject({ fn: v.literal('split_kernel_leaf_mapping'), start: hex, end: hex, locks }),
    v.strictObject({
      fn: v.literal('__create_pgd_mapping'),
      mm,
      phys: hex,
      virt: hex,
      size: hex,
      prot: hex,
      /** Bit 0 no blocks, bit 1 no contiguous groups, bit 2 tables forbid execution below them. */
      flags: count(7),
      /** New tables are constructed for no mm. */
      specialAlloc: yesNo,
      locks,
    }),
    v.strictObject({
      fn: v.literal('efi_virtmap_init'),
      /** The EFI memory map: what of it is for run time is mapped. */
      regions: v.pipe(v.array(efiRegionSchema), v.maxLength(256)),
      /** The memory attributes table. */
      attributes: v.optional(v.pipe(v.array(efiRegionSchema), v.maxLength(256))),
      locks,
    }),
    ...(['arch_add_memory', 'arch_remove_memory'] as const).map((fn) =>
      v.strictObject({ fn: v.literal(fn), phys: hex, size: hex, locks }),
    ),
    v.strictObject({
      fn: v.literal('table_life'),
      allocator: v.picklist(
        [...new Set(ALLOCATORS.map((a) => a.name))],
        'is no allocator of page tables that Pagewalk knows',
      ),
      level: v.picklist(['pte', 'pmd', 'pud', 'p4d', 'pgd'], 'is no level: pte, pmd, pud, p4d or pgd'),
      /** Whose table it is; null: the allocator is told none. */
      mm: v.nullable(mm),
      /** It is linked where this address is translated, if the entry there is empty. */
      virt: v.optional(hex),
      /** It is not given back. */
      keep: yesNo,
      locks,
    }),
    v.strictObject({ fn: v.literal('kernel_pgtable_work_func'), locks }),
    ...(['efi_virtmap_load', 'efi_virtmap_unload'] as const).map((fn) =>
      v.strictObject({ fn: v.literal(fn), locks }),
    ),
    v.strictObject({ fn: v.literal('pte_alloc'), mm, virt: hex, locks }),
    v.strictObject({
      fn: v.literal('range_split_to_ptes'),
      start: hex,
      end: hex,
      atomic: yesNo,
      locks,
    }),
    v.strictObject({
      fn: v.literal('vmap_try_huge_pmd'),
      addr: hex,
      phys: hex,
      prot: hex,
      /** So many pages from `addr` on are unmapped first. */
      clearFirst: v.optional(count(512)),
      /** Take init_mm's mmap_lock by trylock before a table is freed? Left out: as the revision does. */
      trylock: v.optional(yesNo),
      locks,
    }),
    v.strictObject({
      fn: v.literal('vmap_try_huge_pud'),
      addr: hex,
      phys: hex,
      prot: hex,
      trylock: v.optional(yesNo),
      locks,
    }),
    v.strictObject({ fn: v.literal('__remove_pgd_mapping'), start: hex, size: hex, locks }),
    v.strictObject({
      fn: v.literal('vmap_range_noflush'),
      addr: hex,
      end: hex,
      phys: hex,
      prot: hex,
      /** Leaves of at most 2^maxPageShift bytes. */
      maxPageShift: count(47, 12),
      locks,
    }),
    v.strictObject({
      fn: v.literal('vmap_pages_range_noflush'),
      addr: hex,
      end: hex,
      prot: hex,
      /** The pages lie one after the other from here on. */
      phys: hex,
      pageShift: count(47, 12),
      locks,
    }),
    v.strictObject({ fn: v.literal('vunmap_range'), addr: hex, end: hex, locks }),
    v.strictObject({ fn: v.literal('ptdump_show'), mm, start: hex, end: hex, locks }),
    v.strictObject({
      fn: v.literal('ptdump_walk_pgd'),
      mm,
      start: hex,
      end: hex,
      /** Root to walk instead of the mm's own; null for its own. */
      pgd: v.optional(v.nullable(mm)),
      locks,
    }),
    ...(['kfence_guarded_alloc', 'kfence_guarded_free'] as const).map((fn) =>
      v.strictObject({ fn: v.literal(fn), addr: hex, locks }),
    ),
    v.strictObject({ fn: v.literal('offline_and_remove_memory'), phys: hex, size: hex, locks }),
    v.strictObject({
      fn: v.literal('retract_page_tables'),
      addr: hex,
      /** When the table's page is given back: after a grace period, as the kernel does, or at once. */
      free: whenFreed,
      locks,
    }),
    v.strictObject({
      fn: v.literal('linear_map_maybe_split_to_ptes'),
      /** Linear alias of the kernel's text and read-only data, which keeps its blocks. */
      start: hex,
      end: hex,
      locks,
    }),
    ...(['set_memory_encrypted', 'set_memory_decrypted'] as const).map((fn) =>
      v.strictObject({
        fn: v.literal(fn),
        addr: hex,
        numpages,
        /** The Realm's monitor refuses. */
        rsiFails: v.optional(yesNo),
        locks,
      }),
    ),
    /** No kernel function: a caller of `set_ptes()`. */
    v.strictObject({
      fn: v.literal('set_ptes_at'),
      mm,
      addr: hex,
      phys: hex,
      prot: hex,
      nr,
      locks,
    }),
    /** No kernel function: use of memory. */
    v.strictObject({
      fn: v.literal('access'),
      kind: v.picklist(['load', 'store', 'fetch'], 'is no access: load, store or fetch'),
      addr: hex,
      locks,
    }),
    /** No kernel function: the split that the kernel avoids. */
    v.strictObject({ fn: v.literal('split_pmd_bbm'), addr: hex, locks }),
    v.strictObject({
      fn: v.literal('munmap'),
      addr: hex,
      size: hex,
      /** The lock is downgraded before tables go, as munmap(2) does; false: held for write to the end, as inside mmap(2). */
      unlock: v.optional(yesNo),
      free: v.optional(whenFreed),
      locks,
    }),
    v.strictObject({ fn: v.literal('exit_mmap'), free: v.optional(whenFreed), locks }),
    /** MADV_DONTNEED */
    v.strictObject({
      fn: v.literal('do_madvise'),
      addr: hex,
      size: hex,
      by: v.picklist(['mmap', 'vma'], 'is no way to find the VMA here: mmap or vma'),
      locks,
    }),
    v.strictObject({
      fn: v.literal('unmap_mapping_pages'),
      file: fileNumber,
      first: pageOffset,
      nr: pageOffset,
      locks,
    }),
    v.strictObject({
      fn: v.literal('do_page_fault'),
      addr: hex,
      /** The PTE that is set if nothing is there. */
      entry: hex,
      by: v.picklist(['mmap', 'vma', 'rmap'], 'is no way to find the VMA: mmap, vma or rmap'),
      whatIf: v.optional(
        v.picklist(['no-revalidation'], 'is nothing that can be changed here: no-revalidation'),
      ),
      locks,
    }),
    v.strictObject({
      fn: v.literal('collapse_file'),
      file: fileNumber,
      first: pageOffset,
      /** So many pages of the range are there to be unmapped. */
      nr: count(512),
      free: v.optional(whenFreed),
      locks,
    }),
    v.strictObject({
      fn: v.literal('move_vma'),
      addr: hex,
      to: hex,
      size: hex,
      free: v.optional(whenFreed),
      whatIf: v.optional(v.picklist(['no-recheck'], 'is nothing that can be changed here: no-recheck')),
      locks,
    }),
    /** UFFDIO_COPY into a private mapping */
    v.strictObject({
      fn: v.literal('mfill_atomic_copy'),
      addr: hex,
      entry: hex,
      by: v.picklist(['mmap', 'vma'], 'is no way to find the VMA here: mmap or vma'),
      whatIf: v.optional(
        v.picklist(['no-revalidation'], 'is nothing that can be changed here: no-revalidation'),
      ),
      locks,
    }),
    /** No kernel function: one PTE is looked up under RCU. */
    v.strictObject({
      fn: v.literal('look_up_pte'),
      addr: hex,
      whatIf: v.optional(v.picklist(['read-twice'], 'is nothing that can be changed here: read-twice')),
      locks,
    }),
  ],
  'is no kernel function Pagewalk can call yet',
);

export const contextSchema = v.strictObject({
  cpu: count(63),
  /** A task if left out. What runs in softirq, or with interrupts off, may not sleep, and keeps the tasks of its CPU waiting. */
  kind: v.optional(
    v.picklist(['task', 'softirq', 'irqs-off'], 'is no kind of context: task, softirq or irqs-off'),
  ),
  /** Locks this context holds before the first step: no step takes or releases them. */
  holds: v.optional(v.pipe(v.array(lockSchema), v.maxLength(8))),
  /** Locks that its calls and their callers do without, as if the kernel had forgotten them. */
  omit: v.optional(v.pipe(v.array(omittedLock), v.maxLength(10))),
  calls: v.pipe(v.array(callSchema), v.minLength(1, 'a context needs at least one call'), v.maxLength(32)),
});

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
    v.array(v.picklist(['ALLOC', 'ALLOW_HUGE'], 'is no area flag Pagewalk knows: ALLOC or ALLOW_HUGE')),
    v.maxLength(2, 'names a flag twice'),
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

/**
 * The scenario: everything a run is determined by, but for the schedule. This is version 1; the shape is checked here,
 * once, and the engine sees only what came through. Unknown keys are errors. Older versions come through
 * migrations.ts first.
 */
export const scenarioSchema = v.strictObject({
  format: v.literal(SCENARIO_FORMAT, `must be ${JSON.stringify(SCENARIO_FORMAT)}`),
  version: v.literal(SCENARIO_VERSION, `must be ${SCENARIO_VERSION}`),
  title: v.pipe(
    v.string(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(120, 'is longer than 120 characters'),
  ),
  /** A revision id of facts: `v6.12`, `v7.3`, … */
  revision: v.pipe(v.string(), v.maxLength(20)),
  memory: memorySchema,
  /** Whose hold an assertion counts: `owner` (lockdep) the asserting context's own, `anybody` without lockdep. */
  assertions: v.optional(v.picklist(['owner', 'anybody'])),
  /** What a search of all interleavings is to find. */
  expect: v.optional(v.picklist(['safe', 'unsafe'], 'is neither safe nor unsafe')),
  config: v.optional(configSchema),
  contexts: v.pipe(
    v.array(contextSchema),
    v.minLength(1, 'a scenario needs at least one context'),
    v.maxLength(4, 'four contexts are the most'),
  ),
});

export type Scenario = v.InferOutput<typeof scenarioSchema>;
export type ScenarioContext = v.InferOutput<typeof contextSchema>;
export type ScenarioCall = v.InferOutput<typeof callSchema>;
/** Walks by VMA, which are of the user mm. */
export type VmaWalkCall = Extract<
  ScenarioCall,
  {
    fn:
      | 'walk_page_range'
      | 'walk_page_range_mm'
      | 'walk_page_range_mm_unsafe'
      | 'walk_page_range_vma'
      | 'walk_page_range_vma_unsafe'
      | 'walk_page_vma'
      | 'walk_page_mapping'
      | 'folio_walk';
  }
>;

export type ScenarioOps = v.InferOutput<typeof opsSchema>;
export type ScenarioEfiRegion = v.InferOutput<typeof efiRegionSchema>;
export type ScenarioRule = v.InferOutput<typeof ruleSchema>;
export type ScenarioMemory = v.InferOutput<typeof memorySchema>;
export type ScenarioConfig = v.InferOutput<typeof configSchema>;

/** Checks the shape of a current-version scenario. The first problem comes back with its path: `contexts[0].calls[0].start`. */
export function checkShape(input: unknown): Result<Scenario> {
  const checked = v.safeParse(scenarioSchema, input, { abortEarly: true, abortPipeEarly: true });
  if (checked.success) return ok(checked.output);
  const issue = checked.issues[0];
  const path = (issue.path ?? []).reduce(
    (text, item) =>
      typeof item.key === 'number'
        ? `${text}[${item.key}]`
        : text === ''
          ? String(item.key)
          : `${text}.${String(item.key)}`,
    '',
  );
  if (issue.expected === 'never') return problem(path, 'is no key that belongs here');
  if (issue.received === 'undefined') return problem(path, 'is missing');
  return problem(path, issue.message);
}
