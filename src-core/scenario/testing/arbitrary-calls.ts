import fc from 'fast-check';
import { U64 } from '../../base/u64.ts';
import { ALLOCATORS } from '../../mm/allocators.ts';
import type { ScenarioCall, ScenarioOps } from '../schema.ts';

/** Calls of every kernel function that a scenario can name, valid in shape and in sense. */

export const MMS = ['init_mm', 'efi_mm', 'user'] as const;
export type MmName = (typeof MMS)[number];

const CALLBACKS = [
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
] as const;

/** Callbacks that can write an entry. */
const ENTRY_CALLBACKS: readonly string[] = ['pgd', 'p4d', 'pud', 'pmd', 'pte', 'hugetlb', 'install'];

const lane = fc.integer({ min: -0x80000000, max: 0x7fffffff });

export const hex64: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(lane, lane).map(([hi, lo]) => new U64(hi, lo).toHex()) },
  { weight: 2, arbitrary: fc.maxSafeNat().map((n) => U64.from(n).toHex()) },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 0, max: 0x7ffff })
      .map((n) => `0xffff0000${(n * 4096).toString(16).padStart(8, '0')}`),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^0x0[0-9a-f]{1,15}$/) },
);

/** Leaves out keys whose value is undefined. */
export function compact<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

const ops: fc.Arbitrary<ScenarioOps> = fc.shuffledSubarray([...CALLBACKS]).chain((callbacks) => {
  const rule =
    callbacks.length === 0
      ? undefined
      : fc.constantFrom(...callbacks).chain((cb) =>
          fc.record({
            cb: fc.constant(cb),
            n: fc.integer({ min: 1, max: 1_000_000 }),
            ret: cb === 'post_vma' ? fc.constant(0) : fc.integer(),
            action:
              cb === 'post_vma'
                ? fc.constant(null)
                : fc.constantFrom(null, 'subtree' as const, 'continue' as const, 'again' as const),
            write: ENTRY_CALLBACKS.includes(cb) ? fc.option(hex64) : fc.constant(null),
          }),
        );
  const rules =
    rule === undefined
      ? fc.constant(undefined)
      : fc.option(fc.array(rule, { maxLength: 5 }), { nil: undefined });
  return rules.map((r) => compact({ callbacks: [...callbacks], rules: r }) as ScenarioOps);
});

const locks = (mms: readonly MmName[]): fc.Arbitrary<ScenarioCall['locks']> =>
  fc.option(
    fc.array(
      fc
        .record({
          name: fc.constantFrom(
            'mem_hotplug',
            'pgtable_split_lock',
            'fixmap_lock',
            'rcu',
            'i_mmap:0',
            ...(mms.includes('user') ? ['vma:0'] : []),
            ...mms.map((m) => `mmap:${m}`),
          ),
          mode: fc.constantFrom('read' as const, 'write' as const),
        })
        .map((lock) => (lock.name === 'rcu' ? { ...lock, mode: 'read' as const } : lock)),
      { maxLength: 4 },
    ),
    { nil: undefined },
  );

const walk = (mms: readonly MmName[]): fc.Arbitrary<object> =>
  fc
    .record({
      fn: fc.constantFrom(
        'walk_kernel_page_table_range',
        'walk_kernel_page_table_range_lockless',
        'walk_page_range_debug',
        'walk_page_range_novma',
      ),
      mm: fc.constantFrom(...mms),
      start: hex64,
      end: hex64,
      pgd: fc.oneof(fc.constant(undefined), fc.constant(null), fc.constantFrom(...mms)),
      ops,
      walkLock: fc.constantFrom(undefined, 0, 1, 2, 3),
    })
    .map((c) => ({ ...c, mm: c.fn.startsWith('walk_page_') ? c.mm : undefined }));

