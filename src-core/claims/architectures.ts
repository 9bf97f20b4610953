import type { Run } from '../scenario/run.ts';
import { stepsOf } from './evidence.ts';

/**
 * What a run constructed, table by table: level and owner, then what the constructor was told (NULL; nothing where it takes no mm), and
 * `+lock` where it initialised one.
 */
export function constructed(run: Run): readonly string[] {
  const ctors = new Map(stepsOf(run.steps, 'ctor').map((s) => [s.table, s]));
  return stepsOf(run.steps, 'alloc').flatMap((s) => {
    const ctor = ctors.get(s.table ?? '');
    if (ctor === undefined) return [];
    const owner = s.mm === undefined ? 'init_mm' : (s.mm ?? 'none');
    const told = ctor.mm === undefined ? '' : ` ${ctor.mm ?? 'NULL'}`;
    return [`${s.level} ${owner}:${told}${ctor.lock === undefined ? '' : ' +lock'}`];
  });
}

type AtRevision = readonly [revision: string, ...constructed: string[]];

/** By architecture: what its scenario constructs before and after the change that is told of it. */
export const ARCHITECTURE_ROWS: readonly (readonly [arch: string, before: AtRevision, after: AtRevision])[] =
  [
    [
      'arm',
      ['ctor-p1', 'pte efi_mm: NULL +lock', 'pud init_mm:', 'pmd init_mm: init_mm', 'pgd user:'],
      [
        'ctor-p2',
        'pte efi_mm: NULL +lock',
        'pud init_mm:',
        'pmd init_mm: init_mm',
        'pte init_mm: init_mm',
        'pgd user:',
      ],
    ],
    [
      'riscv',
      ['ctor-p10', 'pmd init_mm: NULL +lock', 'pte init_mm: NULL +lock', 'pte efi_mm: NULL +lock'],
      [
        'ctor-p11',
        'pud init_mm:',
        'pmd init_mm: NULL +lock',
        'pte init_mm: NULL +lock',
        'pte efi_mm: NULL +lock',
      ],
    ],
    [
      'x86',
      ['v6.16', 'pmd init_mm: init_mm', 'pte init_mm: init_mm'],
      ['v7.3', 'pte init_mm: init_mm', 'pmd init_mm: init_mm', 'pte init_mm: init_mm', 'pte efi_mm: init_mm'],
    ],
    [
      's390',
      ['ctor-p1', 'pte init_mm: init_mm +lock', 'pud user:', 'pmd user: user +lock', 'pte user: user +lock'],
      ['ctor-p2', 'pte init_mm: init_mm', 'pud user:', 'pmd user: user +lock', 'pte user: user +lock'],
    ],
    [
      'powerpc',
      ['ctor-p3', 'pmd init_mm: init_mm +lock', 'pmd user: user +lock', 'pte user: user +lock'],
      [
        'ctor-p4',
        'pmd init_mm: init_mm +lock',
        'pte init_mm: init_mm',
        'pmd user: user +lock',
        'pte user: user +lock',
      ],
    ],
    [
      'sparc64',
      [
        'ctor-p4',
        'pud init_mm:',
        'pmd init_mm: init_mm',
        'pud user:',
        'pmd user: user',
        'pte user: user +lock',
      ],
      [
        'ctor-p5',
        'pud init_mm:',
        'pmd init_mm: init_mm',
        'pte init_mm: init_mm',
        'pud user:',
        'pmd user: user',
        'pte user: user +lock',
      ],
    ],
    [
      'm68k',
      ['v6.12', 'pte none:', 'pte user:'],
      ['base', 'pte none:', 'pte user:', 'pmd user:', 'pgd user:'],
    ],
    [
      'm68k-coldfire',
      ['ctor-p2', 'pud init_mm:', 'pmd init_mm: init_mm'],
      ['ctor-p3', 'pud init_mm:', 'pmd init_mm: init_mm', 'pte init_mm: init_mm'],
    ],
  ];
