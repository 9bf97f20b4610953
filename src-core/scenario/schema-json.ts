import { SCENARIO_VERSION } from './format.ts';
import { scenarioSchema } from './schema.ts';

/** A JSON Schema (2020-12), as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Where the page publishes it, relative to itself. */
export const SCENARIO_SCHEMA_PATH = `schema/scenario-${SCENARIO_VERSION}.json`;

/**
 * The JSON Schema of a scenario's shape, made from the schema the engine checks with, so that the two can't drift apart. Lengths of
 * texts are counted in characters there and in UTF-16 units here.
 */
export function scenarioJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Pagewalk scenario, version ${SCENARIO_VERSION}`,
    description:
      'Everything a run is determined by, but for the schedule. Names must also make sense together (a revision that exists, an mm that has a root): those checks come after this schema.',
    ...convert(scenarioSchema, ''),
  };
}

/** What each key means, by its path; `[]` stands for any element. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  format: 'Says what this file is.',
  version:
    'Version of the format. Older versions are brought up to date when they are opened; newer ones are refused.',
  title: 'One line for lists and headings.',
  revision: 'The kernel it runs as: the id of a revision, as v6.12 or v7.3.',
  memory: 'The tables a run starts from: a capture by name, or tables spelled out.',
  'memory.capture': 'Name of a capture that comes with the page, or of one that was imported.',
  'memory.geometry': 'Page size and address bits: 4k48; 4k52@48 for a 52-bit build that runs with 48.',
  'memory.roots': 'The root table (pgd) of each mm.',
  'memory.roots[].mm': 'Whose root it is.',
  'memory.roots[].pgd': 'Physical address of the root table.',
  'memory.tables':
    'All entries that are not zero, in pre-order: [mm, level, va, n, value, step]. A pointer to a table stands alone (n is 1) and the entries of that table follow it; other rows stand for n entries side by side, entry i holding value + i * step.',
  'memory.tables[]':
    '[mm, level (3 is the last), virtual address of the first entry, number of entries, value, step].',
  'memory.from': 'What the tables were taken from, to be shown beside them.',
  'memory.vmas': 'VMAs of the user mm in address order, half open; calls name them by number, from 0.',
  'memory.vmas[].start': 'First address.',
  'memory.vmas[].end': 'Address after the last.',
  'memory.vmas[].flags':
    'PFNMAP: maps page frames without struct pages, which walks step over. HUGETLB: hugetlb pages.',
  'memory.vmas[].file': 'Number of the file it maps; without one it is anonymous memory.',
  'memory.vmas[].pgoff': 'Which page of the file the first address maps (vm_pgoff); 0 if left out.',
  'memory.vmas[].hugePage':
    'How large the pages of a HUGETLB VMA are: pmd (if left out) or pud, one entry of that level; cont-pte or cont-pmd, a contiguous group.',
  'memory.vmAreas': 'vmalloc areas (struct vm_struct) in address order.',
  'memory.vmAreas[].addr': 'First address.',
  'memory.vmAreas[].size': 'Size in bytes, the guard page at its end included.',
  'memory.vmAreas[].flags': 'VM_ALLOC, VM_ALLOW_HUGE_VMAP, VM_FLUSH_RESET_PERMS.',
  'memory.vmAreas[].pages':
    'The memory behind it: [physical address of the first page, bytes from one page to the next, number of pages]. Without it, what the addresses of the area are mapped to.',
  config:
    'How the kernel was configured and booted, where it is not as the capture says or, without a capture, a server: BBML3, rodata=full, the linear map in blocks.',
  'config.bbml3': 'The CPUs allow the size of a live block to change (BBML3; BBML2_NOABORT in older words).',
  'config.capsFinal': 'All early CPUs have been seen: what the CPUs can do is final.',
  'config.linearReq': 'The linear map has blocks that may have to be split (linear_map_requires_bbml3).',
  'config.rodataFull': 'rodata=full: permissions of the linear map follow those of vmalloc memory.',
  'config.debugPagealloc': 'debug_pagealloc=on.',
  'config.realm': 'The kernel runs in an Arm CCA Realm.',
  'config.kfenceDirect': 'KFENCE was not set up early, so that its pool needs pages of the linear map.',
  'config.ptdumpDebugfs':
    'The kernel can show its tables in debugfs (CONFIG_PTDUMP_DEBUGFS); on arm64 there were no huge vmalloc mappings with it, before v6.18.',
  'config.bti': 'The kernel uses BTI: the guarded-page bit goes with execute permission.',
  'config.useNg': 'Kernel mappings are not global (KPTI).',
  'config.pageAlloc': 'The page allocator is up.',
  'config.onlineCpus': 'Number of CPUs online.',
  'config.nrCpus':
    'CPUs the kernel was built for (CONFIG_NR_CPUS): from four on, each PTE and PMD table has a lock of its own, below that all are the page_table_lock of the mm. Left out: one ptl, one pmd_lock and one page_table_lock for all.',
  'config.debugVm':
    'CONFIG_DEBUG_VM: in v6.12 a failed vma_assert_write_locked() ends the context. Without it the kernel does not look; Pagewalk reports all the same.',
  'config.zeroPage': 'Physical address of the shared page of zeroes, as folio_walk_start() knows it.',
  'config.kfenceStart': 'First address of the KFENCE pool.',
  'config.kfenceEnd': 'Address after its last.',
  'config.physOffset':
    'Physical address of the start of the linear map: a page at pa has the address (pa - physOffset) | PAGE_OFFSET there.',
  'config.arch': 'The architecture whose table allocators run; the tables themselves are arm64’s.',
  'config.splitPte': 'Each PTE table has a lock of its own (CONFIG_SPLIT_PTE_PTLOCKS).',
  'config.splitPmd': 'Each PMD table has a lock of its own (CONFIG_SPLIT_PMD_PTLOCKS).',
  'config.spinlock':
    'What makes a spinlock large: rt (PREEMPT_RT), debug, lockdep, lockdep-stat, or both; one larger than a long is allocated apart from its table.',
  'config.efiAsKernel': 'What if efi_mm counted as a kernel mm: its tables would get no split locks.',
  'config.efiCtor': 'false: tables of special mms are made without a constructor, as on ARM before 2016.',
  'config.queuedWriters':
    'A writer that waits for a reader-writer lock queues, and new readers wait behind it, as with rwsems. Without: nobody queues.',
  'config.asyncFree':
    'Kernel tables are freed by a worker (CONFIG_ASYNC_KERNEL_PGTABLE_FREE), in revisions that can.',
  'config.highPte': 'PTE tables may lie in high memory, and are mapped to be reached (CONFIG_HIGHPTE).',
  'config.ctorHook': 'What a hook in every constructor does: write-protect its table, or none.',
  assertions:
    'Whose hold a lock assertion counts: owner (the default, as with lockdep) only that of the context that asserts; anybody, as without lockdep.',
  expect: 'What a search of all interleavings is to find: safe (no violation in any of them) or unsafe.',
  contexts: 'Who runs: one to four contexts, called a, b, c and d.',
  'contexts[].cpu': 'Number of the CPU it runs on.',
  'contexts[].kind':
    'task (if left out); softirq, or irqs-off for code with interrupts off: these may not sleep, and no task of their CPU runs while they are in progress.',
  'contexts[].omit':
    'Locks that its calls and their callers do without, as if the kernel had forgotten them; a trylock of one succeeds.',
  'contexts[].holds': 'Locks it holds from the start to the end.',
  'contexts[].calls': 'The kernel functions it calls, one after the other.',
  'contexts[].calls[].kthread': 'A kernel thread that may be preempted calls the firmware.',
  'contexts[].failAllocation': 'Which of its allocations fails, counted from 1.',
  'contexts[].failAllocation.table': 'Of pages for tables.',
  'contexts[].failAllocation.lock': 'Of split locks that are objects of their own.',
  'contexts[].calls[].fn': 'The kernel function.',
  'contexts[].calls[].clearFirst': 'So many pages from addr on are unmapped first.',
  'contexts[].calls[].trylock':
    'Whether init_mm’s mmap_lock is tried for before a table is freed; without it: as the revision does.',
  'contexts[].calls[].free':
    'When the page of the table is given back: rcu (after a grace period, as the kernel does) or at-once.',
  'contexts[].calls[].by':
    'How the VMA is found and kept: mmap (the mm’s lock for read), vma (its own lock for read, else the mm’s), rmap (by its file, with that file’s lock for read).',
  'contexts[].calls[].entry':
    'The PTE that is set if nothing is there; in madvise_collapse the PMD that maps the first huge page; in try_to_unmap the swap entry.',
  'contexts[].calls[].fails': 'A page is in use by others, or can’t be copied: the table is put back.',
  'contexts[].calls[].uffdPrivate': 'Of a file: its mapping is private and registered with userfaultfd.',
  'contexts[].calls[].to': 'Where it is moved to: an address of another VMA.',
  'contexts[].calls[].unlock':
    'Whether the lock is downgraded before the tables go, as munmap(2) does; false: it is held for write to the end, as inside mmap(2).',
  'contexts[].calls[].whatIf': 'A step that the function leaves out, or does in another way than the kernel.',
  'contexts[].calls[].mm': 'The mm whose tables are walked or built.',
  'contexts[].calls[].start': 'First virtual address.',
  'contexts[].calls[].end': 'Virtual address after the last; 0x0 is the top of the address space.',
  'contexts[].calls[].pgd': 'The mm whose root is walked instead; null for the walked mm’s own.',
  'contexts[].calls[].vma': 'The VMA, by its number in memory.vmas, from 0.',
  'contexts[].calls[].walkLock':
    'enum page_walk_lock: 0 PGWALK_RDLOCK, 1 PGWALK_WRLOCK, 2 PGWALK_WRLOCK_VERIFY, 3 PGWALK_VMA_RDLOCK_VERIFY (v7.2 and later; in patches before it, PGWALK_NOLOCK). Walks without VMAs look at it only where there is PGWALK_NOLOCK.',
  'contexts[].calls[].file': 'The file, by its number in memory.vmas.',
  'contexts[].calls[].first': 'First page of the file.',
  'contexts[].calls[].addr': 'First virtual address.',
  'contexts[].calls[].numpages': 'Number of pages.',
  'contexts[].calls[].rsiFails': 'The Realm’s monitor refuses to change who sees the memory.',
  'contexts[].calls[].enable': 'Whether to make the pages valid or invalid.',
  'contexts[].calls[].pfn': 'Page frame number: physical address divided by the page size.',
  'contexts[].calls[].nr': 'Number of pages.',
  'contexts[].calls[].valid': 'Whether to make the pages valid or invalid.',
  'contexts[].calls[].size': 'Number of bytes.',
  'contexts[].calls[].set': 'Bits set in each entry, after those of clear are cleared.',
  'contexts[].calls[].clear': 'Bits cleared in each entry.',
  'contexts[].calls[].phys': 'First physical address.',
  'contexts[].calls[].virt': 'First virtual address.',
  'contexts[].calls[].prot': 'Bits of the new entries besides the address.',
  'contexts[].calls[].flags':
    'Of __create_pgd_mapping: 1 NO_BLOCK_MAPPINGS, 2 NO_CONT_MAPPINGS, 4 NO_EXEC_MAPPINGS, or their sum. Of folio_walk: 1 FW_ZEROPAGE (in v6.12 that is 2, and 1 is FW_MIGRATION).',
  'contexts[].calls[].specialAlloc': 'Constructors of new tables are given no mm, as for efi_mm.',
  'contexts[].calls[].maxPageShift':
    'The largest leaf, as the logarithm of its bytes: 12, 21 or 30 with 4K pages.',
  'contexts[].calls[].pageShift':
    'How large the pages are, as the logarithm of their bytes; each may become a leaf.',
  'contexts[].calls[].atomic': 'Allocations may not sleep.',
  'contexts[].calls[].regions': 'The EFI memory map; what of it is for run time is mapped.',
  'contexts[].calls[].regions[].type':
    'EFI_MEMORY_TYPE: 5 runtime code, 6 runtime data, 11 memory-mapped I/O.',
  'contexts[].calls[].regions[].phys': 'Physical address.',
  'contexts[].calls[].regions[].pages': 'Number of 4 KiB pages.',
  'contexts[].calls[].regions[].attr': 'EFI_MEMORY_* bits; 0x8000000000000000 is EFI_MEMORY_RUNTIME.',
  'contexts[].calls[].regions[].virt': 'Virtual address; without it: as the boot stub lays regions out.',
  'contexts[].calls[].attributes': 'The EFI memory attributes table.',
  'contexts[].calls[].attributes[].type': 'EFI_MEMORY_TYPE: 5 runtime code, 6 runtime data.',
  'contexts[].calls[].attributes[].phys': 'Physical address.',
  'contexts[].calls[].attributes[].pages': 'Number of 4 KiB pages.',
  'contexts[].calls[].attributes[].attr': 'EFI_MEMORY_* bits: XP, RO.',
  'contexts[].calls[].attributes[].virt': 'Not looked at: it follows from the region it lies in.',
  'contexts[].calls[].allocator': 'The function that allocates the table, of the configured architecture.',
  'contexts[].calls[].level': 'The level of the table.',
  'contexts[].calls[].keep': 'Whether the table stays; else it is unlinked again and given back.',
  'contexts[].calls[].kind': 'What is done with the memory: load, store, or fetch of an instruction.',
  'contexts[].calls[].ops': 'The members of struct mm_walk_ops that are set.',
  'contexts[].calls[].ops.callbacks':
    'Which callbacks there are. Each reads its entry, if it is given one, and goes on, unless a rule says more.',
  'contexts[].calls[].ops.rules': 'What a callback does at one of its calls.',
  'contexts[].calls[].ops.rules[].cb': 'The callback.',
  'contexts[].calls[].ops.rules[].n': 'At which of its calls, counted from 1.',
  'contexts[].calls[].ops.rules[].ret': 'What it returns; anything but 0 ends the walk.',
  'contexts[].calls[].ops.rules[].action': 'The walk->action it sets; null for none.',
  'contexts[].calls[].ops.rules[].write':
    'The value it stores in its entry; null for none. Of install, what is installed.',
  'contexts[].calls[].locks': 'Locks taken before the call, in this order, and released after it.',
  'contexts[].calls[].locks[].name':
    'mmap:init_mm, mmap:efi_mm, mmap:user, mem_hotplug, …; vma:0 for the lock of a VMA, i_mmap:0 for that of a file.',
  'contexts[].calls[].locks[].mode': 'How it is held.',
  'contexts[].holds[].name':
    'mmap:init_mm, mmap:efi_mm, mmap:user, mem_hotplug, …; vma:0 for the lock of a VMA, i_mmap:0 for that of a file.',
  'contexts[].holds[].mode': 'How it is held.',
};

/** The parts of a valibot schema that are read here. */
interface Part {
  readonly type: string;
  readonly pipe?: readonly Part[];
  readonly entries?: Readonly<Record<string, Part>>;
  readonly item?: Part;
  readonly items?: readonly Part[];
  readonly wrapped?: Part;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
}

/** The schema of what lies at `path`, with its description. */
function convert(schema: unknown, path: string): JsonSchema {
  const description = DESCRIPTIONS[path];
  return { ...(description === undefined ? {} : { description }), ...convertPart(schema as Part, path) };
}

/** Throws on a kind of schema that it does not know yet: then this file must learn it. */
function convertPart(part: Part, path: string): JsonSchema {
  switch (part.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return { type: part.type, ...checksOf(part) };
    case 'literal':
      return { const: part.literal };
    case 'picklist':
      return { enum: part.options };
    case 'array':
      return { type: 'array', items: convert(part.item, `${path}[]`), ...checksOf(part) };
    case 'strict_tuple': {
      const items = (part.items ?? []).map((item) => convertPart(item, path));
      return { type: 'array', prefixItems: items, items: false, minItems: items.length };
    }
    case 'strict_object': {
      const entries = Object.entries(part.entries ?? {});
      const at = path === '' ? '' : `${path}.`;
      return {
        type: 'object',
        properties: Object.fromEntries(entries.map(([key, value]) => [key, convert(value, at + key)])),
        required: entries.filter(([, value]) => value.type !== 'optional').map(([key]) => key),
        additionalProperties: false,
      };
    }
    case 'union':
    case 'variant':
      return { anyOf: (part.options ?? []).map((option) => convertPart(option as Part, path)) };
    case 'optional':
      return convertPart(part.wrapped as Part, path);
    case 'custom':
      // Refuses a list where an object is wanted, as the type of the object does in JSON Schema.
      return convertPart(part.pipe?.[1] as Part, path);
    case 'nullable':
      return { anyOf: [convertPart(part.wrapped as Part, path), { type: 'null' }] };
    default:
      throw new Error(`[engine bug] schema-json does not know ${part.type} (at ${path})`);
  }
}

/** What the pipe of a text, number or list asks for besides its type. */
function checksOf(part: Part): JsonSchema {
  const size = part.type === 'array' ? 'Items' : 'Length';
  const checks = (part.pipe ?? []).slice(1).map(({ type, requirement }): JsonSchema => {
    switch (type) {
      case 'regex':
        return { pattern: (requirement as RegExp).source };
      case 'integer':
        return { type: 'integer' };
      case 'min_value':
        return { minimum: requirement };
      case 'max_value':
        return { maximum: requirement };
      case 'min_length':
        return { [`min${size}`]: requirement };
      case 'max_length':
        return { [`max${size}`]: requirement };
      default:
        throw new Error(`[engine bug] schema-json does not know the check ${type}`);
    }
  });
  return Object.assign({}, ...checks) as JsonSchema;
}
