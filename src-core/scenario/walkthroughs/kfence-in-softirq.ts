import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const KFENCE_IN_SOFTIRQ_TOUR: Walkthrough = {
  id: 'kfence-in-softirq',
  library: 'kfence-in-softirq',
  claims: ['N1'],
  stops: [
    {
      id: 'softirq',
      find: start(),
      heading: 'Not a task: a softirq',
      text: 'An RCU callback frees an object. It runs in softirq, on top of whatever task this CPU was running, and to its end. If it had to wait for a lock, nobody could run here to release it.',
      look: ['timeline', 'locks'],
    },
    {
      id: 'walk',
      find: next({ ev: 'load' }),
      heading: 'set_memory_valid() walks without a lock',
      text: 'KFENCE makes the freed page invalid. The page is in its pool, mapped by pages, so nothing is split and nothing allocated.',
      look: ['locks', 'stack'],
      question: {
        ask: 'What if the mmap lock happened to be free: could it be taken here?',
        options: ['Yes, if it is free', 'No, not even then'],
        answer: 1,
        because: 'might_sleep() warns at the attempt: whether it must wait is known too late.',
      },
    },
    {
      id: 'store',
      find: next({ ev: 'set' }),
      heading: 'One store, one flush to come',
      text: 'Neither sleeps. The barriers that lazy MMU mode would put off are not put off in interrupt context; this entry is invalid and needs none.',
      look: ['entry', 'stack'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'This is where the question began',
      text: 'Permission change was to move from apply_to_page_range() to the walks of mm/pagewalk.c, and those asserted the mmap lock. Here it can’t be taken. So one of two had to give way.',
      look: ['timeline', 'revisions'],
    },
  ],
  breakIt: {
    says: 'Take the mmap lock in the same place: sleeping where nothing may sleep.',
    library: 'mmap-lock-in-softirq',
    at: next({ ev: 'violation', what: 'sleep' }),
  },
};
