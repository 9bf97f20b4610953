import { describe, expect, it } from 'vitest';
import { ctorChanges } from './ctor-changes.ts';
import { ctorRulesOf } from './ctor-rows.ts';
import type { CtorRules } from './ctor-rules.ts';
import { REVISIONS } from './revisions.ts';

const between = (before: string, after: string): readonly string[] =>
  ctorChanges(ctorRulesOf(before), ctorRulesOf(after));

describe('what a revision changes in constructors, in words', () => {
  it('says the effect of each of the eleven patches', () => {
    const patches = Array.from({ length: 11 }, (_, i) => `ctor-p${i + 1}`);
    const words = patches.map((id, i) => between(patches[i - 1] ?? 'base', id).join(' '));
    expect(words).toEqual([
      expect.stringMatching(/told the mm; none acts on it yet/),
      expect.stringMatching(
        /Kernel PTE tables are constructed.*init_mm’s PTE tables get no lock.*csky, microblaze and openrisc/,
      ),
      expect.stringMatching(/^Kernel PTE tables of m68k-coldfire are constructed/),
      expect.stringMatching(/^Kernel PTE tables of powerpc are constructed/),
      expect.stringMatching(/^Kernel PTE tables of sparc64 are constructed/),
      expect.stringMatching(/^init_mm’s PMD tables get no lock/),
      '',
      expect.stringMatching(/^arm64: PTE and PMD tables of memory added later/),
      '',
      expect.stringMatching(
        /^arm64: PUD and P4D tables of memory added later.* arm64: PUD and P4D tables of the firmware/,
      ),
      expect.stringMatching(/^riscv: PUD and P4D tables made after boot/),
    ]);
  });

  it('has words for every rule that differs between any two revisions, both ways', () => {
    for (const a of REVISIONS)
      for (const b of REVISIONS) {
        const [x, y] = [a.rules.ctor, b.rules.ctor];
        const keys = Object.keys(x) as (keyof CtorRules)[];
        const differ = keys.filter((key) => JSON.stringify(x[key]) !== JSON.stringify(y[key]));
        // An allocator that loses its constructor again is told of nowhere: no two revisions in order do so.
        const said = differ.filter((key) => key !== 'archKernelPte').length;
        expect(ctorChanges(x, y).length, `${a.id} → ${b.id}`).toBeGreaterThanOrEqual(said);
        if (differ.length === 0) expect(ctorChanges(x, y)).toEqual([]);
      }
  });
});
