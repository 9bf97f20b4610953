import { U64 } from '../base/u64.ts';
import { upperHalf } from '../arch/geometry.ts';
import type { MmName } from '../mm/mm.ts';
import { kernelConfig } from './config.ts';
import type { Scenario, ScenarioCall } from './schema.ts';
import type { World } from './world.ts';

/** Whose tables a call is about, and the first virtual address; undefined where it names a VMA that is not there. */
export function callStart(
  call: ScenarioCall,
  scenario: Pick<Scenario, 'config'>,
  world: World,
): { readonly mm: MmName; readonly va: U64 } | undefined {
  if ('walkLock' in call) {
    const va = 'start' in call ? U64.hex(call.start) : world.vmas?.[call.vma]?.start;
    return va === undefined ? undefined : { mm: 'user', va };
  }
  if ('ops' in call) {
    const own = call.fn === 'walk_page_range_debug' ? call.mm : 'init_mm';
    return { mm: call.pgd ?? own, va: U64.hex(call.start) };
  }
  if ('virt' in call) return { mm: call.mm, va: U64.hex(call.virt) };
  if (call.fn === 'retract_page_tables') return { mm: 'user', va: U64.hex(call.addr) };
  if ('addr' in call) return { mm: 'init_mm', va: U64.hex(call.addr) };
  if ('start' in call) return { mm: 'init_mm', va: U64.hex(call.start) };
  const physOffset = { ...world.config, ...kernelConfig(scenario.config) }.physOffset ?? U64.ZERO;
  const pa = U64.hex(call.pfn).shl(world.geo.pageShift);
  return { mm: 'init_mm', va: pa.sub(physOffset).or(upperHalf(world.geo)) };
}
