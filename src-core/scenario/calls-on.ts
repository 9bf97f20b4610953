import { PTE_RDONLY, PTE_WRITE } from '../arch/arm64/bits.ts';
import { upperHalf } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import { translate } from '../memory/translate.ts';
import type { MmName } from '../mm/mm.ts';
import type { Rules } from '../revision/rules.ts';
import { callExists } from './calls.ts';
import { areasOverCapture } from './listing-areas.ts';
import type { Scenario, ScenarioCall, ScenarioConfig } from './schema.ts';
import type { World } from './world.ts';

/** Addresses in bytes, from `start` up to but without `end`; `end` is 0 where the range reaches the last address of all. */
export interface CallRange {
  readonly mm: MmName;
  readonly start: U64;
  readonly end: U64;
}

/** A kernel call that makes sense on a range. */
export interface SuggestedCall {
  readonly call: ScenarioCall;
  /** What it is for, in a few words. */
  readonly about: string;
  /** What it takes for granted that these tables don't say, a sentence each. */
  readonly assumes: readonly string[];
  /** A vmalloc area that has to be there: the range with its guard page. */
  readonly area?: { readonly addr: string; readonly size: string };
  readonly config?: ScenarioConfig;
}

/** Pages of the largest area that is assumed: each is looked up. */
const MAX_AREA_PAGES = 4096;
const MAX_NUMPAGES = 2 ** 31 - 1;

/**
 * The kernel calls that make sense on a range of addresses at a revision: changes of permission and of the linear map, splits,
 * and walks. Only those that exist there and can be about this mm; whether the kernel would refuse one, running it tells.
 * Tables of another architecture than arm64 have none.
 */
export function callsOn(
  scenario: Pick<Scenario, 'memory' | 'config'>,
  world: World,
  rules: Rules,
  range: CallRange,
): readonly SuggestedCall[] {
  if (world.geo.arch !== 'arm64') return [];
  const all = range.mm === 'init_mm' ? kernelCalls(scenario, world, range) : [];
  return [...all, ...walks(range)].filter(({ call }) => callExists(call.fn, rules));
}

function plain(call: ScenarioCall, about: string): SuggestedCall {
  return { call, about, assumes: [] };
}

function kernelCalls(
  scenario: Pick<Scenario, 'memory' | 'config'>,
  world: World,
  range: CallRange,
): readonly SuggestedCall[] {
  const { geo } = world;
  const [start, end] = [range.start.toHex(), range.end.toHex()];
  const bytes = range.end.sub(range.start);
  const pages = bytes.shr(geo.pageShift);
  const numpages = pages.lt(U64.from(MAX_NUMPAGES + 1)) ? pages.toNumber() : undefined;
  const permissions: SuggestedCall[] = [];
  const validity: SuggestedCall[] = [];
  if (numpages !== undefined && numpages > 0) {
    const area = areaFor(scenario, world, range, numpages);
    for (const [fn, about] of SET_MEMORY)
      permissions.push({ ...plain({ fn, addr: start, numpages }, about), ...area });
    for (const enable of [false, true]) {
      const about = enable ? 'makes it valid again' : 'makes it invalid';
      validity.push(plain({ fn: 'set_memory_valid', addr: start, numpages, enable }, about));
    }
  }
  const set = PTE_RDONLY.toHex();
  const clear = PTE_WRITE.toHex();
  const direct = [
    ...validity,
    plain(
      { fn: 'update_range_prot', start, size: bytes.toHex(), set, clear },
      'read-only, as in the linear alias; no flush',
    ),
    plain({ fn: 'split_kernel_leaf_mapping', start, end }, 'makes both ends boundaries of leaves'),
    plain({ fn: 'range_split_to_ptes', start, end, atomic: false }, 'makes all of it single pages'),
    ...directMapCalls(scenario, world, range.start, numpages ?? 1),
  ];
  // In the linear map set_memory_*() are refused: what works comes first.
  return range.start.lt(linearEnd(world)) ? [...direct, ...permissions] : [...permissions, ...direct];
}

