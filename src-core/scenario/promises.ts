import { U64 } from '../base/u64.ts';
import type { CallPromises } from '../machine/context.ts';
import type { ScenarioCall } from './schema.ts';

/**
 * What a caller of these functions, and whoever uses the memory meanwhile, rely on. `flush`: after the return no CPU uses a
 * translation from before; the `…_noflush` functions leave that to their caller. `mapped`: memory that is mapped stays so.
 */
export function promisesOf(call: ScenarioCall): CallPromises {
  switch (call.fn) {
    case 'set_memory_ro':
    case 'set_memory_rw':
    case 'set_memory_x':
    case 'set_memory_nx':
    case 'set_memory_rox':
      return { flush: true, mapped: true };
    case 'set_memory_encrypted':
    case 'set_memory_decrypted':
      return { flush: true, mapped: false };
    case 'set_memory_valid':
      // Only what takes memory away needs the flush, whatever the name says.
      return { flush: !call.enable, mapped: call.enable };
    case 'set_direct_map_valid_noflush':
      return { flush: !call.valid, mapped: call.valid };
    case 'update_range_prot':
      return { flush: false, mapped: !U64.hex(call.clear).bit(0) };
    case 'split_kernel_leaf_mapping':
    case 'range_split_to_ptes':
    case 'linear_map_maybe_split_to_ptes':
    case 'split_pmd_bbm':
      return { flush: false, mapped: true };
    default:
      return { flush: false, mapped: false };
  }
}
