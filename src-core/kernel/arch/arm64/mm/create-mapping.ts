import {
  PMD_TYPE_SECT,
  PTE_ATTRINDX_MASK,
  PTE_CONT,
  PTE_NG,
  PTE_PXN,
  PTE_RDONLY,
  PTE_SWBITS_MASK,
  PTE_TYPE_MASK,
  PTE_VALID,
  PTE_WRITE,
  TABLE_AF,
  TABLE_PXN,
  TABLE_UXN,
} from '../../../../arch/arm64/bits.ts';
import { leaf, outputAddress, table as isTable } from '../../../../arch/arm64/entry.ts';
import type { LevelName } from '../../../../arch/geometry.ts';
import { U64 } from '../../../../base/u64.ts';
import type { Mm } from '../../../../mm/mm.ts';
import { Barrier } from '../../../../step/op-barrier.ts';
import { Lock, Unlock } from '../../../../step/op-lock.ts';
import { readOnce, store } from '../../../../step/op-memory.ts';
import { Bug, Warn } from '../../../../step/op-walk.ts';
import type { EntryPtr } from '../../../../step/pointer.ts';
import { advance, cast, entryPtr } from '../../../../step/pointer.ts';
import type { FnInfo, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import { allocateTable } from '../../../include/asm-generic/pgalloc.ts';
import { addrEnd } from '../../../include/linux/pgtable.ts';
import type { Kernel } from '../../../kernel.ts';
import { EINVAL, ENOMEM } from '../../../kernel.ts';
import { pgdOffsetPgd } from '../include/asm/pgtable.ts';
import { phys, setP4d, setPgd, setPmd, setPud } from '../include/asm/set_pte.ts';

/**
 * Building kernel mappings (arch/arm64/mm/mmu.c): `__create_pgd_mapping()` and what is beneath it. A new table is zeroed
 * privately, linked, and only then filled: a walker can see it empty.
 */

const info = (name: string, v73: number): FnInfo => ({
  name,
  file: 'arch/arm64/mm/mmu.c',
  lines: { 'v7.3': v73 },
});

/** Flags of `__create_pgd_mapping()`. */
const NO_BLOCK_MAPPINGS = 1;
const NO_CONT_MAPPINGS = 2;
const NO_EXEC_MAPPINGS = 4;

/** What stays the same all the way down. */
interface Mapping {
  readonly prot: U64;
  readonly flags: number;
  /** Tables come from the allocator for special mms, whose constructors are given no mm. */
  readonly special: boolean;
  /** Whose tables they are. */
  readonly mm: string;
}

type Set = (k: Kernel, entry: EntryPtr, v: U64) => Walker<void>;

/**
 * The table under `parent`, for `addr`: the one there is, or a new one, allocated, constructed, zeroed and linked. Undefined: no
 * memory.
 */
function* tableUnder(
  k: Kernel,
  parent: EntryPtr,
  level: 'p4d' | 'pud' | 'pmd' | 'pte',
  addr: U64,
  map: Mapping,
  set: Set,
): Walker<EntryPtr | undefined> {
  const { hw, shift, indexBits, folded } = k.geo.levels[level];
  const value = yield* readOnce(parent);
  if (folded === 'build') return cast(parent, level);
  const idx = addr.field(shift, indexBits);
  // The level above is compiled in but not in use: the root is indexed as a table of this one.
  if (hw === k.geo.rootHw) return entryPtr(level, parent.table, idx);
  if (leaf(value)) yield* new Bug();
  if (value.isZero()) {
    const allocator = map.special ? 'pgd_pgtable_alloc_special_mm' : 'pgd_pgtable_alloc_init_mm';
    const table = yield* allocateTable(k, allocator, level, map.mm);
    if (table === undefined) return undefined;
    yield* new Barrier('dsb');
    const plain = U64.from(3).or(TABLE_UXN);
    const prot = k.rules.build.tableAf ? plain.or(TABLE_AF) : plain;
    const full = (map.flags & NO_EXEC_MAPPINGS) === 0 ? prot : prot.or(TABLE_PXN);
    yield* set(k, parent, phys(k, U64.from(table)).or(full));
    return entryPtr(level, table, idx);
  }
  if (!isTable(value)) yield* new Bug();
  return entryPtr(level, outputAddress(k.geo, yield* readOnce(parent)), idx);
}

/** `pte_cont_addr_end()`, `pmd_cont_addr_end()`: the next boundary of contiguous groups, or the end. */
function contEnd(addr: U64, end: U64, shift: number): U64 {
  const boundary = addr.shr(shift).add(U64.ONE).shl(shift);
  return boundary.sub(U64.ONE).lt(end.sub(U64.ONE)) ? boundary : end;
}

/** May the group at `first` be made contiguous? Not if a valid entry of it is not. */
function* groupMayBeCont(k: Kernel, first: EntryPtr, n: number): Walker<boolean> {
  if (!k.rules.build.checksGroups) return true;
  for (let i = 0; i < n; i++) {
    const v = yield* readOnce(advance(first, i));
    if (v.intersects(PTE_VALID) && !v.intersects(PTE_CONT)) return false;
  }
  return true;
}

/** The protection of one piece: contiguous if its addresses and the flags allow it. */
function* pieceProt(
  k: Kernel,
  first: EntryPtr,
  addr: U64,
  next: U64,
  pa: U64,
  shift: number,
  n: number,
  map: Mapping,
): Walker<U64> {
  const aligned = !addr.or(next).or(pa).intersects(U64.mask(shift));
  if (!aligned || (map.flags & NO_CONT_MAPPINGS) !== 0) return map.prot;
  return (yield* groupMayBeCont(k, first, n)) ? map.prot.or(PTE_CONT) : map.prot;
}

/** `pgattr_change_is_safe()`: may a live entry change so without break-before-make? */
export function changeIsSafe(k: Kernel, old: U64, now: U64): boolean {
  if (!old.intersects(PTE_VALID) || !now.intersects(PTE_VALID)) return true;
  if (k.rules.build.contIsUnsafe && old.or(now).intersects(PTE_CONT)) return false;
  if (outputAddress(k.geo, old) !== outputAddress(k.geo, now)) return false;
  if (old.andNot(now).intersects(PTE_NG)) return false;
  const normal = (v: U64): boolean => v.and(PTE_ATTRINDX_MASK).lo <= 4;
  let mask = PTE_PXN.or(PTE_RDONLY).or(PTE_WRITE).or(PTE_NG).or(PTE_SWBITS_MASK);
  if (normal(old) && normal(now)) mask = mask.or(PTE_ATTRINDX_MASK);
  return old.xor(now).andNot(mask).isZero();
}

/** `init_pte()`: read, write, read again, and the change must have been a safe one. */
const initPte = kernelFunction(
  info('init_pte', 162),
  function* (k: Kernel, first: EntryPtr, start: U64, end: U64, startPa: U64, prot: U64): Walker<void> {
    const page = U64.bit(k.geo.pageShift);
    let pte = first;
    let pa = startPa;
    for (let addr = start; ; pte = advance(pte, 1), pa = pa.add(page)) {
      const old = yield* readOnce(pte);
      yield* store(pte, phys(k, pa).or(prot));
      if (!changeIsSafe(k, old, yield* readOnce(pte))) yield* new Bug();
      addr = addr.add(page);
      if (addr.eq(end)) return;
    }
  },
);

/** Moves a pointer from the slot of one address to that of another in the same table. */
function move(k: Kernel, entry: EntryPtr, level: LevelName, from: U64, to: U64): EntryPtr {
  return advance(entry, to.sub(from).shr(k.geo.levels[level].shift).toNumber());
}

/** `alloc_init_cont_pte()` */
const allocInitContPte = kernelFunction(
  info('alloc_init_cont_pte', 196),
  function* (k: Kernel, pmd: EntryPtr, start: U64, end: U64, startPa: U64, map: Mapping): Walker<number> {
    const shift = k.geo.levels.pte.shift + k.geo.contPteShift;
    let pte = yield* tableUnder(k, pmd, 'pte', start, map, setPmd);
    if (pte === undefined) return -ENOMEM;
    let pa = startPa;
    let addr = start;
    do {
      const next = contEnd(addr, end, shift);
      const prot = yield* pieceProt(k, pte, addr, next, pa, shift, 1 << k.geo.contPteShift, map);
      yield* initPte(k, pte, addr, next, pa, prot);
      pte = move(k, pte, 'pte', addr, next);
      pa = pa.add(next.sub(addr));
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);

/** Puts down a block in place of a table, if alignment, flags and what is there allow one. Answers whether it did. */
function* block(
  k: Kernel,
  entry: EntryPtr,
  level: 'pud' | 'pmd',
  old: U64,
  addr: U64,
  next: U64,
  pa: U64,
  prot: U64,
  map: Mapping,
  set: Set,
): Walker<boolean> {
  if (addr.or(next).or(pa).intersects(U64.mask(k.geo.levels[level].shift))) return false;
  if ((map.flags & NO_BLOCK_MAPPINGS) !== 0) return false;
  if (k.rules.build.keepsTables && isTable(old)) return false;
  const value = phys(k, pa).or(prot.andNot(PTE_TYPE_MASK).or(PMD_TYPE_SECT));
  if (changeIsSafe(k, yield* readOnce(entry), value)) yield* set(k, entry, value);
  if (!changeIsSafe(k, old, yield* readOnce(entry))) yield* new Bug();
  return true;
}

/** `init_pmd()` */
const initPmd = kernelFunction(
  info('init_pmd', 253),
  function* (
    k: Kernel,
    first: EntryPtr,
    start: U64,
    end: U64,
    startPa: U64,
    prot: U64,
    map: Mapping,
  ): Walker<number> {
    let pmd = first;
    let pa = startPa;
    let addr = start;
    do {
      const old = yield* readOnce(pmd);
      const next = addrEnd(k, 'pmd', addr, end);
      if (!(yield* block(k, pmd, 'pmd', old, addr, next, pa, prot, map, setPmd))) {
        const ret = yield* allocInitContPte(k, pmd, addr, next, pa, map);
        if (ret !== 0) return ret;
      }
      pa = pa.add(next.sub(addr));
      pmd = advance(pmd, 1);
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);

/** `alloc_init_cont_pmd()` */
const allocInitContPmd = kernelFunction(
  info('alloc_init_cont_pmd', 304),
  function* (k: Kernel, pud: EntryPtr, start: U64, end: U64, startPa: U64, map: Mapping): Walker<number> {
    const shift = k.geo.levels.pmd.shift + k.geo.contPmdShift;
    let pmd = yield* tableUnder(k, pud, 'pmd', start, map, setPud);
    if (pmd === undefined) return -ENOMEM;
    let pa = startPa;
    let addr = start;
    do {
      const next = contEnd(addr, end, shift);
      const prot = yield* pieceProt(k, pmd, addr, next, pa, shift, 1 << k.geo.contPmdShift, map);
      const ret = yield* initPmd(k, pmd, addr, next, pa, prot, map);
      if (ret !== 0) return ret;
      pmd = move(k, pmd, 'pmd', addr, next);
      pa = pa.add(next.sub(addr));
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);

/** `alloc_init_pud()`: 1 GiB blocks with 4 KiB pages only. */
const allocInitPud = kernelFunction(
  info('alloc_init_pud', 363),
  function* (k: Kernel, p4d: EntryPtr, start: U64, end: U64, startPa: U64, map: Mapping): Walker<number> {
    let pud = yield* tableUnder(k, p4d, 'pud', start, map, setP4d);
    if (pud === undefined) return -ENOMEM;
    let pa = startPa;
    let addr = start;
    do {
      const old = yield* readOnce(pud);
      const next = addrEnd(k, 'pud', addr, end);
      const mayBlock = k.geo.pageShift === 12;
      if (!mayBlock || !(yield* block(k, pud, 'pud', old, addr, next, pa, map.prot, map, setPud))) {
        const ret = yield* allocInitContPmd(k, pud, addr, next, pa, map);
        if (ret !== 0) return ret;
      }
      pa = pa.add(next.sub(addr));
      pud = advance(pud, 1);
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);

/** `alloc_init_p4d()` */
const allocInitP4d = kernelFunction(
  info('alloc_init_p4d', 430),
  function* (k: Kernel, pgd: EntryPtr, start: U64, end: U64, startPa: U64, map: Mapping): Walker<number> {
    let p4d = yield* tableUnder(k, pgd, 'p4d', start, map, setPgd);
    if (p4d === undefined) return -ENOMEM;
    let pa = startPa;
    let addr = start;
    do {
      yield* readOnce(p4d);
      const next = addrEnd(k, 'p4d', addr, end);
      const ret = yield* allocInitPud(k, p4d, addr, next, pa, map);
      if (ret !== 0) return ret;
      pa = pa.add(next.sub(addr));
      p4d = advance(p4d, 1);
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);

/** `__create_pgd_mapping()`: maps `size` bytes at `virt` to `pa`, building tables on the way, under the fixmap lock. */
export const createPgdMapping = kernelFunction(
  info('__create_pgd_mapping', 514),
  function* (
    k: Kernel,
    mm: Mm,
    pa: U64,
    virt: U64,
    size: U64,
    prot: U64,
    flags: number,
    special: boolean,
  ): Walker<number> {
    yield* new Lock('fixmap_lock', 'write');
    const ret = yield* createPgdMappingLocked(k, mm, pa, virt, size, {
      prot,
      flags,
      special,
      mm: mm.name,
    });
    yield* new Unlock('fixmap_lock');
    return ret;
  },
);

const createPgdMappingLocked = kernelFunction(
  info('__create_pgd_mapping_locked', 481),
  function* (k: Kernel, mm: Mm, startPa: U64, virt: U64, size: U64, map: Mapping): Walker<number> {
    const inPage = U64.mask(k.geo.pageShift);
    if (startPa.xor(virt).intersects(inPage)) {
      yield* new Warn();
      return k.rules.build.returnsErrors ? -EINVAL : 0;
    }
    let pa = startPa.andNot(inPage);
    let addr = virt.andNot(inPage);
    const end = virt.add(size).add(inPage).andNot(inPage);
    let pgd = pgdOffsetPgd(k, mm.pgd, addr);
    do {
      const next = addrEnd(k, 'pgd', addr, end);
      const ret = yield* allocInitP4d(k, pgd, addr, next, pa, map);
      if (ret !== 0) return ret;
      pa = pa.add(next.sub(addr));
      pgd = advance(pgd, 1);
      addr = next;
    } while (!addr.eq(end));
    return 0;
  },
);
