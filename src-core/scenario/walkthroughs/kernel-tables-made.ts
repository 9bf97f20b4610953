import type { Walkthrough } from '../walkthrough.ts';
import { start, end, next } from '../walkthrough-find.ts';

export const KERNEL_TABLES_TOUR: Walkthrough = {
  id: 'kernel-tables-made',
  library: 'kernel-tables-made',
  claims: ['C1', 'C2', 'C11', 'C12'],
  compareWith: 'v6.16',
  stops: [
    {
      id: 'missing',
      find: start(),
      heading: 'No table is there yet',
      text: 'The kernel is about to map something in an empty part of the vmalloc area. It needs a table at three levels below its root. Each comes from an allocator of its own, and we watch what happens to it besides.',
      look: ['address', 'map'],
      question: {
        ask: 'In this tree, which of the three tables gets a constructor?',
        options: ['All three', 'PUD and PMD', 'Only the PTE table'],
        answer: 1,
        because: 'Kernel PTE tables had an allocator of their own, which never called one.',
      },
    },
    {
      id: 'pud',
      find: next({ ev: 'ctor', level: 'pud' }),
      heading: 'The PUD table is constructed',
      text: 'pagetable_pud_ctor() marks the page as a page table and counts it: NR_PAGETABLE rises by one. A PUD table never has a lock of its own.',
      look: ['caption', 'table'],
    },
    {
      id: 'pmd',
      find: next({ ev: 'ctor', level: 'pmd' }),
      heading: 'The PMD table gets a lock nobody will take',
      text: 'Its constructor initialises a split lock too, here an object of 32 bytes. But the kernel’s own tables are never locked by their split locks: this one is a waste, which patch 6 of the series ends.',
      look: ['caption', 'table'],
    },
    {
      id: 'pte',
      find: next({ ev: 'alloc', level: 'pte' }),
      heading: 'The PTE table: a page, and no more',
      text: 'pte_alloc_one_kernel() gives a page, and no constructor follows. /proc/meminfo does not know of this table, and neither does any hook that wants to protect page tables.',
      look: ['caption', 'timeline'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Three tables, two of them counted',
      text: 'Move along the revision bar: from patch 2 on the third is counted as well, and from patch 6 on the lock is gone.',
      look: ['revisions', 'ledger'],
    },
  ],
  breakIt: {
    says: 'See in the oldest state how no table of the kernel’s is counted at all.',
    revision: 'hist-user-pte',
    at: next({ ev: 'alloc', level: 'pte' }),
  },
};
