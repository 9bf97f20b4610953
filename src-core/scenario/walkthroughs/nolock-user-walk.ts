import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const NOLOCK_USER_WALK_TOUR: Walkthrough = {
  id: 'nolock-user-walk',
  library: 'nolock-user-walk',
  claims: ['N2'],
  compareWith: 'nolock-review',
  stops: [
    {
      id: 'mode',
      find: start(),
      heading: 'A mode that says: no lock',
      text: 'The first posting adds PGWALK_NOLOCK to the modes of a walk. It was meant for KFENCE and vmalloc, which change the kernel’s own tables. But any caller of walk_page_range_novma() may set it. Here one walks a process. Reconstructed from the mails.',
      look: ['revisions', 'map'],
    },
    {
      id: 'no-assert',
      find: next({ ev: 'load' }),
      heading: 'No assertion, straight to the tables',
      text: 'Without the mode this function asserts the mmap lock: for read where the mm is init_mm, for write for any other. With it the check is skipped before the mm is looked at.',
      look: ['locks', 'stack'],
      question: {
        ask: 'What keeps this process from freeing the tables meanwhile?',
        options: ['Its mmap lock, which someone surely holds', 'RCU', 'Nothing'],
        answer: 2,
        because: 'No lock is held, and above the PTE level RCU is not used.',
      },
    },
    {
      id: 'pmd',
      find: next({ ev: 'cb', level: 'pmd' }),
      heading: 'A table that may be gone at the next read',
      text: 'The PMD entry points to a PTE table. munmap on another CPU may clear this entry and free the table, and its memory may be in use for something else by the time the walk arrives.',
      look: ['map', 'locks'],
    },
    {
      id: 'pte',
      find: next({ ev: 'cb', level: 'pte' }),
      heading: 'RCU for the PTE table, too late for the others',
      text: 'pte_offset_map() enters an RCU section, which keeps this one table from being freed while it is read. The PUD and PMD tables on the way here were protected by nothing.',
      look: ['locks', 'timeline'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Returns 0, and nobody was warned',
      text: 'The checks let this pass. The walk was lucky, not safe. The review’s first request: assert that we are where this makes sense.',
      look: ['caption', 'revisions'],
    },
  ],
  breakIt: {
    says: 'Run the same walk in the form the review asked for: the assertion fails and says so.',
    revision: 'nolock-review',
    at: next({ ev: 'assert', ok: false }),
  },
};
