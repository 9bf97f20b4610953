import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packScenario, unpackScenario } from './codec.ts';
import { hexDigits, listOf, nearby, oneOf, plain, record, Unreadable } from './codec-forms.ts';
import { listingRows } from './codec-rows.ts';
import { checkScenario } from './check.ts';
import { checkShape } from './schema.ts';
import { validScenario } from './testing/arbitrary.ts';

/** As JSON travels: through text. */
const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the compact form', () => {
  it('gives every valid scenario back', () => {
    let listings = 0;
    fc.assert(
      fc.property(validScenario, (scenario) => {
        const shaped = checkShape(scenario);
        if (!shaped.ok) throw new Error(`the arbitrary made ${shaped.error.path}: ${shaped.error.message}`);
        const checked = checkScenario(scenario);
        if (!checked.ok)
          throw new Error(`the arbitrary made ${checked.error.path}: ${checked.error.message}`);
        if ('tables' in scenario.memory && scenario.memory.tables.length > 0) listings++;
        expect(unpackScenario(through(packScenario(scenario)))).toStrictEqual(scenario);
      }),
      { seed: 21, numRuns: 400 },
    );
    expect(listings).toBeGreaterThan(150);
  }, 30_000);

  it('gives back keys, functions and shapes that a later version may bring', () => {
    const later = {
      format: 'pagewalk/scenario',
      version: 2,
      title: 't',
      revision: 'v9.9',
      cpu_features: { bbml2: true },
      memory: { preset: 'two blocks', more: [1, 2] },
      contexts: [
        { cpu: 0, kind: 'softirq', calls: [{ fn: 'vmap_range', addr: '0x1000', maxShift: 21 }, 'odd'] },
        { cpu: 1, holds: 'nothing', calls: 7 },
        null,
      ],
      expectation: { verdict: 'safe' },
    };
    expect(unpackScenario(through(packScenario(later)))).toStrictEqual(later);
  });

  it('gives any JSON with the format back', () => {
    const keys = fc.constantFrom(
      'version',
      'title',
      'revision',
      'memory',
      'contexts',
      'assertions',
      '__proto__',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.jsonValue({ maxDepth: 3 }))), (entries) => {
        const json: unknown = JSON.parse(
          JSON.stringify({ format: 'pagewalk/scenario', ...Object.fromEntries(entries) }),
        );
        expect(through(unpackScenario(through(packScenario(json))))).toEqual(json);
      }),
      { seed: 22, numRuns: 1000 },
    );
  }, 30_000);

  it('is short', () => {
    const packed = JSON.stringify(
      packScenario({
        format: 'pagewalk/scenario',
        version: 1,
        title: 't',
        revision: 'v7.3',
        memory: { capture: 'c' },
        contexts: [
          {
            cpu: 0,
            calls: [
              {
                fn: 'walk_kernel_page_table_range',
                start: '0xffff000000000000',
                end: '0xffff000000004000',
                ops: { callbacks: ['pte'] },
              },
            ],
          },
        ],
      }),
    );
    expect(packed).toBe('[1,"t","v7.3",[2,"c"],[[0,[[0,14,"-1000000000","4",[[4]]]]]]]');
  });

  it('is short for permission changes and walks by VMA too', () => {
    const packed = (calls: unknown, more: object = {}): string =>
      JSON.stringify(
        packScenario({
          format: 'pagewalk/scenario',
          version: 1,
          title: 't',
          revision: 'v7.3',
          memory: { capture: 'c' },
          contexts: [{ cpu: 0, calls }],
          ...more,
        }),
      );
    expect(packed([{ fn: 'set_memory_ro', addr: '0xffff800080000000', numpages: 4 }])).toBe(
      '[1,"t","v7.3",[2,"c"],[[0,[[6,1536,"-7fff80000",4]]]]]',
    );
    expect(
      packed([{ fn: 'walk_page_vma', vma: 2, ops: { callbacks: ['test_walk'] }, walkLock: 1 }], {
        config: { bbml3: false, physOffset: '0x40000000' },
      }),
    ).toBe('[1,"t","v7.3",[2,"c"],[[0,[[5,392,[[7]],2,1]]]],4,[8194,false,"40000000"]]');
  });
});

