import { outputAddress, table as isTable } from '../../arch/arm64/entry.ts';
import { TABLE_AF, TABLE_UXN } from '../../arch/arm64/bits.ts';
import { asBlock, kernelProtections } from '../../arch/arm64/prot.ts';
import type { Geometry, LevelName } from '../../arch/geometry.ts';
import { hwIndex, hwShift, levelName } from '../../arch/geometry.ts';
import { U64 } from '../../base/u64.ts';
import { readOnce, store } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { entryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { phys, setP4d, setPgd, setPmd, setPud } from '../arch/arm64/include/asm/set_pte.ts';
import { allocateTable } from '../include/asm-generic/pgalloc.ts';
import type { Kernel } from '../kernel.ts';
import { ENOMEM } from '../kernel.ts';

/** mm/sparse-vmemmap.c and arm64's part of it: the memory map of memory that is added. Its tables have no constructor. */

/** log2 of bytes of a `struct page`. */
const STRUCT_PAGE_SHIFT = 6;
/** `VMEMMAP_END` */
const VMEMMAP_END = U64.ZERO.sub(U64.bit(30));

/** Half-open addresses. */
export interface Span {
  readonly start: U64;
  readonly end: U64;
}

/** Where the `struct page`s of physical memory lie, first frame at `VMEMMAP_START`. */
export function vmemmapStart(geo: Geometry): U64 {
  const min = geo.vaBits > 48 ? (geo.pageShift === 14 ? 47 : 48) : geo.vaBits;
  // _PAGE_END(VA_BITS_MIN) - PAGE_OFFSET, a page of 2^pageShift bytes a struct.
  const linear = U64.bit(geo.vaBits).sub(U64.bit(min - 1));
  return VMEMMAP_END.sub(linear.shr(geo.pageShift - STRUCT_PAGE_SHIFT));
}

/** The memory map of `size` bytes at physical address `start`. */
export function vmemmapOf(k: Kernel, start: U64, size: U64): Span {
  const frame = start.sub(k.config.physOffset).shr(k.geo.pageShift).shl(STRUCT_PAGE_SHIFT);
  const from = vmemmapStart(k.geo).add(frame);
  return { start: from, end: from.add(size.shr(k.geo.pageShift).shl(STRUCT_PAGE_SHIFT)) };
}

const SETTERS = { pgd: setPgd, p4d: setP4d, pud: setPud, pmd: setPmd } as const;

/** `vmemmap_pgd_populate()` … `vmemmap_pmd_populate()`: the table under an entry, made if there is none. */
function* populate(k: Kernel, parent: EntryPtr, level: LevelName): Walker<number | undefined> {
  const value = yield* readOnce(parent);
  if (!value.isZero()) return isTable(value) ? outputAddress(k.geo, value) : undefined;
  const table = yield* allocateTable(k, 'vmemmap_alloc_block_zero', level, 'init_mm');
  if (table === undefined || parent.level === 'pte') return undefined;
  const bits = k.rules.build.tableAf ? U64.from(3).or(TABLE_UXN).or(TABLE_AF) : U64.from(3).or(TABLE_UXN);
  yield* SETTERS[parent.level](k, parent, phys(k, U64.from(table)).or(bits));
  return table;
}

/** The entry for `addr` at hardware level `hw`, tables above it made on the way; undefined: no memory. */
function* reach(k: Kernel, addr: U64, hw: number): Walker<EntryPtr | undefined> {
  let table = k.mm('init_mm').pgd;
  for (let at = k.geo.rootHw; at < hw; at++) {
    const entry = entryPtr(levelName(k.geo, at), table, hwIndex(k.geo, at, addr));
    const next = yield* populate(k, entry, levelName(k.geo, at + 1));
    if (next === undefined) return undefined;
    table = next;
  }
  return entryPtr(levelName(k.geo, hw), table, hwIndex(k.geo, hw, addr));
}

/**
 * `vmemmap_populate()`: by blocks with 4 KiB pages, else page by page. The memory map itself is taken from the beginning of the memory it
 * describes (memmap_on_memory).
 */
export const vmemmapPopulate = kernelFunction(
  { name: 'vmemmap_populate', file: 'arch/arm64/mm/mmu.c', lines: {} },
  function* (k: Kernel, { start, end }: Span, memory: U64): Walker<number> {
    const hw = k.geo.pageShift === 12 ? 2 : 3;
    const step = U64.bit(hwShift(k.geo, hw));
    const prot = kernelProtections({ ng: k.config.useNg, lpa2: k.geo.lpa2 }).PAGE_KERNEL;
    let pa = memory;
    for (let addr = start.andNot(step.sub(U64.ONE)); addr.lt(end); addr = addr.add(step), pa = pa.add(step)) {
      const entry = yield* reach(k, addr, hw);
      if (entry === undefined) return -ENOMEM;
      if (!(yield* readOnce(entry)).isZero()) continue;
      const value = phys(k, pa).or(hw === 2 ? asBlock(prot) : prot);
      if (hw === 2) yield* setPmd(k, entry, value);
      else yield* store(entry, value);
    }
    return 0;
  },
);
