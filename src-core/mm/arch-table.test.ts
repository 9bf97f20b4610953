import { describe, expect, it } from 'vitest';
import type { LevelName } from '../arch/geometry.ts';
import { ctorRulesOf } from '../revision/ctor-rows.ts';
import type { Arch } from './allocators.ts';
import { findAllocator } from './allocators.ts';
import type { FreedTable } from './free-paths.ts';
import { findFreePath } from './free-paths.ts';
import { allocEffect, effectLetters } from './ptdesc.ts';
import { PLAIN_PTLOCKS } from './ptlock.ts';

const RT = { ...PLAIN_PTLOCKS, spinlock: 'rt' } as const;

function letters(revision: string, arch: Arch, fn: string, level: LevelName, mm: string | null): string {
  const allocator = findAllocator(fn, arch);
  if (allocator === undefined) throw new Error(`no allocator ${arch} ${fn}`);
  return effectLetters(allocEffect(ctorRulesOf(revision), RT, allocator, level, mm));
}

/**
 * The other architectures: allocator of kernel tables, `v6.12 base p1 p2 p3 p4 p5 p6 p11 v7.3`. A kernel PTE table is init_mm's.
 */
const REVISIONS = ['v6.12', 'base', 'ctor-p1', 'ctor-p2', 'ctor-p3', 'ctor-p4', 'ctor-p5', 'ctor-p6', 'ctor-p11', 'v7.3'] as const; // prettier-ignore
const ARCHES = `
arm           pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
arm64         pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
riscv         pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
x86           pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
s390          page_table_alloc     pte init_mm | CLA | CLA | CLA | C | C | C | C | C | C | C
s390          page_table_alloc     pte user    | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA
s390          crst_table_alloc     pmd user    | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4
s390          crst_table_alloc     pud user    | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4
s390          crst_table_alloc     p4d user    | – | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4
s390          crst_table_alloc     pgd user    | – | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4 | C +4
s390          pte_alloc_one_kernel pte init_mm | CLA | CLA | CLA | C | C | C | C | C | C | C
s390          pte_alloc_one        pte user    | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA
s390          pmd_alloc_one        pmd user    | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4 | CLA +4
s390          vmem_crst_alloc      pmd init_mm | – | – | – | – | – | – | – | – | – | –
m68k          get_pointer_table    pte init_mm | CLA | CLA | CLA | C | C | C | C | C | C | C
m68k          pte_alloc_one_kernel pte init_mm | CLA | CLA | CLA | C | C | C | C | C | C | C
m68k          get_pointer_table_upper pmd user | – | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA
m68k          get_pointer_table_upper pgd user | – | C | C | C | C | C | C | C | C | C
m68k-coldfire pte_alloc_one_kernel pte init_mm | – | – | – | – | C | C | C | C | C | C
powerpc       pte_fragment_alloc   pte init_mm | – | – | – | – | – | C | C | C | C | C
powerpc       pmd_fragment_alloc   pmd user    | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M
powerpc       pte_alloc_one_kernel pte init_mm | – | – | – | – | – | C | C | C | C | C
powerpc       pte_alloc_one        pte user    | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M
powerpc       pmd_alloc_one        pmd init_mm | CLA | CLA | CLA | CLA | CLA | CLA | CLA | C | C | C
powerpc       pud_alloc_slab       pud user    | – | – | – | – | – | – | – | – | – | –
sparc64       pte_alloc_one_kernel pte init_mm | – | – | – | – | – | – | C | C | C | C
sparc64       pte_alloc_one        pte user    | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA | CLA
sparc32       srmmu_get_nocache    pte init_mm | – | – | – | – | – | – | – | – | – | –
csky          pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
loongarch     pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
loongarch     pmd_alloc_one        pmd init_mm | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | CLA M | C M | C M | C M
microblaze    pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
mips          pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
openrisc      pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
parisc        pte_alloc_one_kernel pte init_mm | – | – | – | C | C | C | C | C | C | C K
parisc        pmd_alloc_one        pmd init_mm | – | CLA | CLA | CLA | CLA | CLA | CLA | C | C | C
`;

describe('the other architectures, as documented', () => {
  it.each(ARCHES.trim().split('\n'))('%s', (line) => {
    const [head = '', ...cells] = line.split('|').map((s) => s.trim());
    const [arch, fn = '', level, mm = ''] = head.split(/\s+/);
    expect(cells).toHaveLength(REVISIONS.length);
    expect(REVISIONS.map((r) => letters(r, arch as Arch, fn, level as LevelName, mm))).toEqual(
      // PMD tables of parisc and loongarch belong to the memory cgroup where they are not init_mm's, loongarch's always.
      cells,
    );
  });
});

/** History before 6.12, in the words of the series: pte and pmd for a user, then accounting level by level. */
const HISTORY = `
hist-user-pte | CLA – – – | 0
hist-user-pmd | CLA CLA – – | 0
hist-acct-pte | CLA CLA – – | 1
hist-acct-pud | CLA CLA C – | 3
v6.12         | CLA CLA C – | 3
base          | CLA CLA C C | 4
`;