/** Calls that name a page by its frame: that of the first page. */
function directMapCalls(
  { config }: Pick<Scenario, 'config'>,
  world: World,
  va: U64,
  nr: number,
): readonly SuggestedCall[] {
  const pa = mappedAt(world, va);
  if (pa === undefined) return [];
  const pfn = pa.shr(world.geo.pageShift).toHex();
  const linear = va.lt(linearEnd(world));
  if (!linear && world.madeUp === true) return [];
  const said = config?.physOffset ?? world.config?.physOffset;
  // Where nobody says where the linear map begins, its own tables do.
  const physOffset = linear && said === undefined ? pa.sub(va.sub(upperHalf(world.geo))).toHex() : '0x0';
  const direct = (call: ScenarioCall, about: string): SuggestedCall => ({
    ...plain(call, about),
    ...(physOffset !== '0x0' && { config: { physOffset } }),
  });
  const whose = linear ? 'its first page' : 'its first page, in the linear map';
  return [
    direct({ fn: 'set_direct_map_invalid_noflush', pfn }, `${whose}: invalid, no flush`),
    direct({ fn: 'set_direct_map_default_noflush', pfn }, `${whose}: valid and writable`),
    ...(linear
      ? [
          direct(
            { fn: 'set_direct_map_valid_noflush', pfn, nr, valid: false },
            'invalid; flushes, whatever its name says',
          ),
        ]
      : []),
    direct({ fn: 'kernel_page_present', pfn }, `${whose}: is it valid?`),
  ];
}

/** The physical address behind one of the kernel's. */
function mappedAt(world: World, va: U64): U64 | undefined {
  const pgd = world.mms.find((mm) => mm.name === 'init_mm')?.pgd;
  const pa = pgd === undefined ? undefined : translate(world.memory, world.geo, pgd, va);
  return pa === undefined ? undefined : U64.from(pa);
}

const SET_MEMORY = [
  ['set_memory_ro', 'read-only'],
  ['set_memory_rw', 'writable'],
  ['set_memory_nx', 'not executable'],
  ['set_memory_x', 'executable'],
  ['set_memory_rox', 'read-only and executable'],
] as const;

/**
 * set_memory_*() want one vmalloc area around their range, and tables alone don't tell which there are. Where none is known and the
 * range lies outside the linear map, wholly mapped, one is assumed.
 */
function areaFor(
  { memory }: Pick<Scenario, 'memory'>,
  world: World,
  { start }: CallRange,
  numpages: number,
): Pick<SuggestedCall, 'area' | 'assumes'> | undefined {
  const { geo } = world;
  if (start.lt(linearEnd(world)) || numpages > MAX_AREA_PAGES) return undefined;
  const known = areasOverCapture(memory, world);
  const areas = known.ok ? (known.value.vmAreas ?? []) : [];
  if (areas.some((a) => a.addr.le(start) && start.lt(a.addr.add(a.size)))) return undefined;
  const size = U64.from(numpages + 1).shl(geo.pageShift);
  // Areas don't overlap.
  if (areas.some((a) => a.addr.lt(start.add(size)) && start.lt(a.addr.add(a.size)))) return undefined;
  for (let i = 0; i < numpages; i++)
    if (mappedAt(world, start.add(U64.from(i).shl(geo.pageShift))) === undefined) return undefined;
  return {
    area: { addr: start.toHex(), size: size.toHex() },
    assumes: [
      'this range is exactly one vmalloc area (VM_ALLOC), since tables don’t say which areas there are.',
      ...(world.madeUp === true
        ? [
            'the linear map does not map the same memory, since the text that these tables were rebuilt from doesn’t say where that is: its alias is left out of stores, splits and flushes.',
          ]
        : []),
    ],
  };
}