describe('forms', () => {
  it.each([
    ['oneOf', oneOf(['a', 'b']), ['a', 'b', 'c', 7, null, { x: 1 }, '']],
    ['hexDigits', hexDigits, ['0x0', '0xffffffffffffffff', '0x00', '0X1', 'zz', 5, '0x1', '', '!']],
    ['listOf', listOf(oneOf(['a'])), [[], ['a', 'q'], 'a', { 0: 'a' }]],
    [
      'nearby',
      nearby(),
      ['0x0', '0x0', '0xffffffffffffffff', '0x1', '0x8000000000000000', '0x0', '0x01', 'x'],
    ],
    [
      'record',
      record([['a', plain]], [['b', plain]]),
      [
        { a: 1 },
        { a: 1, b: 2 },
        { a: 1, c: 3 },
        { a: 1, b: 2, c: 3, d: 4 },
        {},
        { b: 1 },
        5,
        [1],
        { '!': 1, a: 0 },
        { '!': 1 },
      ],
    ],
    [
      'listingRows',
      listingRows,
      [[], [['init_mm', 3, '0x1000', 1, '0x0', '0x0']], [['init_mm', 3, '0x1000', 1]], 'x', [[]]],
    ],
  ] as const)('%s gives back what it was given', (name, form, values) => {
    const back = name === 'nearby' ? nearby() : form;
    for (const value of values) expect(back.unpack(through(form.pack(value)))).toStrictEqual(value);
  });

  it('rows come back whatever their numbers', () => {
    const hex = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => `0x${n.toString(16)}`);
    const row = fc.tuple(
      fc.constantFrom('init_mm', 'efi_mm', 'user'),
      fc.integer({ min: -1, max: 3 }),
      hex,
      fc.integer({ min: 0, max: 65536 }),
      hex,
      hex,
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        expect(listingRows.unpack(through(listingRows.pack(rows)))).toStrictEqual(rows);
      }),
      { seed: 23, numRuns: 500 },
    );
  }, 30_000);

  it('rows are packed as they always were', () => {
    const rows = [
      ['init_mm', 2, '0xffff000040000000', 4, '0xe8000040000705', '0x200000'],
      ['init_mm', 2, '0xffff000040800000', 2, '0x1800000041740403', '0x100000000'],
      ['init_mm', 3, '0xffff000040800000', 70000, '0xe8000040000705', '0x1000'],
      ['user', 3, '0xffff000040801008', 1, '0xe8000040001705', '0xffffffffffffffff'],
    ];
    const packed = [
      '03030424',
      '-ffffc0000,,,.1008',
      '4,2,70000,',
      '=e8000000000705,=1800000000000403,0,0',
      '40000,f40,40000,1',
      '200,100000,1,-.1',
    ];
    expect(listingRows.pack(rows)).toEqual(packed);
    expect(listingRows.unpack(packed)).toEqual(rows);
  });

  it.each([
    ['an index past the names', oneOf(['a']), 1, true],
    ['a negative index', oneOf(['a']), -1, false],
    ['half an index', oneOf(['a']), 0.5, false],
    ['an unknown optional key', record([], [['b', plain]]), [4, 1], true],
    ['a missing value', record([], [['b', plain]]), [2], false],
    ['too many values', record([], [['b', plain]]), [2, 1, 1], false],
    ['a mask that is no number', record([], []), ['x'], false],
    ['others that are no object', record([], []), [1, 2], false],
    ['digits that are none', hexDigits, '0g', false],
    ['digits with a leading zero', hexDigits, '00', false],
    ['a distance that is none', nearby(), '--1', false],
    ['a list that is none', listOf(plain), 3, false],
    ['columns of different length', listingRows, ['0404', '1', '', '=0,0', ',', ','], false],
    ['a column too few', listingRows, ['04', '', '', '=0', ''], false],
    ['attributes not met before', listingRows, ['04', '', '', '0', '', ''], false],
    ['an mm past the names', listingRows, ['94', '', '', '=0', '', ''], true],
    ['a count that is none', listingRows, ['04', '', '1.5', '=0', '', ''], false],
    ['an odd number of digits', listingRows, ['040', '', '', '=0', '', ''], false],
  ])('%s is refused', (_what, form, packed, newer) => {
    let error: unknown;
    try {
      form.unpack(packed);
    } catch (e) {
      error = e;
    }
    expect(error).toBeInstanceOf(Unreadable);
    expect((error as Unreadable).newer).toBe(newer);
  });
});
