import fc from 'fast-check';
import { formatOf } from '../../src-core/arch/formats.ts';
import type { Geometry } from '../../src-core/arch/geometry.ts';
import { LEVEL_NAMES, hwEntries, slotVa, upperHalf } from '../../src-core/arch/geometry.ts';
import { ARM64_GEOMETRIES, parseArm64Geometry } from '../../src-core/arch/arm64/geometry.ts';
import { x86Geometry } from '../../src-core/arch/x86/geometry.ts';
import { PhysicalMemory } from '../../src-core/memory/physical.ts';
import type { Scenario } from '../../src-core/scenario/schema.ts';
import type { Step, StepEvent } from '../../src-core/step/step.ts';
import type { NarrationContext } from '../../src-core/trace/context.ts';
import type { TraceSource } from '../../src-core/trace/text.ts';

/** Random steps, and runs made of them, for tests of what is told about runs. The machine made none of them. */

function made<T>(
  result:
    { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { message: string } },
): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export const GEOMETRIES: readonly Geometry[] = [
  ...ARM64_GEOMETRIES.map((id) => made(parseArm64Geometry(id))),
  made(x86Geometry(48)),
  made(x86Geometry(57)),
];

export function geometryOf(id: string): Geometry {
  const geo = GEOMETRIES.find((g) => g.id === id);
  if (geo === undefined) throw new Error(`no geometry ${id}`);
  return geo;
}

const hex = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((v) => `0x${v.toString(16)}`);
/** Values with plausible type bits beside any value at all. */
const value = fc.oneof(
  hex,
  fc.constantFrom(
    '0x0',
    '0x180000004174e403',
    '0xe8000041e00705',
    '0xe8000041e00f04',
    '0xf8000041e00707',
    '0xe8000041e00702',
    '0x80000000002001e3',
  ),
);
/** Names: ordinary ones, very long ones, and ones that a grammar could trip over. */
const name = fc.oneof(
  fc.constantFrom(
    'walk_pmd_range',
    'mmap:init_mm',
    'ptl@0x4174e000',
    'rcu',
    'a',
    'none',
    '-',
    'held:',
    'x5',
    '',
  ),
  fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
  fc.string({ minLength: 80, maxLength: 200, unit: fc.constantFrom(...'abc_xyz') }),
  fc.string({
    maxLength: 60,
    unit: fc.constantFrom('#', ' ', '\\', '"', '=', '(', ')', '\n', '\t', '漢', '😀', 'x'),
  }),
);
const level = fc.constantFrom(...LEVEL_NAMES);
/** Every helper that a load of the engine is part of. */
const HELPERS = [
  ...['pgd', 'p4d', 'pud', 'pmd', 'pte'].map((l) => `${l}p_get`),
  ...['pgd', 'p4d', 'pud', 'pmd'].flatMap((l) =>
    ['none', 'bad', 'leaf', 'present', 'clear_bad'].map((t) => `${l}_${t}`),
  ),
  'p4d_offset',
  'pud_offset',
  'pmd_offset',
  'pte_offset_kernel',
  'pmdp_get_lockless',
  'pmd_same',
  'split_huge_pmd',
  'split_huge_pud',
];
const VIOLATIONS = [
  'wild',
  'uaf',
  'lost',
  'stale',
  'badfree',
  'ptlock',
  'tlb',
  'conflict',
  'bbm',
  'sleep',
  'deadlock',
  'doomed',
  'leftover',
  'missed',
] as const;
const mode = fc.constantFrom('read' as const, 'write' as const);
const count = fc.option(fc.integer({ min: 1, max: 65_536 }), { nil: undefined });

/** What the values of a run grow by: nothing, a page, anything. */
const growth = fc.record(
  { dold: hex, dnew: fc.oneof(fc.constantFrom('0x1000', '0x0'), hex) },
  { requiredKeys: [], noNullPrototype: true },
);

