import { U64 } from '../../base/u64.ts';
import { Tlbi } from '../../step/op-barrier.ts';
import { ChangeArea } from '../../step/op-area.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { Warn } from '../../step/op-walk.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import {
  linearAddress,
  setDirectMapDefaultNoflush,
  setDirectMapInvalidNoflush,
} from '../arch/arm64/mm/pageattr.ts';
import type { Kernel, VmArea } from '../kernel.ts';
import { ENOMEM } from '../kernel.ts';
import { blocksSupported, vmapPagesRangeNoflush, vunmapRangeNoflush } from './vmalloc-range.ts';

/**
 * mm/vmalloc.c: memory is mapped in an area, and the area is given back. Where an area lies and which pages it gets is the scenario's:
 * neither the search for room nor the page allocator is simulated.
 */

const info = (name: string): FnInfo => ({ name, file: 'mm/vmalloc.c', lines: {} });

/** `vm_reset_perms()`: what the pages' linear alias was made to be ends with the area. */
const vmResetPerms = kernelFunction(
  info('vm_reset_perms'),
  function* (k: Kernel, area: VmArea): Walker<void> {
    const pfns = area.pages.map((pa) => pa.shr(k.geo.pageShift));
    // Invalid first, so that nothing is cached between the flush and the end.
    for (const pfn of pfns) yield* setDirectMapInvalidNoflush(k, pfn);
    yield* vmUnmapAliases(k, area);
    for (const pfn of pfns) yield* setDirectMapDefaultNoflush(k, pfn);
  },
);

/** `_vm_unmap_aliases()`: one flush from the lowest to the highest address of the area and of its pages' alias. */
const vmUnmapAliases = kernelFunction(
  info('_vm_unmap_aliases'),
  function* (k: Kernel, area: VmArea): Walker<void> {
    yield* new Lock('vmap_purge_lock', 'write');
    const page = U64.bit(k.geo.pageShift);
    let [start, end] = [area.addr, area.addr.add(area.size)];
    for (const pa of area.pages) {
      const alias = linearAddress(k, pa);
      if (alias.lt(start)) start = alias;
      if (end.lt(alias.add(page))) end = alias.add(page);
    }
    yield* new Tlbi(start, end);
    yield* new Unlock('vmap_purge_lock');
  },
);

/**
 * `free_unmap_vmap_area()`: the entries go at once, guard page included; the flush waits until many areas have come together
 * (`__purge_vmap_area_lazy()`, which is not simulated), and only then the addresses can be had again.
 */
const freeUnmapVmapArea = kernelFunction(
  info('free_unmap_vmap_area'),
  function* (k: Kernel, area: VmArea): Walker<void> {
    const end = area.addr.add(area.size);
    yield* vunmapRangeNoflush(k, area.addr, end);
    if (k.config.debugPagealloc) yield* new Tlbi(area.addr, end);
  },
);

/** `remove_vm_area()`: from here on nobody finds the area. Undefined where none starts at this address. */
const removeVmArea = kernelFunction(info('remove_vm_area'), function* (k: Kernel, addr: U64): Walker<
  VmArea | undefined
> {
  const area = k.findVmArea(addr);
  if (area?.addr.eq(addr) !== true || !(yield* new ChangeArea(addr, 'unlink'))) return undefined;
  yield* freeUnmapVmapArea(k, area);
  return area;
});

/** `vfree()`, in a task. Answers 0: the kernel's function returns nothing. */
export const vfree = kernelFunction(info('vfree'), function* (k: Kernel, addr: U64): Walker<number> {
  const area = yield* removeVmArea(k, addr);
  if (area === undefined) yield* new Warn('trying to vfree() nonexistent vm area');
  else if (area.flags.includes('FLUSH_RESET_PERMS')) yield* vmResetPerms(k, area);
  return 0;
});

/** Of the sizes of leaves that an area may have, the largest its pages can make, as a shift. */
function pageShiftOf(k: Kernel, { addr, size, pages, flags }: VmArea): number {
  const { pageShift, contPteShift, levels } = k.geo;
  const bytes = size.sub(U64.bit(pageShift));
  const shifts: number[] = [];
  if (flags.includes('ALLOW_HUGE')) {
    if (blocksSupported(k, 'pmd')) shifts.push(levels.pmd.shift);
    if (k.rules.vmap.contPtes) shifts.push(pageShift + contPteShift);
  }
  const shift = shifts.find((s) => U64.bit(s).le(bytes)) ?? pageShift;
  const mask = U64.mask(shift);
  const n = 2 ** (shift - pageShift);
  // An area that was not aligned for it, or pages in pieces: as where the page allocator has no larger ones.
  const fits =
    !addr.intersects(mask) &&
    !bytes.intersects(mask) &&
    pages.every((pa, i) => {
      const first = pages[i - (i % n)];
      return first?.intersects(mask) === false && pa.eq(first.add(U64.from(i % n).shl(pageShift)));
    });
  return fits ? shift : pageShift;
}

/** `__vmalloc_area_node()`: the pages of an area are mapped; what was mapped goes again where a table can't be had. */
const vmallocAreaNode = kernelFunction(
  info('__vmalloc_area_node'),
  function* (k: Kernel, area: VmArea, prot: U64, shift: number): Walker<number> {
    const end = area.addr.add(area.size).sub(U64.bit(k.geo.pageShift));
    const err = yield* vmapPagesRangeNoflush(k, area.addr, end, prot, area.pages, shift);
    if (err !== 0) yield* vfree(k, area.addr);
    return err;
  },
);

/**
 * `__vmalloc_node_range()`: the scenario's area at `addr` comes to be, with its pages mapped as `prot` says; by
 * blocks, or contiguous groups, where it allows huge mappings and its pages make them, and by single pages if that fails. 0, or -12.
 */
const vmallocNodeRange = kernelFunction(
  info('__vmalloc_node_range'),
  function* (k: Kernel, addr: U64, prot: U64): Walker<number> {
    const area = k.findVmArea(addr);
    if (area?.addr.eq(addr) !== true) return -ENOMEM;
    for (let shift = pageShiftOf(k, area); ; shift = k.geo.pageShift) {
      // Where an area is already there is no room for another.
      if (!(yield* new ChangeArea(addr, 'insert'))) return -ENOMEM;
      const err = yield* vmallocAreaNode(k, area, prot, shift);
      if (err === 0) return 0;
      if (shift === k.geo.pageShift) return -ENOMEM;
    }
  },
);

/** `vmalloc()`, or another of its like: `prot` is what they differ in. */
export const vmalloc = kernelFunction(
  info('vmalloc'),
  function* (k: Kernel, addr: U64, prot: U64): Walker<number> {
    return yield* vmallocNodeRange(k, addr, prot);
  },
);
