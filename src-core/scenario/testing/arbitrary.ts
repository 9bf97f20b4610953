import fc from 'fast-check';
import { U64 } from '../../base/u64.ts';
import { REVISIONS } from '../../revision/revisions.ts';
import type { Scenario, ScenarioCall, ScenarioContext, ScenarioMemory } from '../schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../schema.ts';

/**
 * Scenarios that are valid in shape and in sense, for property tests. Values are of every size, and hex is at times written
 * with leading zeros, which the schema allows.
 */

const MMS = ['init_mm', 'efi_mm', 'user'] as const;
type MmName = (typeof MMS)[number];
const CALLBACKS = ['pgd', 'p4d', 'pud', 'pmd', 'pte', 'hole', 'install'] as const;

/** 4 KiB pages and 48 bits: tables of 512 entries at levels 0…3. */
const GEOMETRY = '4k48';
const SHIFT = [39, 30, 21, 12] as const;

const lane = fc.integer({ min: -0x80000000, max: 0x7fffffff });

const hex64: fc.Arbitrary<string> = fc.oneof(
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
function compact<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

const ops: fc.Arbitrary<ScenarioCall['ops']> = fc.shuffledSubarray([...CALLBACKS]).chain((callbacks) => {
  const entries = callbacks.filter((c) => c !== 'install');
  const rule =
    entries.length === 0
      ? undefined
      : fc.constantFrom(...entries).chain((cb) =>
          fc.record({
            cb: fc.constant(cb),
            n: fc.integer({ min: 1, max: 1_000_000 }),
            ret: fc.integer(),
            action: fc.constantFrom(null, 'subtree' as const, 'continue' as const, 'again' as const),
            write: cb === 'hole' ? fc.constant(null) : fc.option(hex64),
          }),
        );
  const rules =
    rule === undefined
      ? fc.constant(undefined)
      : fc.option(fc.array(rule, { maxLength: 5 }), { nil: undefined });
  return rules.map((r) => compact({ callbacks: [...callbacks], rules: r }) as ScenarioCall['ops']);
});

const locks = (mms: readonly MmName[]): fc.Arbitrary<ScenarioCall['locks']> =>
  fc.option(
    fc.array(
      fc.record({
        name: fc.constantFrom('mem_hotplug', 'pgtable_split_lock', ...mms.map((m) => `mmap:${m}`)),
        mode: fc.constantFrom('read' as const, 'write' as const),
      }),
      { maxLength: 4 },
    ),
    { nil: undefined },
  );

const call = (mms: readonly MmName[]): fc.Arbitrary<ScenarioCall> =>
  fc
    .record({
      fn: fc.constantFrom(
        'walk_kernel_page_table_range' as const,
        'walk_kernel_page_table_range_lockless' as const,
        'walk_page_range_debug' as const,
      ),
      mm: fc.constantFrom(...mms),
      start: hex64,
      end: hex64,
      pgd: fc.oneof(fc.constant(undefined), fc.constant(null), fc.constantFrom(...mms)),
      ops,
      locks: locks(mms),
    })
    .map((c) => compact({ ...c, mm: c.fn === 'walk_page_range_debug' ? c.mm : undefined }) as ScenarioCall);

const context = (mms: readonly MmName[]): fc.Arbitrary<ScenarioContext> =>
  fc
    .record({
      cpu: fc.integer({ min: 0, max: 63 }),
      // Held for read only: held for write twice is no state there can be.
      holds: fc.option(
        fc.array(
          fc.constantFrom(...mms).map((m) => ({ name: `mmap:${m}`, mode: 'read' as const })),
          { maxLength: 2 },
        ),
        { nil: undefined },
      ),
      calls: fc.array(call(mms), { minLength: 1, maxLength: 4 }),
    })
    .map((c) => compact(c) as ScenarioContext);

type Row = [mm: MmName, level: number, va: string, n: number, value: string, step: string];

const TABLE = new U64(0x10000000, 0x3);
const PAGE = new U64(0x00e80000, 0xf03);
const BLOCK = new U64(0x00e80000, 0xf01);

/** A tree of tables below one root, in pre-order; tables lie one after the other from `next` on. */
function tree(mm: MmName, seeds: readonly number[]): Row[] {
  const rows: Row[] = [];
  let next = 0x40000000 + MMS.indexOf(mm) * 0x1000000;
  let s = 0;
  const draw = (n: number): number => (seeds[s++] ?? 0) % n;
  const visit = (level: number, va: U64): void => {
    const shift = SHIFT[level] ?? 12;
    let idx = draw(40);
    for (let k = draw(3); k >= 0 && idx < 512 && s < seeds.length; k--) {
      const at = va.add(U64.from(idx).shl(shift));
      if (level < 3 && draw(4) < 2) {
        next += 0x1000;
        rows.push([mm, level, at.toHex(), 1, U64.from(next).or(TABLE).toHex(), '0x0']);
        visit(level + 1, at);
        idx += 1 + draw(100);
      } else {
        const n = Math.min(1 + draw(20), 512 - idx);
        const step = n === 1 ? U64.ZERO : U64.bit(shift);
        const value = U64.from(draw(1 << 20))
          .shl(21)
          .or(level === 3 ? PAGE : BLOCK);
        rows.push([mm, level, at.toHex(), n, value.toHex(), step.toHex()]);
        idx += n + draw(100);
      }
    }
  };
  visit(0, mm === 'init_mm' ? U64.hex('0xffff000000000000') : U64.ZERO);
  return rows;
}

const listing: fc.Arbitrary<ScenarioMemory> = fc
  .record({
    mms: fc.constantFrom<readonly MmName[]>(['init_mm'], ['init_mm', 'efi_mm'], ['user', 'init_mm'], MMS),
    seeds: fc.array(fc.nat(), { maxLength: 200 }),
    from: fc.option(fc.string({ maxLength: 80 }), { nil: undefined }),
  })
  .map(
    ({ mms, seeds, from }) =>
      compact({
        geometry: GEOMETRY,
        roots: mms.map((mm) => ({ mm, pgd: `0x${(0x3000000 + MMS.indexOf(mm) * 0x1000).toString(16)}` })),
        tables: mms.flatMap((mm, i) => tree(mm, seeds.slice(i))),
        from,
      }) as ScenarioMemory,
  );

const memory: fc.Arbitrary<ScenarioMemory> = fc.oneof(
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/).map((capture) => ({ capture })) },
  { weight: 2, arbitrary: listing },
);

export const validScenario: fc.Arbitrary<Scenario> = memory.chain((m) => {
  const mms = 'roots' in m ? m.roots.map((r) => r.mm) : MMS;
  return fc
    .record({
      title: fc.oneof(
        fc.string({ minLength: 1, maxLength: 120 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      ),
      revision: fc.constantFrom(...REVISIONS.map((r) => r.id)),
      assertions: fc.constantFrom(undefined, 'owner' as const, 'anybody' as const),
      contexts: fc.array(context(mms), { minLength: 1, maxLength: 4 }),
    })
    .map(
      (s) =>
        // Through text: plain objects, as from a file.
        JSON.parse(
          JSON.stringify({ format: SCENARIO_FORMAT, version: SCENARIO_VERSION, memory: m, ...s }),
        ) as Scenario,
    );
});

/** A schedule that fits `contexts` contexts. */
export const scheduleFor = (contexts: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: contexts - 1 }), { maxLength: 60 });
