import type { U64 } from '../../../../base/u64.ts';
import type { Mm } from '../../../../mm/mm.ts';
import { StaticKey } from '../../../../step/op-key.ts';
import { Lock, Unlock } from '../../../../step/op-lock.ts';
import type { Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { Kernel } from '../../../kernel.ts';
import { ptdumpWalkPgd } from '../../../mm/ptdump.ts';
import { PTDUMP_KEY } from './ptdump-key.ts';

/** arch/arm64/mm/ptdump.c and ptdump_debugfs.c: the dumps that debugfs shows. */

/** `ptdump_walk()` */
const ptdumpWalk = kernelFunction(
  { name: 'ptdump_walk', file: 'arch/arm64/mm/ptdump.c', lines: {} },
  function* (k: Kernel, mm: Mm, start: U64, end: U64): Walker<number> {
    const { freeWaitsByKey } = k.rules.vmap;
    if (freeWaitsByKey) yield* new StaticKey(PTDUMP_KEY, true);
    const ret = yield* ptdumpWalkPgd(k, mm, start, end, undefined);
    // The key is set and not counted: the first dump to end switches it off for all.
    if (freeWaitsByKey) yield* new StaticKey(PTDUMP_KEY, false);
    return ret;
  },
);

/**
 * `ptdump_show()`: /sys/kernel/debug/kernel_page_tables, and efi_page_tables. The kernel dumps a whole mm; `start` and `end` are what
 * its `struct ptdump_info` says.
 */
export const ptdumpShow = kernelFunction(
  { name: 'ptdump_show', file: 'arch/arm64/mm/ptdump_debugfs.c', lines: {} },
  function* (k: Kernel, mm: Mm, start: U64, end: U64): Walker<number> {
    const here = k.rules.ptdump.hotplugLock === 'ptdump_show';
    if (here) yield* new Lock('mem_hotplug', 'read');
    const ret = yield* ptdumpWalk(k, mm, start, end);
    if (here) yield* new Unlock('mem_hotplug');
    return ret;
  },
);
