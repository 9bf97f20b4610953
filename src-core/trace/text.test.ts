import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryRun, geometryOf, runOf } from '../../tests/support/arbitrary-steps.ts';
import type { Step, StepEvent } from '../step/step.ts';
import { parseTraceText } from './text-parse.ts';
import { columns, joinLines } from './text-lines.ts';
import { traceText } from './text.ts';

const K48 = geometryOf('4k48');
const BASE = { ctx: 0, cpu: 1, fn: 'walk_pmd_range', at: 'mm/pagewalk.c:96', depth: 1, held: [] } as const;
const PLACE = { hw: 2, table: '0x7fffe000', idx: 15, va: '0xffff000041e00000', level: 'pmd' } as const;
const STEPS: readonly Step[] = [
  {
    ...BASE,
    n: 1,
    fn: 'walk_page_range_debug',
    at: 'mm/pagewalk.c:682',
    depth: 0,
    ev: 'call',
    args: { mm: 'init_mm', start: '0xffff000041e00000', ops: 'pmd pte' },
  },
  {
    ...BASE,
    n: 2,
    fn: 'walk_page_range_debug',
    at: 'mm/pagewalk.c:682',
    depth: 0,
    ev: 'assert',
    name: 'mmap_assert_write_locked',
    mm: 'init_mm',
    ok: false,
  },
  { ...BASE, n: 3, ev: 'load', ...PLACE, value: '0xe8000041e00705', by: 'pmdp_get', once: true, dead: false },
  {
    ...BASE,
    n: 4,
    ev: 'load',
    ...PLACE,
    value: '0xe8000041e00705',
    by: 'pmd_none',
    once: false,
    dead: false,
  },
  { ...BASE, n: 5, ev: 'set', ...PLACE, old: '0xe8000041e00705', new: '0x180000004174e403' },
  { ...BASE, n: 6, ev: 'hole', addr: '0xffff000042000000', next: '0xffff000042200000', depth: 3 },
  { ...BASE, n: 7, held: ['rcu/read'], ev: 'lock', name: 'rcu', mode: 'read' },
  { ...BASE, n: 8, held: ['rcu/read', 'ptl/write'], ev: 'lock', name: 'ptl', mode: 'write' },
  {
    ...BASE,
    n: 9,
    fn: 'walk_page_range_debug',
    at: 'mm/pagewalk.c:682',
    depth: 0,
    held: ['rcu/read', 'ptl/write'],
    ev: 'return',
    ret: -22,
  },
];

/** The lines of the steps alone, without comments. */
function body(steps: readonly Step[], changes: Parameters<typeof runOf>[2] = {}): string[] | undefined {
  return traceText(runOf(K48, steps, changes), { comments: 'none' })
    .split('\n\n')[1]
    ?.split('\n');
}