/** Walks by VMA, where there is a user mm. */
const vmaWalk: fc.Arbitrary<object> = fc
  .record({
    fn: fc.constantFrom(
      'walk_page_range',
      'walk_page_range_vma',
      'walk_page_vma',
      'walk_page_range_mm',
      'walk_page_range_mm_unsafe',
      'walk_page_range_vma_unsafe',
      'walk_page_mapping',
      'folio_walk',
    ),
    flags: fc.nat({ max: 3 }),
    vma: fc.integer({ min: 0, max: 3 }),
    first: fc.nat({ max: 5000 }),
    nr: fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 2 ** 32 })),
    start: hex64,
    end: hex64,
    ops,
    walkLock: fc.constantFrom(0, 1, 2, 3),
  })
  .map(({ vma, start, end, first, nr, flags, ...c }) => {
    switch (c.fn) {
      case 'folio_walk':
        return { fn: c.fn, vma, addr: start, flags };
      case 'walk_page_mapping':
        return { ...c, file: vma, first, nr };
      case 'walk_page_vma':
        return { ...c, vma };
      case 'walk_page_range_vma':
      case 'walk_page_range_vma_unsafe':
        return { ...c, vma, start, end };
      default:
        return { ...c, start, end };
    }
  });

const fewPages = fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }));

const change: fc.Arbitrary<object> = fc.oneof(
  fc.record({
    fn: fc.constantFrom('set_memory_ro', 'set_memory_rw', 'set_memory_x', 'set_memory_nx', 'set_memory_rox'),
    addr: hex64,
    numpages: fewPages,
  }),
  fc.record({
    fn: fc.constant('set_memory_valid'),
    addr: hex64,
    numpages: fewPages,
    enable: fc.boolean(),
  }),
  fc.record({
    fn: fc.constantFrom(
      'set_direct_map_invalid_noflush',
      'set_direct_map_default_noflush',
      'kernel_page_present',
    ),
    pfn: hex64,
  }),
  fc.record({
    fn: fc.constant('set_direct_map_valid_noflush'),
    pfn: hex64,
    nr: fewPages,
    valid: fc.boolean(),
  }),
  fc.record({
    fn: fc.constant('update_range_prot'),
    start: hex64,
    size: hex64,
    set: hex64,
    clear: hex64,
  }),
  fc.record({ fn: fc.constant('split_kernel_leaf_mapping'), start: hex64, end: hex64 }),
  fc.record({
    fn: fc.constant('range_split_to_ptes'),
    start: hex64,
    end: hex64,
    atomic: fc.boolean(),
  }),
  fc.record({ fn: fc.constant('linear_map_maybe_split_to_ptes'), start: hex64, end: hex64 }),
  fc.record({
    fn: fc.constant('access'),
    kind: fc.constantFrom('load', 'store', 'fetch'),
    addr: hex64,
  }),
  fc.record({ fn: fc.constant('split_pmd_bbm'), addr: hex64 }),
  fc.record(
    {
      fn: fc.constantFrom('set_memory_encrypted', 'set_memory_decrypted'),
      addr: hex64,
      numpages: fewPages,
      rsiFails: fc.boolean(),
    },
    { requiredKeys: ['fn', 'addr', 'numpages'] },
  ),
);

const efiRegion: fc.Arbitrary<object> = fc
  .record({
    type: fc.integer({ min: 0, max: 15 }),
    phys: hex64,
    pages: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    attr: hex64,
    virt: fc.option(hex64, { nil: undefined }),
  })
  .map(compact);

