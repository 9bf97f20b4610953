import { U64 } from '../base/u64.ts';
import { upperHalf } from '../arch/geometry.ts';
import { runtimeRegions } from '../kernel/drivers/firmware/efi/efi.ts';
import type { MmName } from '../mm/mm.ts';
import { efiRegions } from './calls-efi.ts';
import { isUserCall, userCallStart } from './calls-user-names.ts';
import { kernelConfig } from './config.ts';
import type { Scenario, ScenarioCall, VmaWalkCall } from './schema.ts';
import { isVmaWalk } from './vma-walks.ts';
import type { World } from './world.ts';

function vmaWalkStart(call: VmaWalkCall, world: World): U64 | undefined {
  if ('start' in call) return U64.hex(call.start);
  if ('addr' in call) return U64.hex(call.addr);
  if ('vma' in call) return world.vmas?.[call.vma]?.start;
  return world.vmas?.find((vma) => vma.file === call.file)?.start;
}

/** Whose tables a call is about, and the first virtual address; undefined where it names a VMA that is not there. */
export function callStart(
  call: ScenarioCall,
  scenario: Pick<Scenario, 'config'>,
  world: World,
): { readonly mm: MmName; readonly va: U64 } | undefined {
  if (isVmaWalk(call)) {
    const va = vmaWalkStart(call, world);
    return va === undefined ? undefined : { mm: 'user', va };
  }
  if ('ops' in call) {
    const own = 'mm' in call ? call.mm : 'init_mm';
    return { mm: call.pgd ?? own, va: U64.hex(call.start) };
  }
  if (call.fn === 'efi_virtmap_init') {
    const first = runtimeRegions(world.geo, efiRegions(call.regions))[0];
    return first === undefined ? undefined : { mm: 'efi_mm', va: first.virt };
  }
  if (call.fn === 'table_life')
    return call.virt === undefined ? undefined : { mm: call.mm ?? 'init_mm', va: U64.hex(call.virt) };
  if ('virt' in call) return { mm: call.mm, va: U64.hex(call.virt) };
  if (isUserCall(call)) {
    const va = userCallStart(call, world.vmas ?? []);
    return va === undefined ? undefined : { mm: 'user', va };
  }
  if (call.fn === 'retract_page_tables') return { mm: 'user', va: U64.hex(call.addr) };
  if ('addr' in call) return { mm: 'mm' in call ? call.mm : 'init_mm', va: U64.hex(call.addr) };
  if ('start' in call) return { mm: 'mm' in call ? call.mm : 'init_mm', va: U64.hex(call.start) };
  if (!('phys' in call) && !('pfn' in call)) return undefined;
  const physOffset = { ...world.config, ...kernelConfig(scenario.config) }.physOffset ?? U64.ZERO;
  const pa = 'phys' in call ? U64.hex(call.phys) : U64.hex(call.pfn).shl(world.geo.pageShift);
  return { mm: 'init_mm', va: pa.sub(physOffset).or(upperHalf(world.geo)) };
}