describe('traceText', () => {
  it('reads like this', () => {
    const frame = (fn: string, line: number): { fn: string; at: string } => ({
      fn,
      at: `mm/pagewalk.c:${line}`,
    });
    const stack = [frame('walk_pmd_range', 96), frame('walk_page_range_debug', 682)];
    const run = runOf(K48, STEPS, { results: [{ rets: [-22] }], stackAt: (n) => (n === 6 ? stack : []) });
    expect(traceText(run).split('\n')).toEqual([
      'Pagewalk trace, format 1',
      'title: A run made of steps',
      'revision: v7.3',
      'tables: made-up',
      'geometry: arm64 4k48 pages 4K root 0',
      '         # 4K pages, 48-bit addresses, 4 levels',
      'context: a cpu 1',
      'context: b cpu 3',
      'context: c cpu 5',
      'context: d cpu 7',
      'steps: 9',
      "         # file:line is the line of the function's definition.",
      '         # by= is the reading helper (without: pmdp_get() and its like).',
      'result a: walk_kernel_page_table_range_lockless = -22  # -EINVAL',
      '',
      '         walk_page_range_debug()  mm/pagewalk.c:682',
      '  1 a 0 call mm=init_mm start=0xffff000041e00000 ops="pmd pte"',
      '  2 a 0 assert mmap_assert_write_locked init_mm FAILED',
      '         # mmap_assert_write_locked(init_mm): not held for write. A',
      '         # warning only; the walk goes on.',
      '           walk_pmd_range()  mm/pagewalk.c:96',
      '  3 a 1 load pmd 7fffe000[15] e8000041e00705 once va=ffff000041e00000',
      '         # block RW NX',
      '  4 a 1 load pmd 7fffe000[15] e8000041e00705 by=pmd_none  # block RW NX',
      '  5 a 1 set  pmd 7fffe000[15] e8000041e00705 -> 180000004174e403',
      '         # Writes PMD[15]: from a block RW NX, 41e00000, to a table,',
      '         # 4174e000.',
      '  6 a 1 hole ffff000042000000+2M depth 3  # nothing mapped',
      '  7 a 1 lock rcu read',
      '  8 a 1 lock ptl write',
      '         held: rcu/read ptl/write',
      '  9 a 0 return -22  # -EINVAL',
      '',
      'result a: walk_kernel_page_table_range_lockless = -22  # -EINVAL',
      '',
    ]);
  });

  it('writes what changes tables and makes it known like this', () => {
    const fill = { hw: 3, table: '0x2000000000', idx: 0, va: null, level: 'pte', old: '0x0' } as const;
    const events: readonly StepEvent[] = [
      { ev: 'alloc', level: 'pte', table: '0x2000000000', gfp: 'kernel' },
      { ev: 'ctor', level: 'pte', table: '0x2000000000', mm: 'init_mm' },
      { ev: 'ctor', level: 'pmd', table: '0x2000000000', mm: null },
      { ev: 'ctor', level: 'pud', table: '0x2000000000' },
      { ev: 'set', ...fill, new: '0xf8000041e00707', count: 512, dnew: '0x1000' },
      { ev: 'dsb' },
      { ev: 'set', ...PLACE, old: '0xe8000041e00705', new: '0x1800002000000403' },
      { ev: 'isb' },
      { ev: 'lazy', on: true },
      { ev: 'tlbi', start: '0xffff000041e00000', end: '0xffff000041e04000' },
      { ev: 'unmap_aliases' },
      { ev: 'alloc', level: 'pte', table: null, gfp: 'atomic' },
      { ev: 'test_walk', addr: '0x400000', next: '0x600000' },
      { ev: 'post_vma' },
      { ev: 'vmalock', name: 'vma_start_write', vma: 2 },
      { ev: 'split_huge', level: 'pmd', addr: '0x400000', val: '0xe8000041e00705' },
      { ev: 'bug' },
    ];
    const steps = events.map((event, i): Step => ({ ...BASE, n: i + 1, ...event }));
    const lines = traceText(runOf(K48, steps)).split('\n\n')[1]?.split('\n');
    expect(lines).toEqual([
      '           walk_pmd_range()  mm/pagewalk.c:96',
      '  1 a 1 alloc pte 2000000000 kernel',
      '  2 a 1 ctor pte 2000000000 mm=init_mm',
      '  3 a 1 ctor pmd 2000000000 mm=-',
      '  4 a 1 ctor pud 2000000000',
      '  5 a 1 set  pte 2000000000[0] 0 -> f8000041e00707 x512 dnew=1000 va=-',
      '         # Fills PTE[0..511] of the new table 2000000000: a page RW NX',
      '         # cont, 41e00000, and so on every 4K.',
      '  6 a 1 dsb',
      '  7 a 1 set  pmd 7fffe000[15] e8000041e00705 -> 1800002000000403 \\',
      '        va=ffff000041e00000',
      '         # Writes PMD[15]: from a block RW NX, 41e00000, to a table,',
      '         # 2000000000.',
      '  8 a 1 isb',
      '  9 a 1 lazy on',
      ' 10 a 1 tlbi ffff000041e00000+16K',
      ' 11 a 1 unmap_aliases',
      ' 12 a 1 alloc pte - atomic',
      '         # Asks for a page for a PTE table (may not sleep): there is',
      '         # none.',
      ' 13 a 1 test_walk 400000+2M',
      ' 14 a 1 post_vma',
      ' 15 a 1 vmalock vma_start_write 2',
      ' 16 a 1 split_huge pmd 400000 e8000041e00705',
      '         # split_huge_pmd() for 400000 finds a block RW NX, 41e00000; it',
      '         # is cleared next.',
      ' 17 a 1 bug',
      '         # A BUG fires in walk_pmd_range(). This context ends here; what',
      '         # it holds stays held.',
    ]);
  });

  it('names every new function on the stack where the run knows it, and none twice', () => {
    const at = 'mm/pagewalk.c:96';
    const stack = (...fns: string[]): { fn: string; at: string }[] => fns.map((fn) => ({ fn, at }));
    const stacks = [stack('c', 'b', 'a'), stack('b', 'a'), stack('c', 'b', 'a'), stack('d', 'b', 'a')];
    const steps = stacks.map((s, i): Step => ({
      ...BASE,
      n: i + 1,
      fn: s[0]?.fn ?? '',
      depth: s.length - 1,
      ev: 'warn',
    }));
    expect(body(steps, { stackAt: (n) => stacks[n - 1] ?? [] })).toEqual([
      '         a()  mm/pagewalk.c:96',
      '           b()  mm/pagewalk.c:96',
      '             c()  mm/pagewalk.c:96',
      '  1 a 2 warn',
      '  2 a 1 warn',
      '  3 a 2 warn',
      '             d()  mm/pagewalk.c:96',
      '  4 a 2 warn',
    ]);
  });

  it('names the function again when another context came between', () => {
    const steps = [0, 1, 0, 0].map((ctx, i): Step => ({
      ...BASE,
      n: i + 1,
      ctx,
      cpu: 2 * ctx + 1,
      ev: 'warn',
    }));
    const call = '           walk_pmd_range()  mm/pagewalk.c:96';
    expect(body(steps)).toEqual([
      call,
      '  1 a 1 warn',
      call,
      '  2 b 1 warn',
      call,
      '  3 a 1 warn',
      '  4 a 1 warn',
    ]);
  });

  it('lists the locks held where the step does not tell', () => {
    const steps: readonly Step[] = [
      { ...BASE, n: 1, held: ['mmap:init_mm/read'], ev: 'warn' },
      { ...BASE, n: 2, held: ['mmap:init_mm/read', 'rcu/read'], ev: 'lock', name: 'rcu', mode: 'read' },
      { ...BASE, n: 3, held: ['mmap:init_mm/read', 'rcu/read'], ev: 'warn' },
      { ...BASE, n: 4, held: ['mmap:init_mm/read'], ev: 'unlock', name: 'rcu', mode: 'read' },
      { ...BASE, n: 5, held: [], ev: 'unlock', name: 'mmap:init_mm', mode: 'read' },
      { ...BASE, n: 6, held: [], ev: 'lock', name: 'ptl', mode: 'write' },
    ];
    expect(body(steps)).toEqual([
      '           walk_pmd_range()  mm/pagewalk.c:96',
      '  1 a 1 warn',
      '         held: mmap:init_mm/read',
      '  2 a 1 lock rcu read',
      '         held: mmap:init_mm/read rcu/read',
      '  3 a 1 warn',
      '  4 a 1 unlock rcu read',
      '  5 a 1 unlock mmap:init_mm read',
      '  6 a 1 lock ptl write',
      '         held: -',
    ]);
  });

  it('comments the first of a series of stores, and a store elsewhere', () => {
    const store = { ...BASE, ev: 'set', ...PLACE, old: '0x0', new: '0xe8000041e00705' } as const;
    const steps: readonly Step[] = [
      { ...store, n: 1 },
      { ...store, n: 2, idx: 16 },
      { ...store, n: 3, table: '0x1000' },
    ];
    const commented = (list: readonly Step[]): number =>
      traceText(runOf(K48, list))
        .split('\n')
        .filter((line) => line.startsWith('         # Writes')).length;
    expect(commented(steps)).toBe(2);
    // Between the stores of a series the next entry is read, and barriers are waited for.
    const { ev: _ev, old: _old, new: _new, ...place } = store;
    const load: Step = { ...place, n: 2, ev: 'load', value: '0x0', by: 'pmdp_get', once: true, dead: false };
    const [first, second] = steps as readonly [Step, Step];
    const barriers: readonly Step[] = [
      { ...BASE, n: 3, ev: 'dsb' },
      { ...BASE, n: 4, ev: 'isb' },
    ];
    expect(commented([first, load, ...barriers, { ...second, n: 5 }])).toBe(1);
    expect(commented([first, { ...BASE, n: 2, ev: 'lazy', on: false }, { ...second, n: 3 }])).toBe(2);
  });

  const load = { ...BASE, ev: 'load', ...PLACE, by: 'pmd_none', once: false, dead: false } as const;
  const table = '0x180000007fff9403';

  it('tells the address of a table once, and again only where another follows', () => {
    const slot = (va: string | null, idx = 15, more: { ctx?: number; dead?: boolean } = {}): Step => ({
      ...load,
      value: table,
      n: 0,
      va,
      idx,
      ...more,
    });
    const steps = [
      slot('0xffff000041e00000'),
      slot('0xffff000042000000', 16, { ctx: 1 }),
      slot('0xffff000040000000', 0),
      // The same table, linked elsewhere.
      slot('0xffff800000200000', 1),
      slot('0xffff800000400000', 2),
      slot(null),
      slot(null, 16),
      // Dead loads are told apart.
      slot(null, 15, { dead: true }),
      slot(null, 1, { dead: true }),
      slot('0xffff000041e00000'),
    ].map((step, i): Step => ({ ...step, n: i + 1 }));
    const told = joinLines(traceText(runOf(K48, steps)))
      .filter((line) => line.text.includes(' load '))
      .map((line) => / va=(\S+)/.exec(line.text)?.[1]);
    const none = undefined;
    expect(told).toEqual([
      ...['ffff000041e00000', none, none, 'ffff800000200000', none],
      ...['-', none, '-', none, 'ffff000041e00000'],
    ]);
  });

  it('says what an entry is on its first load, whatever the room, and on repeats where there is room', () => {
    const page = { hw: 3, table: '0x7fff9000', level: 'pte', by: 'ptep_get', once: true } as const;
    const steps: readonly Step[] = [
      { ...load, n: 1, by: 'pmd_none', value: table },
      { ...load, n: 2, by: 'pmd_present', value: table },
      { ...load, n: 3, by: 'pte_offset_kernel', value: table },
      { ...load, ...page, n: 4, idx: 508, va: '0xffff000041ffc000', value: '0xf800007c7fc707' },
      { ...load, ...page, n: 5, idx: 509, va: '0xffff000041ffd000', value: '0xf800007c7fd707' },
      { ...load, n: 6, idx: 484, va: '0xffff00007c800000', value: '0xf800007c800705' },
    ];
    expect(traceText(runOf(K48, steps)).split('\n\n')[1]?.split('\n').slice(1)).toEqual([
      '  1 a 1 load pmd 7fffe000[15] 180000007fff9403 by=pmd_none \\',
      '        va=ffff000041e00000  # table',
      '  2 a 1 load pmd 7fffe000[15] 180000007fff9403 by=pmd_present  # table',
      '  3 a 1 load pmd 7fffe000[15] 180000007fff9403 by=pte_offset_kernel',
      '  4 a 1 load pte 7fff9000[508] f800007c7fc707 once va=ffff000041ffc000',
      '         # page RW NX cont',
      '  5 a 1 load pte 7fff9000[509] f800007c7fd707 once  # page RW NX cont',
      '  6 a 1 load pmd 7fffe000[484] f800007c800705 by=pmd_none',
      '         # block RW NX cont',
    ]);
  });

  it('gives a changed entry a sentence', () => {
    const steps: readonly Step[] = [
      { ...load, n: 1, by: 'pmd_present', value: table },
      { ...load, n: 2, by: 'pte_offset_kernel', value: '0xe8000041e00705' },
    ];
    const text = traceText(runOf(K48, steps));
    expect(text).toContain('# pte_offset_kernel(PMD[15]): it changed since step 1 (was');
    const dead = steps.map((step, i) => (i === 0 ? step : ({ ...step, dead: true } as Step)));
    expect(traceText(runOf(K48, dead))).toContain('# not used');
  });

  it('gives sizes a unit, or 0x', () => {
    const cb = { ...BASE, ev: 'cb', level: 'pmd', addr: '0x400000', val: '0x0' } as const;
    const nexts = ['0x401000', '0x600000', '0x40400000', '0x401001', '0x400000', '0x3ff000', '0x3ae4001000'];
    const steps = nexts.map((next, i): Step => ({ ...cb, n: i + 1, next }));
    expect(
      body(steps)
        ?.map((line) => /\+(\S+)/.exec(line)?.[1])
        .slice(1),
    ).toEqual(['4K', '2M', '1G', '0x1001', '0x0', '0xfffffffffffff000', '0x3ae3c01000']);
    const back = parseTraceText(traceText(runOf(K48, steps)));
    expect(back.ok ? back.value.steps : back.error).toEqual(steps);
  });

  it('says in words what the tables are like', () => {
    const head = (id: string): string | undefined =>
      /geometry: .*\n +# (.*)\n/.exec(traceText(runOf(geometryOf(id), [])))?.[1];
    expect(head('4k52@48')).toBe('4K pages, 48-bit addresses (kernel built for 52), 4 levels');
    expect(head('64k42')).toBe('64K pages, 42-bit addresses, 2 levels');
    expect(head('x86-57@48')).toBe('4K pages, 48-bit addresses (kernel built for 57), 4 levels');
    expect(traceText(runOf(K48, STEPS), { comments: 'none' })).not.toMatch(/^ +#/m);
  });

  it('is never wider than 72 columns', () => {
    fc.assert(
      fc.property(
        arbitraryRun(),
        fc.constantFrom('none' as const, 'some' as const, 'all' as const),
        fc.boolean(),
        (run, comments, short) => {
          for (const line of traceText(run, { comments, short }).split('\n')) {
            if (columns(line) > 72) throw new Error(`${columns(line)} columns: ${line}`);
          }
        },
      ),
      { numRuns: 400, seed: 3 },
    );
  });

  it('is read back whole: every field of every step, the header and the results', () => {
    fc.assert(
      fc.property(
        arbitraryRun(),
        fc.constantFrom('none' as const, 'some' as const, 'all' as const),
        (run, comments) => {
          const parsed = parseTraceText(traceText(run, { comments }));
          if (!parsed.ok) throw new Error(`${parsed.error.path}: ${parsed.error.message}`);
          expect(parsed.value).toEqual({
            title: run.scenario.title,
            revision: run.revision,
            tables: run.world.name,
            arch: run.world.geo.arch,
            geometry: run.world.geo.id,
            pageShift: run.world.geo.pageShift,
            rootHw: run.world.geo.rootHw,
            contexts: run.scenario.contexts.map((c, ctx) => ({ ctx, cpu: c.cpu })),
            folded: run.folded,
            cutAt: run.cutAt,
            steps: run.steps,
            results: run.results.flatMap((r, ctx) =>
              r.rets.map((ret, i) => ({ ctx, fn: run.scenario.contexts[ctx]?.calls[i]?.fn, ret })),
            ),
          });
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });
});

describe('parseTraceText', () => {
  const good = traceText(runOf(K48, STEPS, { results: [{ rets: [-22] }] }));
  const problemOf = (text: string): string => {
    const parsed = parseTraceText(text);
    return parsed.ok ? 'fine' : `${parsed.error.path}: ${parsed.error.message}`;
  };

  it('takes line ends of any system', () => {
    expect(parseTraceText(good.replaceAll('\n', '\r\n'))).toEqual(parseTraceText(good));
    expect(problemOf(good)).toBe('fine');
  });

  it.each([
    ['', 'line 1:', 'a text trace starts with "Pagewalk trace, format 1"'],
    [good.replace('format 1', 'format 2'), 'line 1:', 'a text trace starts with "Pagewalk trace, format 1"'],
    [good.replace('root 0', ''), 'geometry:', 'it looks like "geometry: arm64 4k48 pages 4K root 0"'],
    [good.replace('title:', 'title'), 'line 2: "title A', 'is no header line'],
    [good.replace('context: a cpu 1\n', ''), 'line 16: "1 a 0 call', 'of context a, which the header lacks'],
    [good.replace(' 3 a 1 load ', ' 3 a 1 loaf '), 'line 22: "3 a 1 loaf', 'does not know: loaf'],
    [good.replace(' 3 a 1 load ', ' 3 a 9 load '), 'line 22: "3 a 9 load', 'where no function was named'],
    [good.replace('-> 18', '18'), 'line 25: "5 a 1 set', 'does not have the fields of a set step'],
    [
      good.replace(' once ', ' once once '),
      'line 22: "3 a 1 load',
      'does not have the fields of a load step',
    ],
    [
      good.replace(' va=ffff000041e00000', ''),
      'line 22: "3 a 1 load',
      'does not have the fields of a load step',
    ],
    [
      good.replace('held: rcu', 'hold: rcu'),
      'line 32: "hold: rcu',
      'neither a step, nor a call, nor a list of locks',
    ],
    [`${good}more\n`, 'line 36: "more"', 'comes after the results'],
  ])('says where a broken trace is wrong (%#)', (text, where, what) => {
    expect(problemOf(text).slice(0, where.length)).toBe(where);
    expect(problemOf(text).slice(-what.length)).toBe(what);
  });

  it.each([
    'load pmd 7fffe000[15] 0 va=0',
    'load pmd 7fffe000[15] 0 once by=a" va=0',
    'load pmd 7fffe000[15] 0 once dnew=1 va=0',
    'set pmd 7fffe000[15] 0 -> 1 x2 dnew= va=0',
    'set pmd 7fffe000[15] 0 -> 1 x2 dold=1 dold=1 va=0',
    'lazy maybe',
    'lazy on off',
    'dsb ish',
    'alloc pte',
    'alloc pte 2000000000 nofail',
    'alloc pte none',
    'ctor pte 2000000000 init_mm',
    'ctor pte 2000000000 mm=x"y"',
    'ctor huge 2000000000',
    'tlbi ffff000041e00000',
    'test_walk 400000 600000',
    'vmalock vma_start_write',
    'vmalock vma_start_write first',
    'split_huge pmd 400000',
    'bug 1',
  ])('%s: has not the fields of its event', (line) => {
    const ev = line.replace(/ .*/, '');
    const at = good.split('\n').findIndex((l) => l.startsWith('  3 a 1 load'));
    expect(problemOf(good.replace(/ 3 a 1 load .*/, ` 3 a 1 ${line}`))).toBe(
      `line ${at + 1}: ${JSON.stringify(`3 a 1 ${line}`)} does not have the fields of a ${ev} step`,
    );
  });

  it('never throws, whatever it is given', () => {
    const lines = good.split('\n');
    const edit = fc.tuple(fc.nat({ max: lines.length - 1 }), fc.string({ maxLength: 40 }), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        fc.nat({ max: good.length }),
        (edits, cut) => {
          const copy = [...lines];
          for (const [i, text, keep] of edits) copy[i] = keep ? `${copy[i] ?? ''}${text}` : text;
          parseTraceText(copy.join('\n'));
          parseTraceText(good.slice(0, cut));
        },
      ),
      { numRuns: 500, seed: 9 },
    );
    expect(problemOf(`Pagewalk trace, format 1\ntitle: ${'x'.repeat(2_000_000)}`)).toContain(
      'longer than any line',
    );
  });
});