/** `PAGE_END`: the linear map lies below it in the kernel's half. */
function linearEnd({ geo }: World): U64 {
  const smallest = geo.pageShift === 14 && geo.vaBitsBuild > 48 ? 47 : 48;
  return U64.ZERO.sub(U64.bit(Math.min(geo.vaBits, smallest) - 1));
}

/** Walks with every callback, with the locks that the kernel's own callers hold. */
function walks({ mm, start, end }: CallRange): readonly SuggestedCall[] {
  const shared = {
    start: start.toHex(),
    end: end.toHex(),
    ops: { callbacks: ['pud', 'pmd', 'pte', 'hole'] as ('pud' | 'pmd' | 'pte' | 'hole')[] },
  };
  const lock = (name: MmName, mode: 'read' | 'write'): { name: string; mode: 'read' | 'write' } => ({
    name: `mmap:${name}`,
    mode,
  });
  const debug: ScenarioCall = {
    fn: 'walk_page_range_debug',
    mm,
    ...shared,
    locks: mm === 'init_mm' ? [lock(mm, 'write')] : [lock('init_mm', 'write'), lock(mm, 'write')],
  };
  const about = 'as a dump walks, locks held for write';
  const forDumps = [
    plain(debug, about),
    // What it was called before.
    plain({ ...debug, fn: 'walk_page_range_novma' }, about),
  ];
  if (mm === 'user')
    return [
      plain(
        { fn: 'walk_page_range', ...shared, walkLock: 0, locks: [lock(mm, 'read')] },
        'by VMA, with its mmap_lock held for read',
      ),
      ...forDumps,
    ];
  if (mm !== 'init_mm') return forDumps;
  return [
    plain({ fn: 'walk_kernel_page_table_range_lockless', ...shared }, 'takes no lock and asserts none'),
    plain(
      { fn: 'walk_kernel_page_table_range', ...shared, locks: [lock('init_mm', 'read')] },
      'with init_mm’s mmap_lock held for read',
    ),
    ...forDumps,
  ];
}

/**
 * The scenario with a suggested call in place of its contexts, or, with `after`, as context a's last call. At `revision`, and
 * with what the suggestion assumes spelled out.
 */
export function scenarioCalling(
  scenario: Scenario,
  { call, area, config }: SuggestedCall,
  revision: string,
  after = false,
): Scenario {
  const [first] = scenario.contexts;
  const before = after ? (first?.calls ?? []) : [];
  const memory =
    area === undefined
      ? scenario.memory
      : { ...scenario.memory, vmAreas: withArea(scenario.memory.vmAreas ?? [], area) };
  const merged = { ...scenario.config, ...config };
  // In the order of the schema, as a scenario comes out of a link.
  return {
    format: scenario.format,
    version: scenario.version,
    title: titleOf(call),
    revision,
    memory,
    ...(scenario.assertions !== undefined && { assertions: scenario.assertions }),
    ...(Object.keys(merged).length > 0 && { config: merged }),
    contexts: [{ ...(after && first !== undefined ? first : { cpu: 0 }), calls: [...before, call] }],
  };
}

type VmAreas = NonNullable<Scenario['memory']['vmAreas']>;

/** Areas stand in the order of their addresses. */
function withArea(areas: VmAreas, area: NonNullable<SuggestedCall['area']>): VmAreas {
  const flags: VmAreas[number]['flags'] = ['ALLOC'];
  return [...areas, { ...area, flags }].sort((a, b) => U64.hex(a.addr).cmp(U64.hex(b.addr)));
}

/** `set_memory_ro(ffff800080010000, 4)`: short arguments only. */
function titleOf(call: ScenarioCall): string {
  const values = Object.entries(call)
    .filter(([name, value]) => name !== 'fn' && typeof value !== 'object')
    .map(([, value]) => String(value).replace(/^0x/, ''));
  return `${call.fn}(${values.join(', ')})`.slice(0, 120);
}