describe('how it came to be', () => {
  it.each(HISTORY.trim().split('\n'))('%s', (line) => {
    const [revision = '', cells = '', counted] = line.split('|').map((s) => s.trim());
    const rules = ctorRulesOf(revision);
    const effects = (['pte', 'pmd', 'pud', 'p4d'] as const).map((level) => {
      const allocator = findAllocator(`${level}_alloc_one`, 'generic');
      if (allocator === undefined) throw new Error(level);
      return allocEffect(rules, RT, allocator, level, 'user');
    });
    expect(effects.map((e) => effectLetters(e).replace(' M', '')).join(' ')).toBe(cells);
    expect(effects.reduce((n, e) => n + e.counted, 0)).toBe(Number(counted));
  });

  it('j26: constructors are for the split locks of user tables, and pagetable_alloc() counts', () => {
    expect(letters('j26', 'generic', 'pte_alloc_one', 'pte', 'user')).toBe('CLA M');
    expect(letters('j26', 'generic', 'pte_alloc_one_kernel', 'pte', 'init_mm')).toBe('T K');
    expect(letters('j26', 'arm64', 'pgd_pgtable_alloc_special_mm', 'pte', 'efi_mm')).toBe('T');
    expect(letters('j26', 'arm64', 'early_pgtable_alloc', 'pte', 'init_mm')).toBe('–');
  });
});

/** Free paths: dtor, or free (free only), in columns v6.12, base, p2, v6.16, v7.3. */
const FREE_COLUMNS = ['v6.12', 'base', 'ctor-p2', 'v6.16', 'v7.3'] as const;
const FREEING = `
generic pte_free                   | dtor | dtor | dtor | dtor | dtor
generic pte_free_kernel            | free | free | dtor | dtor | dtor
generic pmd_free                   | dtor | dtor | dtor | dtor | dtor
generic pud_free                   | dtor | dtor | dtor | dtor | dtor
generic p4d_free                   | free | dtor | dtor | dtor | dtor
generic pgd_free                   | free | dtor | dtor | dtor | dtor
arm64   pgd_free_slab              | free | free | free | free | free
arm     pgd_free_lpae              | free | free | free | free | free
arm     pgd_free                   | free | dtor | dtor | dtor | dtor
arm64   pmd_free_pte_page          | free | free | dtor | dtor | dtor
arm64   pud_free_pmd_page          | dtor | dtor | dtor | dtor | dtor
x86     pmd_free_pte_page          | free | free | free | dtor | dtor
x86     pud_free_pmd_page          | dtor | dtor | dtor | dtor | dtor
riscv   pmd_free_pte_page          | free | free | dtor | dtor | dtor
riscv   pud_free_pmd_page          | dtor | dtor | dtor | dtor | dtor
arm64   free_hotplug_pgtable_page  | free | free | free | free | dtor
arm64   free_hotplug_pgtable_page vmemmap | free | free | free | free | dtor
riscv   free_pte_table             | dtor | dtor | dtor | dtor | dtor
riscv   free_pte_table vmemmap     | dtor | dtor | dtor | dtor | dtor
riscv   free_pmd_table             | dtor | dtor | dtor | dtor | dtor
riscv   free_pmd_table vmemmap     | free | free | free | free | free
riscv   free_pud_table             | free | free | free | free | free
x86     free_pagetable             | free | free | free | free | free
s390    pte_free_kernel            | dtor | dtor | dtor | dtor | dtor
s390    pmd_free                   | dtor | dtor | dtor | dtor | dtor
powerpc pte_free_kernel            | free | free | free | dtor | dtor
powerpc pte_free_kernel user       | dtor | dtor | dtor | dtor | dtor
powerpc pud_free                   | free | free | free | free | free
s390    page_table_free            | dtor | dtor | dtor | dtor | dtor
s390    page_table_free reserved   | dtor | dtor | dtor | dtor | free
`;

describe('free paths, as documented', () => {
  it.each(FREEING.trim().split('\n'))('%s', (line) => {
    const [head = '', ...cells] = line.split('|').map((s) => s.trim());
    const [arch, name = '', which] = head.split(/\s+/);
    const table: FreedTable = which === undefined ? {} : { [which]: true };
    const path = findFreePath(name, arch as Arch);
    if (path === undefined) throw new Error(head);
    const got = FREE_COLUMNS.map((r) => (path.dtor(ctorRulesOf(r), table) ? 'dtor' : 'free'));
    expect(got).toEqual(cells);
  });

  it('powerpc: the last kernel PTE fragment destructs from its patch on', () => {
    const path = findFreePath('pte_fragment_free', 'powerpc');
    const got = ['v6.12', 'ctor-p3', 'ctor-p4', 'v7.3'].map((r) => path?.dtor(ctorRulesOf(r), {}));
    expect(got).toEqual([false, false, true, true]);
  });
});
