import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const KFENCE_PAGE_TOUR: Walkthrough = {
  id: 'kfence-page',
  library: 'kfence-page',
  claims: ['P4'],
  stops: [
    {
      id: 'softirq',
      find: start(),
      heading: 'Called where nothing may sleep',
      text: 'KFENCE watches a few allocations. When one is freed, its page is made invalid, so that a use after free faults. Memory is often freed in softirq, and there a task can’t wait for a lock that sleeps.',
      look: ['map', 'timeline'],
    },
    {
      id: 'no-split',
      find: next({ ev: 'load' }),
      heading: 'No split, so no mutex',
      text: 'The address lies in the KFENCE pool, which is mapped by pages from the start. split_kernel_leaf_mapping() returns before its mutex. The very next thing is the walk.',
      look: ['stack', 'locks'],
      question: {
        ask: 'The walk has to be kept from other CPUs. By which lock?',
        options: ['The mmap lock, for read', 'The page-table lock', 'None: the caller owns the page'],
        answer: 2,
        because: 'The mmap lock can sleep, and nobody but KFENCE changes entries of its pool.',
      },
    },
    {
      id: 'leaf',
      find: next({ ev: 'load', level: 'pte' }),
      heading: 'Down to the page, with nothing held',
      text: 'Four levels were read without a lock or an RCU section. Tables of init_mm are hardly ever freed, and not while their range is in use by its owner.',
      look: ['locks', 'map'],
    },
    {
      id: 'store',
      find: next({ ev: 'set' }),
      heading: 'One store',
      text: 'The entry becomes invalid. There is no atomic read-modify-write here, only a read and a write: enough for an owner, not for two CPUs that change the same page.',
      look: ['entry'],
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'The flush is allowed here too',
      text: 'flush_tlb_kernel_range() sends one instruction to all CPUs and waits for it in hardware. That is no sleep. From now on an access to the page faults, and KFENCE reports it.',
      look: ['caption', 'counters'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'No lock, no allocation, no wait',
      text: 'This is why the walk had to become possible without a lock: the path existed before by apply_to_page_range(), equally lockless, and any walk that asserts the mmap lock would not fit in its place.',
      look: ['timeline', 'locks'],
    },
  ],
  breakIt: {
    says: 'Change a page that lies in a block: the split takes a mutex, which may sleep, and allocates.',
    library: 'one-page-in-a-block',
    at: next({ ev: 'lock', name: 'pgtable_split_lock' }),
  },
};
