import type { Walkthrough } from '../walkthrough.ts';
import { end, next } from '../walkthrough-find.ts';

export const TABLES_BY_OWNER_TOUR: Walkthrough = {
  id: 'tables-by-owner',
  library: 'tables-by-owner',
  claims: ['C3', 'C4'],
  compareWith: 'base',
  stops: [
    {
      id: 'kernel',
      find: next({ ev: 'ctor', level: 'pte', mm: 'init_mm' }),
      heading: 'The kernel’s table: no lock',
      text: 'The constructor is told whose table it is. For init_mm it leaves the split lock out: nobody ever takes it, since code that changes kernel entries tests for init_mm first.',
      look: ['caption', 'table'],
    },
    {
      id: 'process',
      find: next({ ev: 'ctor', level: 'pte', mm: 'user' }),
      heading: 'A process’s table: a lock',
      text: 'The same constructor, another mm. Two CPUs may fault in this table at once, so it needs its lock. With PREEMPT_RT that is too large for the page’s descriptor, and is allocated.',
      look: ['caption', 'table'],
    },
    {
      id: 'nobody',
      find: next({ ev: 'ctor', level: 'pte', mm: null }),
      heading: 'NULL: to be safe, a lock',
      text: 'This allocator does not know whose table it makes, and says NULL. That is not init_mm, so the lock is initialised. At worst it is not needed; left out by mistake it could oops.',
      look: ['caption', 'table'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'One argument decides',
      text: 'The mm is compared with the address of init_mm and used for nothing else. Before patch 1 constructors took no mm, and could not tell.',
      look: ['revisions'],
    },
  ],
};