function withCount<T extends object>(event: T, n: number | undefined): T & { readonly count?: number } {
  return n === undefined ? event : { ...event, count: n };
}

function slot(geo: Geometry) {
  return fc.integer({ min: geo.rootHw, max: 3 }).chain((hw) =>
    fc.record({
      hw: fc.constant(hw),
      table: fc.oneof(hex, fc.constantFrom('0x7fffe000', '0x4174e000')),
      idx: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: hwEntries(geo, hw) - 1 })),
      va: fc.option(hex, { nil: null }),
      level,
    }),
  );
}

/** Addresses of slots: often the one that follows from the table's. */
function withAddresses(geo: Geometry, steps: readonly Step[]): readonly Step[] {
  return steps.map((s) => {
    if ((s.ev !== 'load' && s.ev !== 'set') || s.n % 3 === 0) return s;
    return { ...s, va: slotVa(geo, s.hw, upperHalf(geo), s.idx).toHex() };
  });
}

function event(geo: Geometry): fc.Arbitrary<StepEvent> {
  const by = fc.oneof(fc.constantFrom(...HELPERS), fc.constantFrom(...HELPERS), name);
  const flags = fc.record({ once: fc.boolean(), dead: fc.boolean(), by });
  return fc.oneof(
    fc
      .array(fc.tuple(name, name), { maxLength: 5 })
      .map((pairs): StepEvent => ({ ev: 'call', args: Object.fromEntries(pairs) })),
    fc.oneof(fc.constantFrom(0, -22, -12, 1), fc.integer()).map((ret): StepEvent => ({ ev: 'return', ret })),
    fc
      .tuple(slot(geo), value, flags, count)
      .map(([at, v, f, n]): StepEvent => withCount({ ev: 'load' as const, ...at, value: v, ...f }, n)),
    fc
      .tuple(slot(geo), value, value, count, growth, fc.constantFrom({}, { atomic: true as const }))
      .map(([at, o, v, n, by, how]): StepEvent =>
        withCount({ ev: 'set' as const, ...at, old: o, new: v, ...how, ...by }, n),
      ),
    fc.tuple(name, mode).map(([n, m]): StepEvent => ({ ev: 'lock', name: n, mode: m })),
    fc.tuple(name, mode).map(([n, m]): StepEvent => ({ ev: 'unlock', name: n, mode: m })),
    fc
      .tuple(name, mode, fc.boolean())
      .map(([n, m, ok]): StepEvent => ({ ev: 'trylock', name: n, mode: m, ok })),
    fc.tuple(name, mode).map(([n, m]): StepEvent => ({ ev: 'wait', name: n, mode: m })),
    name.map((n): StepEvent => ({ ev: 'downgrade', name: n })),
    fc.constantFrom('start' as const, 'end').map((phase): StepEvent => ({ ev: 'gp', phase })),
    fc
      .tuple(fc.nat({ max: 99 }), fc.constantFrom('detach' as const, 'erase', 'unlink', 'anon'))
      .map(([vma, change]): StepEvent => ({ ev: 'vma', vma, change })),
    fc
      .tuple(fc.nat({ max: 99 }), hex)
      .map(([vma, addr]): StepEvent => ({ ev: 'vma', vma, change: 'split', addr })),
    fc.tuple(level, hex).map(([l, table]): StepEvent => ({ ev: 'dtor', level: l, table })),
    fc
      .tuple(
        level,
        hex,
        fc.constantFrom('protect' as const, 'release' as const),
        fc.constantFrom('entry' as const, 'same' as const, 'block' as const, 'unmapped' as const),
      )
      .map(([l, table, does, how]): StepEvent => ({ ev: 'hook', level: l, table, does, how })),
    fc
      .tuple(level, hex, fc.constantFrom({}, { deferred: true as const }))
      .map(([l, table, when]): StepEvent => ({ ev: 'free', level: l, table, ...when })),
    fc
      .tuple(fc.constantFrom('mmap_assert_locked', 'mmap_assert_write_locked'), name, fc.boolean())
      .map(([n, mm, ok]): StepEvent => ({ ev: 'assert', name: n, mm, ok })),
    fc
      .tuple(level, hex, hex, value, count)
      .map(([l, addr, next, val, n]): StepEvent =>
        withCount({ ev: 'cb' as const, level: l, addr, next, val }, n),
      ),
    fc
      .tuple(hex, hex, fc.integer({ min: -1, max: 4 }))
      .map(([addr, next, depth]): StepEvent => ({ ev: 'hole', addr, next, depth })),
    fc.tuple(level, value).map(([l, val]): StepEvent => ({ ev: 'bad', level: l, val })),
    fc
      .tuple(fc.constantFrom('test_walk' as const, 'pre_vma' as const), hex, hex)
      .map(([ev, addr, next]): StepEvent => ({ ev, addr, next })),
    fc
      .tuple(
        fc.oneof(fc.constantFrom('vma_start_write', 'vma_assert_write_locked', 'vma_assert_locked'), name),
        fc.nat(),
        fc.constantFrom({}, { ok: false as const }),
      )
      .map(([n, vma, ok]): StepEvent => ({ ev: 'vmalock', name: n, vma, ...ok })),
    fc
      .oneof(fc.constant({}), fc.record({ about: name }))
      .map((about): StepEvent => ({ ev: 'warn', ...about })),
    fc
      .tuple(level, hex, value)
      .map(([l, addr, val]): StepEvent => ({ ev: 'split_huge', level: l, addr, val })),
    fc.boolean().map((on): StepEvent => ({ ev: 'lazy', on })),
    fc.tuple(hex, hex).map(([start, end]): StepEvent => ({ ev: 'tlbi', start, end })),
    fc
      .tuple(
        level,
        fc.option(hex),
        fc.constantFrom({}, { gfp: 'kernel' as const }, { gfp: 'atomic' as const }),
        fc.oneof(fc.constant({}), fc.record({ mm: fc.option(name) })),
        fc.constantFrom({}, { order: 2 }),
      )
      .map(([l, table, gfp, mm, order]): StepEvent => ({
        ev: 'alloc',
        table,
        level: l,
        ...gfp,
        ...mm,
        ...order,
      })),
    fc
      .tuple(
        level,
        hex,
        fc.oneof(fc.constant({}), fc.record({ mm: fc.option(name) })),
        fc.constantFrom(
          {},
          { lock: 'embedded' as const },
          { lock: 'kmem' as const },
          { failed: true as const },
        ),
      )
      .map(([l, table, mm, lock]): StepEvent => ({ ev: 'ctor', level: l, table, ...mm, ...lock })),
    fc.tuple(hex, fc.boolean()).map(([table, on]): StepEvent => ({ ev: 'kmap', table, on })),
    fc.constantFrom({}, { panic: true as const }).map((how): StepEvent => ({ ev: 'bug', ...how })),
    fc.constantFrom('post_vma', 'dsb', 'isb', 'unmap_aliases').map((ev): StepEvent => ({ ev })),
    fc
      .tuple(
        fc.constantFrom('load' as const, 'store' as const, 'fetch' as const),
        hex,
        fc.array(
          fc.record({
            hw: fc.integer({ min: geo.rootHw, max: 3 }),
            value,
            from: fc.constantFrom('walk' as const, 'tlb' as const),
            ok: fc.boolean(),
          }),
          { maxLength: 4 },
        ),
        fc.boolean(),
      )
      .map(([kind, addr, may, conflict]): StepEvent => ({ ev: 'access', kind, addr, may, conflict })),
    fc.boolean().map((on): StepEvent => ({ ev: 'stop_machine', on })),
    fc
      .tuple(name, fc.boolean(), fc.constantFrom({}, { set: true as const }))
      .map(([n, on, set]): StepEvent => ({ ev: 'static_key', name: n, on, ...set })),
    fc
      .tuple(hex, fc.constantFrom({}, { withdrawn: true as const }))
      .map(([table, more]): StepEvent => ({ ev: 'deposit', table, ...more })),
    fc
      .tuple(hex, fc.constantFrom('insert' as const, 'unlink' as const))
      .map(([addr, change]): StepEvent => ({ ev: 'area', addr, change })),
    fc.constantFrom('efi_mm', null).map((mm): StepEvent => ({ ev: 'switch_mm', mm })),
    fc
      .tuple(fc.constantFrom(...VIOLATIONS), name)
      .map(([what, detail]): StepEvent => ({ ev: 'violation', what, detail })),
  );
}

