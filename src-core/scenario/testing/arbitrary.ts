import fc from 'fast-check';
import { U64 } from '../../base/u64.ts';
import { SPINLOCK_KINDS } from '../../mm/ptlock.ts';
import { REVISIONS } from '../../revision/revisions.ts';
import type { Scenario, ScenarioConfig, ScenarioContext, ScenarioMemory } from '../schema.ts';
import type { MmName } from './arbitrary-calls.ts';
import { call, compact, hex64, MMS } from './arbitrary-calls.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../format.ts';

/**
 * Scenarios that are valid in shape and in sense, for property tests. Values are of every size, and hex is at times written
 * with leading zeros, which the schema allows.
 */

/** 4 KiB pages and 48 bits: tables of 512 entries at levels 0…3. */
const GEOMETRY = '4k48';
const SHIFT = [39, 30, 21, 12] as const;

const context = (mms: readonly MmName[]): fc.Arbitrary<ScenarioContext> =>
  fc
    .record({
      cpu: fc.integer({ min: 0, max: 63 }),
      kind: fc.constantFrom(undefined, 'task' as const, 'softirq' as const, 'irqs-off' as const),
      // Held for read only: held for write twice is no state there can be.
      holds: fc.option(
        fc.array(
          fc.constantFrom(...mms).map((m) => ({ name: `mmap:${m}`, mode: 'read' as const })),
          { maxLength: 2 },
        ),
        { nil: undefined },
      ),
      calls: fc.array(call(mms), { minLength: 1, maxLength: 4 }),
      failAllocation: fc.option(
        fc.record(
          { table: fc.integer({ min: 1, max: 65536 }), lock: fc.integer({ min: 1, max: 65536 }) },
          { requiredKeys: [] },
        ),
        { nil: undefined },
      ),
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

/** Cuts pages from `base` on into ranges that do not overlap. */
const ranges = (base: U64): fc.Arbitrary<readonly { readonly start: U64; readonly pages: number }[]> =>
  fc
    .array(fc.record({ gap: fc.nat({ max: 4000 }), pages: fc.integer({ min: 1, max: 4000 }) }), {
      maxLength: 4,
    })
    .map((list) => {
      let at = base;
      return list.map(({ gap, pages }) => {
        const start = at.add(U64.from(gap).shl(12));
        at = start.add(U64.from(pages).shl(12));
        return { start, pages };
      });
    });

type Vma = NonNullable<Extract<ScenarioMemory, { tables: unknown }>['vmas']>[number];

/** What is behind each VMA: nothing, a file, page frames, or huge pages of the size that fits. */
const KINDS: readonly Partial<Vma>[] = [
  { flags: [] },
  { flags: ['PFNMAP'] },
  { flags: [], file: 0, pgoff: 7 },
  { flags: [], file: 3 },
  { flags: ['HUGETLB'], hugePage: 'cont-pte' },
];

const vmas: fc.Arbitrary<readonly Vma[]> = fc
  .tuple(ranges(U64.hex('0x400000')), fc.array(fc.nat()))
  .map(([list, kinds]) =>
    list.map(({ start, pages }, i) => {
      const kind = KINDS[(kinds[i] ?? 0) % KINDS.length] ?? {};
      const end = start.add(U64.from(pages).shl(12));
      const wholeGroups = !start.or(end).intersects(U64.mask(16));
      const own = kind.hugePage !== undefined && !wholeGroups ? {} : kind;
      return { start: start.toHex(), end: end.toHex(), flags: [], ...own };
    }),
  );

const vmAreas = fc
  .tuple(ranges(U64.hex('0xffff800080000000')), fc.array(fc.nat({ max: 0xfffff })))
  .map(([list, firsts]) =>
    list.map(({ start, pages }, i) => ({
      addr: start.toHex(),
      size: U64.from(pages).shl(12).toHex(),
      flags: [['ALLOC'], ['ALLOC', 'ALLOW_HUGE'], [], ['ALLOC', 'FLUSH_RESET_PERMS']][i % 4] ?? [],
      pages: [
        U64.from(firsts[i] ?? 0)
          .shl(12)
          .toHex(),
        i % 2 === 0 ? '0x1000' : '0x0',
        pages - 1,
      ],
    })),
  );

const config: fc.Arbitrary<ScenarioConfig> = fc
  .record(
    {
      bbml3: fc.boolean(),
      capsFinal: fc.boolean(),
      linearReq: fc.boolean(),
      rodataFull: fc.boolean(),
      debugPagealloc: fc.boolean(),
      queuedWriters: fc.boolean(),
      kfenceDirect: fc.boolean(),
      realm: fc.boolean(),
      ptdumpDebugfs: fc.boolean(),
      bti: fc.boolean(),
      useNg: fc.boolean(),
      pageAlloc: fc.boolean(),
      onlineCpus: fc.integer({ min: 1, max: 4096 }),
      nrCpus: fc.integer({ min: 1, max: 8192 }),
      debugVm: fc.boolean(),
      zeroPage: hex64,
      kfence: fc.tuple(hex64, hex64),
      physOffset: hex64,
      arch: fc.constantFrom('arm64' as const, 'riscv', 'x86', 's390'),
      splitPte: fc.boolean(),
      splitPmd: fc.boolean(),
      spinlock: fc.constantFrom(...SPINLOCK_KINDS),
      efiAsKernel: fc.boolean(),
      efiCtor: fc.boolean(),
      asyncFree: fc.boolean(),
      highPte: fc.boolean(),
      ctorHook: fc.constantFrom('none' as const, 'write-protect'),
    },
    { requiredKeys: [] },
  )
  .map(({ kfence, ...rest }) => {
    if (kfence === undefined) return rest;
    const [kfenceStart = '0x0', kfenceEnd = '0x0'] = [...kfence].sort((a, b) => U64.hex(a).cmp(U64.hex(b)));
    return { ...rest, kfenceStart, kfenceEnd };
  });

const listing: fc.Arbitrary<ScenarioMemory> = fc
  .record({
    mms: fc.constantFrom<readonly MmName[]>(['init_mm'], ['init_mm', 'efi_mm'], ['user', 'init_mm'], MMS),
    seeds: fc.array(fc.nat(), { maxLength: 200 }),
    from: fc.option(fc.string({ maxLength: 80 }), { nil: undefined }),
    vmas: fc.option(vmas, { nil: undefined }),
    vmAreas: fc.option(vmAreas, { nil: undefined }),
  })
  .map(
    ({ mms, seeds, from, ...areas }) =>
      compact({
        geometry: GEOMETRY,
        roots: mms.map((mm) => ({ mm, pgd: `0x${(0x3000000 + MMS.indexOf(mm) * 0x1000).toString(16)}` })),
        tables: mms.flatMap((mm, i) => tree(mm, seeds.slice(i))),
        from,
        vmas: mms.includes('user') ? areas.vmas : undefined,
        vmAreas: areas.vmAreas,
      }) as ScenarioMemory,
  );

const memory: fc.Arbitrary<ScenarioMemory> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/), fc.option(vmAreas, { nil: undefined }))
      .map(([capture, areas]) => compact({ capture, vmAreas: areas }) as ScenarioMemory),
  },
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
      expect: fc.constantFrom(undefined, 'safe' as const, 'unsafe' as const),
      config: fc.option(config, { nil: undefined }),
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
