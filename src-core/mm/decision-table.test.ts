import { describe, expect, it } from 'vitest';
import type { LevelName } from '../arch/geometry.ts';
import { ctorRulesOf } from '../revision/ctor-rows.ts';
import type { Arch } from './allocators.ts';
import { ALLOCATORS, findAllocator } from './allocators.ts';
import { allocEffect, effectLetters } from './ptdesc.ts';
import type { PtlockConfig } from './ptlock.ts';
import { PLAIN_PTLOCKS } from './ptlock.ts';

/** The revisions each column of the documentation stands for. */
const COLUMNS: readonly (readonly string[])[] = [
  ['v6.12', 'v6.12.0', 'hist-acct-pud'],
  ['base', 'ctor-p1'],
  ['ctor-p2', 'ctor-p3', 'ctor-p4', 'ctor-p5'],
  ['ctor-p6', 'ctor-p7'],
  ['ctor-p8', 'ctor-p9'],
  ['ctor-p10'],
  ['ctor-p11', 'v6.16', 'v6.18', 'nolock-v1', 'nolock-review', 'nolock-v2', 'perm-v3', 'perm-v4'],
  ['v7.3', 'v7.2'],
];

/**
 * The documented decision table: what an allocator does in each column. `arch allocator level mm | cells`. `=`: as the cell to its
 * left. C constructor, L lock initialised, A lock allocated apart, M charged, K marked as kernel table, – nothing.
 */
const TABLE = `
 1 generic pte_alloc_one            pte user    | CLA M | CLA M | CLA M | = | = | = | = | CLA M
 2 generic pte_alloc_one            pte efi_mm  | CLA M | = | = | = | = | = | = | CLA M
 3 generic pte_alloc_one            pte init_mm | CLA M | CLA M | C M | = | = | = | = | C M
 4 generic pte_alloc_one_kernel     pte init_mm | – | – | C | C | C | C | C | C K
 5 generic pte_alloc_one_kernel     pte NULL    | – | – | CLA | = | = | = | = | CLA K
 5 generic pte_alloc_one_kernel     pte efi_mm  | – | – | CLA | = | = | = | = | CLA K
 6 generic pmd_alloc_one            pmd user    | CLA M | = | = | = | = | = | = | CLA M
 6 generic pmd_alloc_one            pmd efi_mm  | CLA M | = | = | = | = | = | = | CLA M
 6 generic pmd_alloc_one            pmd NULL    | CLA M | = | = | = | = | = | = | CLA M
 7 generic pmd_alloc_one            pmd init_mm | CLA | CLA | CLA | C | C | C | C | C K
 8 generic pud_alloc_one            pud user    | C M | = | = | = | = | = | = | C M
 8 generic pud_alloc_one            pud efi_mm  | C M | = | = | = | = | = | = | C M
 9 generic pud_alloc_one            pud init_mm | C | = | = | = | = | = | = | C K
10 generic p4d_alloc_one            p4d user    | – M | C M | = | = | = | = | = | C M
10 generic p4d_alloc_one            p4d efi_mm  | – M | C M | = | = | = | = | = | C M
11 generic p4d_alloc_one            p4d init_mm | – | C | = | = | = | = | = | C K
12 generic pgd_alloc                pgd user    | – M | C M | = | = | = | = | = | C M
12 generic pgd_alloc                pgd efi_mm  | – M | C M | = | = | = | = | = | C M
13 arm64 pgd_alloc_slab             pgd user    | – | – | – | – | – | – | – | –
13 arm   pgd_alloc_lpae             pgd efi_mm  | – | – | – | – | – | – | – | –
14 arm64 swapper_pg_dir             pgd init_mm | – | – | – | – | – | – | – | –
15 arm64 early_pgtable_alloc        pte init_mm | – | – | – | – | – | – | – | –
15 arm64 early_pgtable_alloc        p4d init_mm | – | – | – | – | – | – | – | –
15 arm64 kpti_ng_pgd_alloc          pmd init_mm | – | – | – | – | – | – | – | –
16 arm64 pgd_pgtable_alloc_init_mm  pte init_mm | – | – | – | – | C | C | C | C
17 arm64 pgd_pgtable_alloc_init_mm  pmd init_mm | – | – | – | – | C | C | C | C
18 arm64 pgd_pgtable_alloc_init_mm  pud init_mm | – | – | – | – | – | C | C | C
18 arm64 pgd_pgtable_alloc_init_mm  p4d init_mm | – | – | – | – | – | C | C | C
19 arm64 pgd_pgtable_alloc_special_mm pte efi_mm | CLA | CLA | = | = | = | = | = | CLA
20 arm64 pgd_pgtable_alloc_special_mm pmd efi_mm | CLA | CLA | = | = | = | = | = | CLA
21 arm64 pgd_pgtable_alloc_special_mm pud efi_mm | – | – | – | – | – | C | C | C
21 arm64 pgd_pgtable_alloc_special_mm p4d efi_mm | – | – | – | – | – | C | C | C
22 arm64 pgd_pgtable_alloc_init_mm_gfp pte init_mm | n/a | n/a | n/a | n/a | n/a | n/a | n/a | C
22 arm64 pgd_pgtable_alloc_init_mm_gfp pmd init_mm | n/a | n/a | n/a | n/a | n/a | n/a | n/a | C
23 arm   late_alloc                 pte efi_mm  | CLA | CLA | = | = | = | = | = | CLA
24 arm   early_alloc                pte init_mm | – | – | – | – | – | – | – | –
25 arm   pgd_alloc                  pgd user    | – | C +4 M | = | = | = | = | = | C +4 M
25 arm   pgd_alloc                  pgd efi_mm  | – | C +4 M | = | = | = | = | = | C +4 M
26 riscv alloc_pte_late             pte efi_mm  | CLA | CLA | = | = | = | = | = | CLA
26 riscv alloc_pte_late             pte init_mm | CLA | CLA | = | = | = | = | = | CLA
27 riscv alloc_pmd_late             pmd efi_mm  | CLA | CLA | = | = | = | = | = | CLA
27 riscv alloc_pmd_late             pmd init_mm | CLA | CLA | = | = | = | = | = | CLA
28 riscv alloc_pud_late             pud init_mm | – | – | – | – | – | – | C | C
28 riscv alloc_p4d_late             p4d init_mm | – | – | – | – | – | – | C | C
29 riscv alloc_pte_early            pte init_mm | – | – | – | – | – | – | – | –
29 riscv alloc_pmd_fixmap           pmd init_mm | – | – | – | – | – | – | – | –
30 x86   preallocate_pmds           pmd user    | CLA M | = | = | = | = | = | = | CLA M
31 x86   alloc_low_pages            pte init_mm | – | – | – | – | – | – | – | –
31 x86   spp_getpage                pud init_mm | – | – | – | – | – | – | – | –
32 x86   alloc_pte_page             pte efi_mm  | – | – | – | – | – | – | – | C K
32 x86   alloc_pmd_page             pmd init_mm | – | – | – | – | – | – | – | C K
32 x86   populate_pgd               pud efi_mm  | – | – | – | – | – | – | – | C K
32 x86   populate_pgd               p4d init_mm | – | – | – | – | – | – | – | C K
33 x86   split_large_page           pte init_mm | – | – | – | – | – | – | – | C K
33 x86   split_large_page           pmd init_mm | – | – | – | – | – | – | – | C K
34 generic vmemmap_alloc_block_zero pte init_mm | – | – | – | – | – | – | – | –
34 generic vmemmap_alloc_block_zero p4d init_mm | – | – | – | – | – | – | – | –
35 generic vmemmap_split_pmd        pte init_mm | – | – | C | = | = | = | = | C K
37 x86   efi_alloc_page_tables      pgd efi_mm  | – | – | – | – | – | – | – | –
`;