/** A step of up to four contexts; context c runs on CPU 2c + 1. */
function step(geo: Geometry): fc.Arbitrary<Step> {
  const base = fc.record({
    ctx: fc.nat({ max: 3 }),
    fn: fc.oneof(fc.constantFrom('walk_pmd_range', 'pmd_entry'), name),
    at: fc.oneof(fc.constantFrom('', 'mm/pagewalk.c:96'), name),
    depth: fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 40 })),
    held: fc.oneof(fc.constant([]), fc.array(name, { maxLength: 4 })),
  });
  return fc.tuple(base, event(geo)).map(([b, e]): Step => ({ n: 0, cpu: 2 * b.ctx + 1, ...b, ...e }));
}

/** A list of steps, numbered from 1. */
export function arbitrarySteps(geo: Geometry): fc.Arbitrary<readonly Step[]> {
  return fc.array(step(geo), { maxLength: 25 }).map((steps) =>
    withAddresses(
      geo,
      steps.map((s, i) => ({ ...s, n: i + 1 })),
    ),
  );
}

const call = (
  fn: 'walk_kernel_page_table_range_lockless' | 'walk_page_range_debug',
): Scenario['contexts'][number]['calls'][number] =>
  fn === 'walk_page_range_debug'
    ? { fn, mm: 'init_mm', start: '0x0', end: '0x1000', ops: { callbacks: [] } }
    : { fn, start: '0x0', end: '0x1000', ops: { callbacks: [] } };

