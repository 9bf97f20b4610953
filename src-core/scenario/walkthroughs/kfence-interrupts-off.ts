import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const KFENCE_INTERRUPTS_OFF_TOUR: Walkthrough = {
  id: 'kfence-interrupts-off',
  library: 'kfence-interrupts-off',
  claims: ['B9'],
  stops: [
    {
      id: 'raw',
      find: start(),
      heading: 'A raw spinlock, interrupts off',
      text: 'The mails speak of softirq. The source says more: kfence_guarded_alloc() changes the entry of the page it hands out while it holds meta->lock, a raw spinlock, with interrupts off. That may be in any task’s allocation.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'store',
      find: next({ ev: 'set' }),
      heading: 'The entry changes under it',
      text: 'The spinlock belongs to KFENCE’s record of the object. It does not protect the page table: other pages’ entries change under other such locks.',
      look: ['entry', 'locks'],
      question: {
        ask: 'Which locks could the walk take here without harm?',
        options: ['The mmap lock', 'The split mutex', 'Neither'],
        answer: 2,
        because: 'Both may sleep, and under a raw spinlock nothing may.',
      },
    },
    {
      id: 'flush',
      find: next({ ev: 'tlbi' }),
      heading: 'The flush waits in hardware only',
      text: 'The instruction is broadcast and waited for by a barrier. Interrupts may be off while that lasts.',
      look: ['caption', 'counters'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Three things are avoided',
      text: 'A lock that sleeps, the mutex of the split, and an allocation that waits. The pool is mapped by pages from the start for exactly this reason.',
      look: ['timeline', 'locks'],
    },
  ],
  breakIt: {
    says: 'Change a page that lies in a block instead: the split takes a mutex, which is no lock for such a place.',
    library: 'one-page-in-a-block',
    at: next({ ev: 'lock', name: 'pgtable_split_lock' }),
  },
};