/** Calls about tables' constructors: hot-add, one table's life, the firmware's tables. */
const tables = (mms: readonly MmName[]): fc.Arbitrary<object> =>
  fc.oneof(
    fc.record({
      fn: fc.constantFrom('arch_add_memory', 'arch_remove_memory'),
      phys: hex64,
      size: hex64,
    }),
    fc
      .record({
        fn: fc.constant('table_life'),
        allocator: fc.constantFrom(...ALLOCATORS.map((a) => a.name)),
        level: fc.constantFrom('pte', 'pmd', 'pud', 'p4d', 'pgd'),
        mm: fc.option(fc.constantFrom(...mms)),
        virt: fc.option(hex64, { nil: undefined }),
        keep: fc.boolean(),
      })
      .map(compact),
    fc.record({ fn: fc.constant('kernel_pgtable_work_func') }),
    fc.record({ fn: fc.constant('pte_alloc'), mm: fc.constantFrom(...mms), virt: hex64 }),
    ...(mms.includes('efi_mm')
      ? [
          fc.record({ fn: fc.constantFrom('efi_virtmap_load', 'efi_virtmap_unload') }),
          fc.record(
            {
              fn: fc.constantFrom('arch_efi_call_virt_setup', 'arch_efi_call_virt_teardown'),
              kthread: fc.boolean(),
            },
            { requiredKeys: ['fn'] },
          ),
          fc
            .record({
              fn: fc.constant('efi_virtmap_init'),
              regions: fc.array(efiRegion, { maxLength: 4 }),
              attributes: fc.option(fc.array(efiRegion, { maxLength: 4 }), { nil: undefined }),
            })
            .map(compact),
        ]
      : []),
  );

const build = (mms: readonly MmName[]): fc.Arbitrary<object> =>
  fc.oneof(mapping(mms), apply(mms), setPtes(mms));

const setPtes = (mms: readonly MmName[]): fc.Arbitrary<object> =>
  fc.record({
    fn: fc.constant('set_ptes_at'),
    mm: fc.constantFrom(...mms),
    addr: hex64,
    phys: hex64,
    prot: hex64,
    nr: fewPages,
  });

const apply = (mms: readonly MmName[]): fc.Arbitrary<object> =>
  fc
    .record({
      fn: fc.constantFrom('apply_to_page_range', 'apply_to_existing_page_range'),
      mm: fc.constantFrom(...mms),
      addr: hex64,
      size: fc.oneof(hex64, fc.constantFrom('0x1000', '0x5000', '0x200000')),
      set: fc.option(hex64, { nil: undefined }),
      clear: fc.option(hex64, { nil: undefined }),
    })
    .map(compact);

const mapping = (mms: readonly MmName[]): fc.Arbitrary<object> =>
  fc.record({
    fn: fc.constant('__create_pgd_mapping'),
    mm: fc.constantFrom(...mms),
    phys: hex64,
    virt: hex64,
    size: hex64,
    prot: hex64,
    flags: fc.integer({ min: 0, max: 7 }),
    specialAlloc: fc.boolean(),
  });

