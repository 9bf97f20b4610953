import type { Form } from './codec-forms.ts';
import { hexDigits, isObject, listOf, nearby, oneOf, plain, record, Unreadable } from './codec-forms.ts';
import { listingRows, MM_ORDER } from './codec-rows.ts';
import { SCENARIO_FORMAT } from './format.ts';

/**
 * A scenario's JSON in the compact form of `#v1.z.` links. Frozen: links made with it are kept by other people. A new
 * kernel function, callback or lock may be appended to its list, a new optional key to the end of its record; everything
 * else must stay as it is (tests/data/links/v1.txt).
 */

const FUNCTIONS: readonly string[] = [
  'walk_kernel_page_table_range',
  'walk_kernel_page_table_range_lockless',
  'walk_page_range_debug',
  'walk_page_range',
  'walk_page_range_vma',
  'walk_page_vma',
  'set_memory_ro',
  'set_memory_rw',
  'set_memory_x',
  'set_memory_nx',
  'set_memory_rox',
  'set_memory_valid',
  'set_direct_map_invalid_noflush',
  'set_direct_map_default_noflush',
  'set_direct_map_valid_noflush',
  'kernel_page_present',
  'update_range_prot',
  'split_kernel_leaf_mapping',
  'range_split_to_ptes',
  '__create_pgd_mapping',
  'vmap_try_huge_pmd',
  'vmap_try_huge_pud',
  '__remove_pgd_mapping',
  'retract_page_tables',
  'linear_map_maybe_split_to_ptes',
  'access',
  'split_pmd_bbm',
  'walk_page_range_novma',
  'walk_page_range_mm',
  'walk_page_range_mm_unsafe',
  'walk_page_range_vma_unsafe',
  'walk_page_mapping',
  'folio_walk',
  'apply_to_page_range',
  'apply_to_existing_page_range',
  'efi_virtmap_init',
  'arch_add_memory',
  'arch_remove_memory',
  'table_life',
  'pte_alloc',
  'set_memory_encrypted',
  'set_memory_decrypted',
  'set_ptes_at',
  'vmap_range_noflush',
  'vmap_pages_range_noflush',
  'vunmap_range',
  'ptdump_show',
  'ptdump_walk_pgd',
  'kfence_guarded_alloc',
  'kfence_guarded_free',
  'offline_and_remove_memory',
  'munmap',
  'exit_mmap',
  'do_madvise',
  'unmap_mapping_pages',
  'do_page_fault',
  'collapse_file',
  'move_vma',
  'look_up_pte',
  'mfill_atomic_copy',
  'kernel_pgtable_work_func',
  'efi_virtmap_load',
  'efi_virtmap_unload',
  'arch_efi_call_virt_setup',
  'arch_efi_call_virt_teardown',
  'madvise_collapse',
  'vmalloc',
  'vfree',
  'try_to_unmap',
];
const CALLBACKS: readonly string[] = [
  'pgd',
  'p4d',
  'pud',
  'pmd',
  'pte',
  'hole',
  'install',
  'test_walk',
  'pre_vma',
  'post_vma',
  'hugetlb',
];
const ACTIONS: readonly string[] = ['subtree', 'continue', 'again'];
const LOCKS: readonly string[] = [
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
];
const ACCESS_KINDS: readonly string[] = ['load', 'store', 'fetch'];
const CONTEXT_KINDS: readonly string[] = ['task', 'softirq', 'irqs-off'];
const MODES: readonly string[] = ['read', 'write'];
const EXPECTATIONS: readonly string[] = ['safe', 'unsafe'];
const ASSERTIONS: readonly string[] = ['owner', 'anybody'];

const VMA_FLAGS: readonly string[] = ['PFNMAP', 'HUGETLB'];
const HUGE_PAGES: readonly string[] = ['cont-pte', 'pmd', 'cont-pmd', 'pud'];
const AREA_FLAGS: readonly string[] = ['ALLOC', 'ALLOW_HUGE', 'FLUSH_RESET_PERMS'];

const mm = oneOf(MM_ORDER);

/** Null, or what the form says. */
function nullable(form: Form): Form {
  return {
    pack: (value) => (value === null ? null : form.pack(value)),
    unpack: (packed) => (packed === null ? null : form.unpack(packed)),
  };
}

