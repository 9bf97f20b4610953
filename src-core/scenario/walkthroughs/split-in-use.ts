import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const SPLIT_IN_USE_TOUR: Walkthrough = {
  id: 'split-in-use',
  library: 'split-in-use',
  // CPU 1 reads when the table stands in the block's place and its first group has lost the contiguous bit.
  schedule: 'a1060b2',
  claims: ['P11'],
  stops: [
    {
      id: 'two',
      find: start(),
      heading: 'One CPU splits a block, the other reads from it',
      text: 'The block maps 2 MiB of the kernel’s linear map. CPU 0 wants a boundary in the middle of it. Nobody tells CPU 1, which may use this memory at any moment: it could be its stack.',
      look: ['map', 'timeline'],
    },
    {
      id: 'fill',
      find: next({ ctx: 0, ev: 'set', level: 'pte' }),
      heading: 'A table that says the same is filled',
      text: 'Its 512 pages map what the block does, with the same permissions. Nothing points to the table yet, so no table walker can see it, finished or not.',
      look: ['map', 'entry'],
    },
    {
      id: 'store',
      find: next({ ctx: 0, ev: 'set', level: 'pmd' }),
      heading: 'One store puts it in the block’s place',
      text: 'A walker finds the block before this store is visible to it, and the table after. A TLB may hold the block much longer: nothing is flushed here.',
      look: ['map', 'tlb'],
      question: {
        ask: 'CPU 1 reads from a page of the block now. What may it use?',
        options: ['The table only', 'The block or the page', 'Neither: it faults'],
        answer: 1,
        because:
          'Its TLB may have kept the block, and its walker may not have noticed the store yet. Both lead to the same memory.',
      },
    },
    {
      id: 'read',
      find: next({ ctx: 1, ev: 'access' }),
      heading: 'Every way it can go works',
      text: 'CPU 1 may use the block, a page of a contiguous group, or a page by itself, and may even hold several of them. CPUs with BBML3 promise to use one and not to abort. Without that promise this could be a TLB conflict.',
      look: ['caption', 'tlb'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Never a moment without a mapping',
      text: 'The old entry stays good until TLBs drop it, by themselves or with the next flush. That is why the kernel splits live blocks on such CPUs only, and on others maps memory by pages from the start.',
      look: ['map', 'tlb'],
    },
  ],
  breakIt: {
    says: 'Split by break-before-make, as the architecture wants it of other CPUs: the block is cleared and flushed first, and the read finds nothing.',
    library: 'broken-before-made',
    schedule: 'a1038b2',
    at: next({ ev: 'violation' }),
  },
};
