import type { LibraryEntry } from '../library.ts';
import type { ScenarioCall } from '../schema.ts';
import { CAPTURE, HEADER } from './common.ts';

/** The captures' own revision: these calls were made on that very kernel, and did exactly this. */
const REVISION = 'v7.2';

function entry(id: string, title: string, summary: string, calls: ScenarioCall[]): LibraryEntry {
  return {
    id,
    title,
    summary,
    chapter: 5,
    scenario: { ...HEADER, title, revision: REVISION, memory: CAPTURE, contexts: [{ cpu: 0, calls }] },
  };
}

export const ONE_PAGE_IN_A_BLOCK = entry(
  'one-page-in-a-block',
  'One page in a 2 MiB block',
  'set_memory_valid() makes one page of the linear map invalid, in the middle of a 2 MiB block. The block is split first: a new table maps the same memory as 32 contiguous groups and takes the block’s place in one store, the group around the page is taken apart, and only then does the page change.',
  [{ fn: 'set_memory_valid', addr: '0xffff000041e05000', numpages: 1, enable: false }],
);

export const INVALID_AND_BACK = entry(
  'invalid-and-back',
  'Invalid, and valid again',
  'The same page twice. Making it invalid needs the TLBs to forget it; making it valid again does not, because an entry that is not valid can’t have been cached. The second call finds the block already split, and costs one store.',
  [
    { fn: 'set_memory_valid', addr: '0xffff000041e05000', numpages: 1, enable: false },
    { fn: 'set_memory_valid', addr: '0xffff000041e05000', numpages: 1, enable: true },
  ],
);

export const WHOLE_BLOCK = entry(
  'whole-block',
  'A whole block of a contiguous group',
  'All 512 pages of one block become invalid. Nothing is split: the block changes in one store. But the block belongs to a contiguous group of 16, whose members must be alike, so the group is taken apart first.',
  [{ fn: 'set_memory_valid', addr: '0xffff000042000000', numpages: 512, enable: false }],
);

export const LINEAR_RO_REFUSED = entry(
  'linear-ro-refused',
  'set_memory_ro() refuses the linear map',
  'set_memory_ro() works on vmalloc areas only. An address of the linear map lies in none, so the call returns -EINVAL before it reads a single entry. The live kernel did the same.',
  [{ fn: 'set_memory_ro', addr: '0xffff000041e00000', numpages: 1 }],
);
