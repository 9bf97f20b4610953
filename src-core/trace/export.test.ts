import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryRun, geometryOf, runOf } from '../../tests/support/arbitrary-steps.ts';
import type { Step } from '../step/step.ts';
import { traceJson, traceMarkdown } from './export.ts';

const BASE = { ctx: 0, cpu: 1, fn: 'walk_pmd_range', at: 'mm/pagewalk.c:96', depth: 5, held: [] } as const;
const STEPS: readonly Step[] = [
  { ...BASE, n: 1, held: ['rcu/read'], ev: 'lock', name: 'rcu', mode: 'read' },
  {
    ...BASE,
    n: 2,
    at: '',
    fn: 'pmd_entry',
    ev: 'cb',
    level: 'pmd',
    addr: '0x0',
    next: '0x200000',
    val: '0xe8000041e00705',
  },
];

describe('traceMarkdown', () => {
  it('is a heading, the results and a table', () => {
    const run = runOf(geometryOf('4k48'), STEPS, { results: [{ rets: [-22, null] }], cutAt: 2 });
    expect(traceMarkdown(run)).toBe(
      [
        '# A run made of steps',
        '',
        'Revision v7.3, tables made-up (arm64 4k48).',
        '',
        '- a: walk_kernel_page_table_range_lockless returned -22 (-EINVAL)',
        '- a: walk_page_range_debug did not return',
        '',
        '| step | context | what happens | function | held |',
        '| ---: | --- | --- | --- | --- |',
        '| 1 | a | Enters an RCU read section. | walk_pmd_range (mm/pagewalk.c:96) | rcu/read |',
        '| 2 | a | pmd_entry(0) saw a block RW NX, 41e00000. | pmd_entry |  |',
        '',
        'Cut off after 2 steps.',
        '',
      ].join('\n'),
    );
  });

  it('lets no text break out of its cell', () => {
    const evil = 'a|b <img> [x](y) _z_ `c`\n| 9 | row |';
    const steps: readonly Step[] = [{ ...BASE, n: 1, fn: evil, ev: 'violation', what: 'uaf', detail: evil }];
    const row = traceMarkdown(runOf(geometryOf('4k48'), steps))
      .split('\n')
      .filter((l) => l.startsWith('| 1 '));
    expect(row).toHaveLength(1);
    const escaped = 'a\\|b \\<img> [x\\](y) \\_z\\_ \\`c\\` \\| 9 \\| row \\|';
    expect(row[0]).toBe(`| 1 | a | Use of a freed table: ${escaped}. | ${escaped} (mm/pagewalk.c:96) |  |`);
    fc.assert(
      fc.property(arbitraryRun(), (run) => {
        const rows = traceMarkdown(run).split('| ---: | --- | --- | --- | --- |\n')[1]?.split('\n') ?? [];
        const cells = rows.slice(0, run.steps.length).map((line) => line.split(/(?<!\\)(?:\\\\)*\|/).length);
        expect(cells).toEqual(run.steps.map(() => 7));
      }),
      { numRuns: 200, seed: 12 },
    );
  });
});

describe('traceJson', () => {
  it('is the steps, a line each', () => {
    fc.assert(
      fc.property(arbitraryRun(), (run) => {
        const text = traceJson(run);
        expect(JSON.parse(text)).toEqual(run.steps);
        expect(text.split('\n')).toHaveLength(run.steps.length + 3);
      }),
      { numRuns: 100, seed: 13 },
    );
    expect(traceJson({ steps: [] })).toBe('[\n]\n');
  });
});
