import { PTE_CONT, PTE_RDONLY, PTE_WRITE } from '../../arch/arm64/bits.ts';
import { outputAddress, present, table as isTable } from '../../arch/arm64/entry.ts';
import type { LevelName } from '../../arch/geometry.ts';
import { hwIndex, levelName, upperHalf } from '../../arch/geometry.ts';
import { U64 } from '../../base/u64.ts';
import { Tlbi } from '../../step/op-barrier.ts';
import { readOnce } from '../../step/op-memory.ts';
import type { HookOutcome } from '../../step/op-table.ts';
import { Hook } from '../../step/op-table.ts';
import type { EntryPtr } from '../../step/pointer.ts';
import { entryPtr } from '../../step/pointer.ts';
import type { FnInfo, Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import { setPte } from '../arch/arm64/include/asm/set_pte.ts';
import type { Kernel } from '../kernel.ts';

/**
 * A hook that a scenario may register in every constructor and destructor (`ctorHook`): no kernel has it, the series of 2025 names it as a
 * use of constructors that always run. A constructor makes the table's own page read-only in the direct map; a destructor makes it writable again. It
 * changes the entry of one page and splits nothing: a split needs a table, whose constructor would come here again.
 */

/** The direct map's PTE of an address, or why there is none. */
function* directMapEntry(k: Kernel, addr: U64): Walker<EntryPtr | 'block' | 'unmapped'> {
  let table = k.mm('init_mm').pgd;
  for (let hw = k.geo.rootHw; hw < 3; hw++) {
    const value = yield* readOnce(entryPtr(levelName(k.geo, hw), table, hwIndex(k.geo, hw, addr)));
    if (!isTable(value)) return present(value) ? 'block' : 'unmapped';
    table = outputAddress(k.geo, value);
  }
  return entryPtr('pte', table, hwIndex(k.geo, 3, addr));
}

/** One page: read-only with its entry's PTE_RDONLY set and PTE_WRITE clear, writable the other way round; then no CPU may use the old one. */
function* changePage(k: Kernel, pa: U64, does: Hook['does']): Walker<HookOutcome> {
  const addr = pa.sub(k.config.physOffset).or(upperHalf(k.geo));
  const entry = yield* directMapEntry(k, addr);
  if (typeof entry === 'string') return entry;
  const value = yield* readOnce(entry);
  if (!present(value)) return 'unmapped';
  if (value.intersects(PTE_CONT)) return 'block';
  const wanted =
    does === 'protect' ? value.or(PTE_RDONLY).andNot(PTE_WRITE) : value.andNot(PTE_RDONLY).or(PTE_WRITE);
  if (wanted.eq(value)) return 'same';
  yield* setPte(entry, wanted);
  yield* new Tlbi(addr, addr.add(U64.bit(k.geo.pageShift)));
  return 'entry';
}

/** From what says least for a table of several pages to what says most: it is protected only where each of its pages is. */
const WORST_FIRST: readonly HookOutcome[] = ['unmapped', 'block', 'entry', 'same'];

function* change(
  k: Kernel,
  does: Hook['does'],
  level: LevelName,
  table: number,
  order: number,
): Walker<void> {
  const page = 2 ** k.geo.pageShift;
  let how: HookOutcome = 'same';
  for (let i = 0; i < 2 ** order; i++) {
    const found = yield* changePage(k, U64.from(table + i * page), does);
    if (WORST_FIRST.indexOf(found) < WORST_FIRST.indexOf(how)) how = found;
  }
  yield* new Hook(level, table, does, how);
}

const info = (name: string): FnInfo => ({ name, file: '', lines: {} });
const protect = kernelFunction(info('ctor_hook'), change);
const release = kernelFunction(info('dtor_hook'), change);

/** What a constructor's end calls, where a hook is registered. `order`: the table is 2^order pages. */
export function* ctorHook(k: Kernel, level: LevelName, table: number, order: number): Walker<void> {
  if (k.config.ctorHook !== 'none') yield* protect(k, 'protect', level, table, order);
}

/** Likewise a destructor's. */
export function* dtorHook(k: Kernel, level: LevelName, table: number, order = 0): Walker<void> {
  if (k.config.ctorHook !== 'none') yield* release(k, 'release', level, table, order);
}
