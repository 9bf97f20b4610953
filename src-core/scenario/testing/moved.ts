import { U64 } from '../../base/u64.ts';
import type { Scenario, ScenarioCall } from '../schema.ts';

const PAGE = U64.from(0x1000);

/** The call moved to where tables are: around an entry of the listing, over some pages. */
export function moved(call: ScenarioCall, scenario: Scenario, seed: number): ScenarioCall {
  if (!('tables' in scenario.memory)) return call;
  const { tables, vmas = [], vmAreas = [] } = scenario.memory;
  // Where no area starts there is nothing to make or to give back.
  if (call.fn === 'vmalloc' || call.fn === 'vfree') {
    const area = vmAreas[seed % Math.max(1, vmAreas.length)];
    return area === undefined ? { fn: 'kernel_pgtable_work_func' } : { ...call, addr: area.addr };
  }
  const places =
    'walkLock' in call
      ? vmas.map((vma) => vma.start)
      : 'numpages' in call && seed % 2 === 0
        ? vmAreas.map((area) => area.addr)
        : tables.map((row) => row[2]);
  const place = places[seed % Math.max(1, places.length)];
  if (place === undefined) return call;
  // An area's own first pages: at random hardly a range lies in one.
  if ('numpages' in call && seed % 2 === 0) return { ...call, addr: place, numpages: seed % 3 };
  const start = U64.hex(place).add(U64.from(seed % 40).shl(12));
  const length =
    [PAGE, U64.from(seed % 600).shl(12), U64.bit(21), U64.bit(30), U64.bit(33)][seed % 5] ?? PAGE;
  const end = start.add(length).toHex();
  if ('start' in call && 'end' in call) return { ...call, start: start.toHex(), end };
  if ('start' in call) return { ...call, start: start.toHex(), size: length.toHex() };
  if ('numpages' in call) return { ...call, addr: start.toHex(), numpages: seed % 60 };
  if ('pfn' in call) return { ...call, pfn: start.and(U64.mask(40)).shr(12).toHex() };
  if (call.fn === 'table_life' || call.fn === 'pte_alloc') return { ...call, virt: start.toHex() };
  if (call.fn === 'arch_add_memory' || call.fn === 'arch_remove_memory')
    return { ...call, phys: start.and(U64.mask(40)).toHex(), size: length.toHex() };
  if ('virt' in call)
    return { ...call, virt: start.toHex(), phys: start.and(U64.mask(40)).toHex(), size: length.toHex() };
  return call;
}
