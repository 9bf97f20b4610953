import { outputAddress, table as isTable } from '../../arch/arm64/entry.ts';
import { TABLE_UXN } from '../../arch/arm64/bits.ts';
import type { LevelName } from '../../arch/geometry.ts';
import { hwIndex, levelName } from '../../arch/geometry.ts';
import { U64 } from '../../base/u64.ts';
import { findAllocator } from '../../mm/allocators.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { entryPtr } from '../../step/pointer.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { phys, setP4d, setPgd, setPmd, setPud } from '../arch/arm64/include/asm/set_pte.ts';
import { allocateTable, freeTable, kernelPgtableWorkFunc } from '../include/asm-generic/pgalloc.ts';
import type { Kernel } from '../kernel.ts';
import { ENOMEM } from '../kernel.ts';
import type { MmName } from '../../mm/mm.ts';

/** What a table's life is to be. */
export interface TableLifePlan {
  /** The allocator, by the kernel's name. */
  readonly allocator: string;
  readonly level: LevelName;
  /** Whose table it is; null: the caller says none. */
  readonly mm: MmName | null;
  /** Link it where this address is translated, if there is an empty entry at the level above. */
  readonly virt: U64 | undefined;
  /** It stays; else it is unlinked again and given back. */
  readonly keep: boolean;
}

/** The entry that a table of `level` for `va` hangs from; undefined where a table above it is missing. */
function* parentOf(k: Kernel, mm: MmName, level: LevelName, va: U64): Walker<EntryPtr | undefined> {
  const { hw } = k.geo.levels[level];
  let table = k.mm(mm).pgd;
  for (let at = k.geo.rootHw; at < hw; at++) {
    const entry = entryPtr(levelName(k.geo, at), table, hwIndex(k.geo, at, va));
    if (at === hw - 1) return entry;
    const value = yield* readOnce(entry);
    if (!isTable(value)) return undefined;
    table = outputAddress(k.geo, value);
  }
  return undefined;
}

const SETTERS = { pgd: setPgd, p4d: setP4d, pud: setPud, pmd: setPmd } as const;

function* link(k: Kernel, entry: EntryPtr, value: U64): Walker<void> {
  if (entry.level !== 'pte') yield* SETTERS[entry.level](k, entry, value);
}

/**
 * One table from allocation to free by one allocator and its free path: not a function of the kernel's, but what its callers do in turn.
 * The allocator may be another architecture's; it is linked with an arm64 descriptor all the same. Answers 0, or -ENOMEM.
 */
export const tableLife = kernelFunction(
  { name: 'table_life', file: '', lines: {} },
  function* (k: Kernel, plan: TableLifePlan): Walker<number> {
    const { level, mm, virt } = plan;
    const table = yield* allocateTable(k, plan.allocator, level, mm);
    if (table === undefined) return -ENOMEM;
    const found = virt === undefined || mm === null ? undefined : yield* parentOf(k, mm, level, virt);
    const parent = found !== undefined && (yield* readOnce(found)).isZero() ? found : undefined;
    if (parent !== undefined) yield* link(k, parent, phys(k, U64.from(table)).or(U64.from(3)).or(TABLE_UXN));
    if (plan.keep) return 0;
    if (parent !== undefined) yield* link(k, parent, U64.ZERO);
    const path = findAllocator(plan.allocator, k.config.arch)?.free ?? '';
    if (path === '') return 0;
    if (yield* freeTable(k, path, level, table, mm)) yield* kernelPgtableWorkFunc();
    return 0;
  },
);