/** The whole scenario. It remembers addresses as it goes, so each use needs a fresh one. */
function scenarioForm(): Form {
  const address = nearby();
  const locks = listOf(
    record(
      [
        ['name', oneOf(LOCKS)],
        ['mode', oneOf(MODES)],
      ],
      [],
    ),
  );
  const rule = record(
    [
      ['cb', oneOf(CALLBACKS)],
      ['n', plain],
      ['ret', plain],
      ['action', nullable(oneOf(ACTIONS))],
      ['write', nullable(hexDigits)],
    ],
    [],
  );
  const ops = record([['callbacks', listOf(oneOf(CALLBACKS))]], [['rules', listOf(rule)]]);
  const efiRegion = record(
    [
      ['type', plain],
      ['phys', hexDigits],
      ['pages', plain],
      ['attr', hexDigits],
    ],
    [['virt', hexDigits]],
  );
  const call = record(
    [['fn', oneOf(FUNCTIONS)]],
    [
      ['start', address],
      ['end', address],
      ['ops', ops],
      ['locks', locks],
      ['mm', mm],
      ['pgd', nullable(mm)],
      ['vma', plain],
      ['walkLock', plain],
      ['addr', address],
      ['numpages', plain],
      ['enable', plain],
      ['pfn', hexDigits],
      ['nr', plain],
      ['valid', plain],
      ['size', hexDigits],
      ['set', hexDigits],
      ['clear', hexDigits],
      ['phys', hexDigits],
      ['virt', address],
      ['prot', hexDigits],
      ['flags', plain],
      ['specialAlloc', plain],
      ['atomic', plain],
      ['clearFirst', plain],
      ['trylock', plain],
      ['free', plain],
      ['kind', oneOf(ACCESS_KINDS)],
      ['file', plain],
      ['first', plain],
      ['regions', listOf(efiRegion)],
      ['attributes', listOf(efiRegion)],
      ['allocator', plain],
      ['level', plain],
      ['keep', plain],
      ['rsiFails', plain],
      ['maxPageShift', plain],
      ['pageShift', plain],
      ['by', plain],
      ['entry', hexDigits],
      ['to', address],
      ['unlock', plain],
      ['whatIf', plain],
      ['kthread', plain],
      ['fails', plain],
      ['uffdPrivate', plain],
    ],
  );
  const context = record(
    [
      ['cpu', plain],
      ['calls', listOf(call)],
    ],
    [
      ['holds', locks],
      ['omit', listOf(oneOf(LOCKS))],
      ['kind', oneOf(CONTEXT_KINDS)],
      [
        'failAllocation',
        record(
          [],
          [
            ['table', plain],
            ['lock', plain],
          ],
        ),
      ],
    ],
  );
  const root = record(
    [
      ['mm', mm],
      ['pgd', hexDigits],
    ],
    [],
  );
  const vma = record(
    [
      ['start', address],
      ['end', address],
      ['flags', listOf(oneOf(VMA_FLAGS))],
    ],
    [
      ['file', plain],
      ['pgoff', plain],
      ['hugePage', oneOf(HUGE_PAGES)],
    ],
  );
  const vmArea = record(
    [
      ['addr', address],
      ['size', hexDigits],
      ['flags', listOf(oneOf(AREA_FLAGS))],
      ['pages', plain],
    ],
    [],
  );
  const memory = record(
    [],
    [
      ['capture', plain],
      ['geometry', plain],
      ['roots', listOf(root)],
      ['tables', listingRows],
      ['from', plain],
      ['vmas', listOf(vma)],
      ['vmAreas', listOf(vmArea)],
    ],
  );
  const config = record(
    [],
    [
      ['bbml3', plain],
      ['capsFinal', plain],
      ['linearReq', plain],
      ['rodataFull', plain],
      ['debugPagealloc', plain],
      ['kfenceDirect', plain],
      ['bti', plain],
      ['useNg', plain],
      ['pageAlloc', plain],
      ['onlineCpus', plain],
      ['kfenceStart', hexDigits],
      ['kfenceEnd', hexDigits],
      ['physOffset', hexDigits],
      ['arch', plain],
      ['splitPte', plain],
      ['splitPmd', plain],
      ['spinlock', plain],
      ['efiAsKernel', plain],
      ['efiCtor', plain],
      ['asyncFree', plain],
      ['ctorHook', plain],
      ['nrCpus', plain],
      ['debugVm', plain],
      ['zeroPage', hexDigits],
      ['queuedWriters', plain],
      ['realm', plain],
      ['ptdumpDebugfs', plain],
      ['highPte', plain],
    ],
  );
  return record(
    [
      ['version', plain],
      ['title', plain],
      ['revision', plain],
      ['memory', memory],
      ['contexts', listOf(context)],
    ],
    [
      ['assertions', oneOf(ASSERTIONS)],
      ['config', config],
      ['expect', oneOf(EXPECTATIONS)],
    ],
  );
}

/** The compact form of a scenario's JSON: arrays, small numbers and short strings. */
export function packScenario(scenario: unknown): unknown {
  if (!isObject(scenario) || scenario['format'] !== SCENARIO_FORMAT) return scenarioForm().pack(scenario);
  const { format: _known, ...rest } = scenario;
  return scenarioForm().pack(rest);
}

/** The JSON that `packScenario` was given; not checked in any way. Throws Unreadable. */
export function unpackScenario(packed: unknown): unknown {
  const json = scenarioForm().unpack(packed);
  if (!isObject(json)) throw new Unreadable();
  return { format: SCENARIO_FORMAT, ...json };
}
