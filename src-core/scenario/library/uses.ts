import type { LibraryEntry } from '../library.ts';
import type { ScenarioCall, ScenarioConfig } from '../schema.ts';
import { CAPTURE, HEADER } from './common.ts';

/** One CPU changes the linear map, the other uses it. */
function used(
  id: string,
  title: string,
  summary: string,
  change: ScenarioCall,
  use: ScenarioCall,
  config?: ScenarioConfig,
  expect: 'safe' | 'unsafe' = 'safe',
): LibraryEntry {
  return {
    id,
    title,
    summary,
    chapter: 5,
    scenario: {
      ...HEADER,
      title,
      revision: 'v7.3',
      memory: CAPTURE,
      ...(config === undefined ? {} : { config }),
      expect,
      contexts: [
        { cpu: 0, calls: [change] },
        { cpu: 1, calls: [use] },
      ],
    },
  };
}

export const GROUP_IN_USE = used(
  'group-in-use',
  'A contiguous group changes while it is written to',
  'CPU 0 makes the 16 pages of a contiguous group read-only, one entry after the other. CPU 1 writes to one of them meanwhile. It may use the group as any of its entries says, so at every moment the write meets the old permission or the new one, and after the flush only the new.',
  {
    fn: 'update_range_prot',
    start: '0xffff00007c7f0000',
    size: '0x10000',
    set: '0x80',
    clear: '0x8000000000000',
  },
  { fn: 'access', kind: 'store', addr: '0xffff00007c7f5000' },
);

const SPLIT: ScenarioCall = {
  fn: 'split_kernel_leaf_mapping',
  start: '0xffff000041e05000',
  end: '0xffff000041e06000',
};
const READ: ScenarioCall = { fn: 'access', kind: 'load', addr: '0xffff000041e05000' };

export const SPLIT_IN_USE = used(
  'split-in-use',
  'A block is split while it is read',
  'CPU 0 splits a 2 MiB block; CPU 1 reads from it. CPU 1 may still hold the block, or find the new pages, or hold both: these CPUs promise to use one of them (BBML3), and both lead to the same memory. There is no moment at which the read fails.',
  SPLIT,
  READ,
);

export const BROKEN_BEFORE_MADE = used(
  'broken-before-made',
  'The same split by break-before-make',
  'What the kernel does not do: the block is cleared, every TLB forgets it, and only then the table takes its place. The architecture wants this of CPUs without BBML3. In between nothing is mapped, and a read by CPU 1 faults: on memory of the kernel itself, that is the end.',
  { fn: 'split_pmd_bbm', addr: '0xffff000041e05000' },
  READ,
  { bbml3: false },
  'unsafe',
);