/** A run that consists of these steps: four contexts, each with two calls of which the last may not have returned. */
export function runOf(
  geo: Geometry,
  steps: readonly Step[],
  changes: Partial<TraceSource> = {},
): TraceSource {
  const contexts = [0, 1, 2, 3].map((ctx) => ({
    cpu: 2 * ctx + 1,
    calls: [call('walk_kernel_page_table_range_lockless'), call('walk_page_range_debug')],
  }));
  return {
    scenario: {
      format: 'pagewalk/scenario',
      version: 1,
      title: 'A run made of steps',
      revision: 'v7.3',
      memory: { capture: 'made-up' },
      contexts,
    },
    revision: 'v7.3',
    world: { name: 'made-up', geo, memory: new PhysicalMemory(), mms: [], markers: [], notes: [] },
    steps,
    results: contexts.map((_, ctx) => ({ rets: ctx === 0 ? [0] : [-22, null] })),
    folded: steps.some((s) => 'count' in s),
    cutAt: undefined,
    stackAt: () => [],
    ...changes,
  };
}

export function arbitraryRun(): fc.Arbitrary<TraceSource> {
  return fc.constantFrom(...GEOMETRIES).chain((geo) =>
    fc
      .tuple(arbitrarySteps(geo), name, name, fc.option(fc.nat(), { nil: undefined }))
      .map(([steps, title, tables, cutAt]) => {
        const run = runOf(geo, steps);
        return {
          ...run,
          scenario: { ...run.scenario, title },
          world: { ...run.world, name: tables },
          cutAt,
        };
      }),
  );
}

export function contextOf(
  geo: Geometry,
  steps: readonly Step[],
  valueTests: NarrationContext['valueTests'] = 'function',
): NarrationContext {
  return { geo, format: formatOf(geo), valueTests, stepAt: (n) => steps[n - 1] };
}