const optionalTrylock = fc.constantFrom({}, { trylock: true }, { trylock: false });
const mutate: fc.Arbitrary<object> = fc.oneof(
  fc.record({
    fn: fc.constant('vmap_range_noflush'),
    addr: hex64,
    end: hex64,
    phys: hex64,
    prot: hex64,
    maxPageShift: fc.integer({ min: 12, max: 47 }),
  }),
  fc.record({
    fn: fc.constant('vmap_pages_range_noflush'),
    addr: hex64,
    end: hex64,
    prot: hex64,
    phys: hex64,
    pageShift: fc.integer({ min: 12, max: 47 }),
  }),
  fc.record({ fn: fc.constant('vunmap_range'), addr: hex64, end: hex64 }),
  fc.record({ fn: fc.constant('vmalloc'), addr: hex64, prot: hex64 }),
  fc.record({ fn: fc.constant('vfree'), addr: hex64 }),
  fc.record({
    fn: fc.constantFrom('ptdump_show', 'ptdump_walk_pgd'),
    mm: fc.constant('init_mm'),
    start: hex64,
    end: hex64,
  }),
  fc.record({ fn: fc.constantFrom('kfence_guarded_alloc', 'kfence_guarded_free'), addr: hex64 }),
  fc.record({ fn: fc.constant('offline_and_remove_memory'), phys: hex64, size: hex64 }),
  fc
    .tuple(
      fc.record({ fn: fc.constant('vmap_try_huge_pmd'), addr: hex64, phys: hex64, prot: hex64 }),
      optionalTrylock,
      fc.constantFrom({}, { clearFirst: 2 }),
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
  fc
    .tuple(
      fc.record({ fn: fc.constant('vmap_try_huge_pud'), addr: hex64, phys: hex64, prot: hex64 }),
      optionalTrylock,
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
  fc.record({ fn: fc.constant('__remove_pgd_mapping'), start: hex64, size: hex64 }),
);
const retract = fc.record({
  fn: fc.constant('retract_page_tables'),
  addr: hex64,
  free: fc.constantFrom('rcu', 'at-once'),
});

const freed = fc.constantFrom({}, { free: 'rcu' }, { free: 'at-once' });
const user = fc.oneof(
  fc
    .tuple(
      fc.record({
        fn: fc.constant('mfill_atomic_copy'),
        addr: hex64,
        entry: hex64,
        by: fc.constantFrom('mmap', 'vma'),
      }),
      fc.constantFrom({}, { whatIf: 'no-revalidation' }),
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
  fc
    .tuple(
      fc.record({ fn: fc.constant('munmap'), addr: hex64, size: hex64 }),
      fc.constantFrom({}, { unlock: false }),
      freed,
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
  freed.map((free): object => ({ fn: 'exit_mmap', ...free })),
  fc.record({
    fn: fc.constant('do_madvise'),
    addr: hex64,
    size: hex64,
    by: fc.constantFrom('mmap', 'vma'),
  }),
  fc.record({
    fn: fc.constant('unmap_mapping_pages'),
    file: fc.nat({ max: 3 }),
    first: fc.nat({ max: 5000 }),
    nr: fc.nat({ max: 5000 }),
  }),
  fc
    .tuple(
      fc.record({
        fn: fc.constant('do_page_fault'),
        addr: hex64,
        entry: hex64,
        by: fc.constantFrom('mmap', 'vma', 'rmap'),
      }),
      fc.constantFrom({}, { whatIf: 'no-revalidation' }),
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
  fc
    .tuple(
      fc.record({
        fn: fc.constant('collapse_file'),
        file: fc.nat({ max: 3 }),
        first: fc.nat({ max: 5000 }),
        nr: fc.nat({ max: 8192 }),
      }),
      freed,
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
  fc
    .tuple(
      fc.record({ fn: fc.constant('move_vma'), addr: hex64, to: hex64, size: hex64 }),
      fc.constantFrom({}, { whatIf: 'no-recheck' }),
      freed,
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
  fc.record({
    fn: fc.constant('try_to_unmap'),
    vma: fc.nat({ max: 3 }),
    addr: hex64,
    phys: hex64,
    entry: hex64,
  }),
  fc
    .tuple(
      fc.record({ fn: fc.constant('madvise_collapse'), addr: hex64, size: hex64, entry: hex64 }),
      fc.constantFrom({}, { fails: 'isolate' }, { fails: 'copy' }),
      fc.constantFrom({}, { uffdPrivate: true }),
      fc.constantFrom({}, { whatIf: 'no-revalidation' }),
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
  fc
    .tuple(
      fc.record({ fn: fc.constant('look_up_pte'), addr: hex64 }),
      fc.constantFrom({}, { whatIf: 'read-twice' }),
    )
    .map((parts): object => Object.assign({}, ...parts) as object),
);

export const call = (mms: readonly MmName[]): fc.Arbitrary<ScenarioCall> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: walk(mms) },
        ...(mms.includes('user') ? [{ weight: 2, arbitrary: vmaWalk }] : []),
        { weight: 3, arbitrary: change },
        { weight: 1, arbitrary: build(mms) },
        { weight: 1, arbitrary: tables(mms) },
        { weight: 1, arbitrary: mutate },
        ...(mms.includes('user')
          ? [
              { weight: 1, arbitrary: retract },
              { weight: 2, arbitrary: user },
            ]
          : []),
      ),
      locks(mms),
    )
    .map(([c, l]) => compact({ ...c, locks: l }) as ScenarioCall);
