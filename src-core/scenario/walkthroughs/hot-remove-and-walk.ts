import type { Walkthrough } from '../walkthrough.ts';
import { next, start } from '../walkthrough-find.ts';

export const HOT_REMOVE_TOUR: Walkthrough = {
  id: 'hot-remove-and-walk',
  library: 'hot-remove-and-walk',
  // Between the PUD entry and the PMD table it points at.
  schedule: 'a16b4515',
  claims: ['N7'],
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'The one time kernel tables go',
      text: 'Memory of 128 MiB was added to a running machine and is taken out again. CPU 0 walks a page of its linear map, holding init_mm’s mmap lock for read, as the walk asserts.',
      look: ['map', 'timeline'],
    },
    {
      id: 'offline',
      find: next({ ctx: 1, ev: 'lock', name: 'mem_hotplug' }),
      heading: 'Removal locks out removal',
      text: 'First the memory goes offline, which works, because no page of it is in use. The lock for that is mem_hotplug_lock. Nobody asks for the mmap lock.',
      look: ['locks'],
      question: {
        ask: 'Would the walk be safe if it held the mmap lock for write?',
        options: ['Yes', 'No'],
        answer: 1,
        because: 'Removal never looks at that lock, whatever its mode.',
      },
    },
    {
      id: 'clear',
      find: next({ ctx: 1, ev: 'set' }),
      heading: 'A first pass clears every leaf',
      text: '512 pages and 63 blocks, each with a flush of the TLBs.',
      look: ['map', 'entry'],
    },
    {
      id: 'free',
      find: next({ ctx: 1, ev: 'free' }),
      heading: 'A second pass frees the empty tables',
      text: 'A table with nothing in it is unlinked and freed, at once. Then the table above it, which is empty now too.',
      look: ['table', 'counters'],
    },
    {
      id: 'uaf',
      find: next({ ctx: 0, ev: 'violation' }),
      heading: 'The walk reads what was freed',
      text: 'The mmap lock is no protection here. A walk of memory that somebody uses needs none: such memory does not go offline. A dump, which owns nothing, holds get_online_mems().',
      look: ['caption', 'locks'],
    },
  ],
};