/** Locks as objects of their own: a 64-bit PREEMPT_RT kernel. */
const RT: PtlockConfig = { ...PLAIN_PTLOCKS, spinlock: 'rt' };

/** Cells of the table, `=` and n/a resolved. */
function* cells(): IterableIterator<{ name: string; row: string[]; revision: string; cell: string }> {
  for (const line of TABLE.trim().split('\n')) {
    const [head = '', ...texts] = line.split('|').map((s) => s.trim());
    const [, ...row] = head.split(/\s+/);
    let last = '';
    for (const [c, text] of texts.entries()) {
      const cell = text === '=' ? last : text;
      last = cell;
      if (cell === 'n/a') continue;
      for (const revision of COLUMNS[c] ?? []) yield { name: head, row, revision, cell };
    }
  }
}

/** The letters without the lock object. */
const EMBEDDED = (cell: string): string => cell.replace('CLA', 'CL');
const UNSPLIT = (cell: string): string => cell.replace('CLA', 'C');

const all = [...cells()];

describe('allocators by revision, as documented', () => {
  it('has every row and column', () => {
    // 59 rows of eight columns standing for 24 revisions; the two rows of splits exist in the last column only. Row 36 is powerpc's,
    // which has allocators of its own: see arch-table.test.ts.
    expect(TABLE.trim().split('\n')).toHaveLength(59);
    expect(all).toHaveLength(57 * 24 + 2 * 2);
  });

  it.each([
    ['locks apart', RT, (cell: string) => cell],
    ['locks embedded', PLAIN_PTLOCKS, EMBEDDED],
    ['no split locks', { ...RT, splitPte: false }, UNSPLIT],
  ] as const)('%s: every cell', (_title, config, expected) => {
    for (const { name, row, revision, cell } of all) {
      const [arch, fn, level, mm] = row;
      const allocator = findAllocator(fn ?? '', arch as Arch);
      if (allocator === undefined) throw new Error(`no allocator ${name}`);
      const effect = allocEffect(
        ctorRulesOf(revision),
        config,
        allocator,
        level as LevelName,
        mm === 'NULL' ? null : (mm ?? ''),
      );
      expect(effectLetters(effect), `${name} at ${revision}`).toBe(expected(cell));
      // T always equals C, and so does +n.
      expect(effect.type, `${name} at ${revision}`).toBe(effect.ctor);
      expect(effect.counted > 0, `${name} at ${revision}`).toBe(effect.ctor);
    }
  });

  it('split PMD locks off: PTE tables keep theirs', () => {
    for (const { name, row, revision, cell } of all) {
      const [arch, fn, level, mm] = row;
      const allocator = findAllocator(fn ?? '', arch as Arch);
      if (allocator === undefined) throw new Error(`no allocator ${name}`);
      const config = { ...RT, splitPmd: false };
      const owner = mm === 'NULL' ? null : (mm ?? '');
      const effect = allocEffect(ctorRulesOf(revision), config, allocator, level as LevelName, owner);
      expect(effectLetters(effect), `${name} at ${revision}`).toBe(level === 'pmd' ? UNSPLIT(cell) : cell);
    }
  });

  it('names each allocator once an architecture', () => {
    const names = ALLOCATORS.map((a) => `${a.arch} ${a.name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
