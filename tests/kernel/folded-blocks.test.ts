import { describe, expect, it } from 'vitest';
import type { Row } from './run.ts';
import { lines, runContexts } from './run.ts';

describe('with two levels of tables', () => {
  // 64 KiB pages and 42 bits: the root is the PMD table, and a PMD block maps 512 MiB.
  const tables: readonly Row[] = [['init_mm', 2, '0xfffffc0020000000', 2, '0xe8000040000701', '0x20000000']];

  it.each(['v7.3', 'perm-v4'])('%s: a PMD block is no PUD leaf', (revision) => {
    const run = runContexts({ tables, geometry: '64k42', revision, config: { linearReq: false } }, [
      {
        calls: [
          {
            fn: 'update_range_prot',
            start: '0xfffffc0020000000',
            size: '0x40000000',
            set: '0x80',
            clear: '0x0',
          },
        ],
      },
    ]);
    expect(lines(run.steps).filter((l) => /^(set|warn|return)/.test(l))).toEqual([
      'set pmd[1] 0xe8000040000701 -> 0xe8000040000781',
      'set pmd[2] 0xe8000060000701 -> 0xe8000060000781',
      'return 0',
    ]);
  });

  it('is split as one', () => {
    const call = {
      fn: 'range_split_to_ptes',
      start: '0xfffffc0020000000',
      end: '0xfffffc0040000000',
      atomic: false,
    };
    const run = runContexts({ tables, geometry: '64k42' }, [{ calls: [call] }], { fold: 'always' });
    expect(lines(run.steps).filter((l) => /^(alloc|set p[um]d|return)/.test(l))).toEqual([
      'alloc pte',
      expect.stringMatching(/^set pmd\[1\] 0xe8000040000701 -> /),
      'return 0',
    ]);
  });
});
