import * as v from 'valibot';
import { ALLOCATORS } from '../mm/allocators.ts';
import {
  count,
  fileNumber,
  hex,
  int,
  lockSchema,
  mm,
  nr,
  numpages,
  pageOffset,
  vmaNumber,
  yesNo,
} from './schema-values.ts';

// The calls of a scenario: each kernel function that can be called, with its arguments.

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
    ...(['arch_efi_call_virt_setup', 'arch_efi_call_virt_teardown'] as const).map((fn) =>
      // kthread: a kernel thread that may be preempted calls, as the work queue of runtime services does.
      v.strictObject({ fn: v.literal(fn), kthread: v.optional(yesNo), locks }),
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
      nr: count(8192),
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
    /** MADV_COLLAPSE: of anonymous memory, or of a file whose page cache has huge pages already. */
    v.strictObject({
      fn: v.literal('madvise_collapse'),
      addr: hex,
      size: hex,
      /** The PMD that maps the first huge page. */
      entry: hex,
      /** A page is in use by others, or can't be copied: the table is put back. */
      fails: v.optional(v.picklist(['isolate', 'copy'], 'is no way to fail: isolate or copy')),
      /** Files: the mapping is private and registered with userfaultfd. */
      uffdPrivate: v.optional(yesNo),
      whatIf: v.optional(
        v.picklist(['no-revalidation'], 'is nothing that can be changed here: no-revalidation'),
      ),
      locks,
    }),
    /** Of an anonymous page, as when it is swapped out; `entry` takes its place. */
    v.strictObject({
      fn: v.literal('try_to_unmap'),
      vma: vmaNumber,
      addr: hex,
      phys: hex,
      entry: hex,
      locks,
    }),
    /** One of the scenario's vmalloc areas, which names its pages: not there until this call makes it. */
    v.strictObject({ fn: v.literal('vmalloc'), addr: hex, prot: hex, locks }),
    v.strictObject({ fn: v.literal('vfree'), addr: hex, locks }),
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
