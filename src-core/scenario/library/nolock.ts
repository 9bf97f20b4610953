import type { LibraryEntry } from '../library.ts';
import type { ScenarioCall, ScenarioOps } from '../schema.ts';
import { CAPTURE, oneContext } from './common.ts';
import { PROCESS } from './worlds.ts';

/** `enum page_walk_lock` value 3, in the revisions where it is PGWALK_NOLOCK. */
const NOLOCK = 3;

const ops: ScenarioOps = { callbacks: ['pmd', 'pte', 'hole'] };

/** The program's four pages. */
const USER_WALK: ScenarioCall = {
  fn: 'walk_page_range_novma',
  mm: 'user',
  start: '0x400000',
  end: '0x404000',
  ops,
  walkLock: NOLOCK,
};

const KERNEL_WALK: ScenarioCall = {
  fn: 'walk_page_range_novma',
  mm: 'init_mm',
  start: '0xffff000040000000',
  end: '0xffff000040200000',
  ops,
  walkLock: NOLOCK,
};

const USER_WRITE: NonNullable<ScenarioCall['locks']> = [{ name: 'mmap:user', mode: 'write' }];

export const NOLOCK_USER_WALK: LibraryEntry = oneContext(
  {
    id: 'nolock-user-walk',
    title: 'No lock for any mm: the first posting',
    summary:
      'PGWALK_NOLOCK was added so that the kernel could walk its own tables where it can’t sleep. As first posted it skips the assertion for every mm. Here a process’s tables are walked with no lock held, and nothing warns: munmap on another CPU could free them meanwhile.',
    chapter: 2,
  },
  'nolock-v1',
  PROCESS,
  [USER_WALK],
);

export const NOLOCK_INIT_MM_ONLY: LibraryEntry = oneContext(
  {
    id: 'nolock-init-mm-only',
    title: 'No lock for init_mm only: the form the review asked for',
    summary:
      'The same mode, two walks. For init_mm nothing is asserted: the caller owns the range. For a process the lock must still be held for write, mode or no mode, and since nobody holds it the assertion fails. This form was asked for in review and never posted.',
    chapter: 2,
  },
  'nolock-review',
  PROCESS,
  [KERNEL_WALK, USER_WALK],
);

export const NOLOCK_ENTRY_FUNCTIONS: LibraryEntry = oneContext(
  {
    id: 'nolock-entry-functions',
    title: 'One function accepts the mode, the others refuse it',
    summary:
      'PGWALK_NOLOCK is passed to each entry function in turn. walk_page_range_novma() walks. Those that walk VMAs return -EINVAL (-22), whatever locks their caller holds: with a VMA there is always something to keep stable.',
    chapter: 2,
  },
  'nolock-review',
  PROCESS,
  [
    { ...KERNEL_WALK },
    { fn: 'walk_page_range', start: '0x400000', end: '0x404000', ops, walkLock: NOLOCK, locks: USER_WRITE },
    {
      fn: 'walk_page_range_vma',
      vma: 0,
      start: '0x400000',
      end: '0x404000',
      ops,
      walkLock: NOLOCK,
      locks: USER_WRITE,
    },
    { fn: 'walk_page_vma', vma: 0, ops, walkLock: NOLOCK, locks: USER_WRITE },
    {
      fn: 'walk_page_mapping',
      file: 0,
      first: 0,
      nr: 4,
      ops,
      walkLock: NOLOCK,
      locks: [{ name: 'i_mmap:0', mode: 'read' }],
    },
  ],
);

export const NOLOCK_WITH_A_VMA: LibraryEntry = oneContext(
  {
    id: 'nolock-with-a-vma',
    title: 'A VMA and no lock: a bug that should warn',
    summary:
      'A walk that has a VMA in its hands is asked to take no lock. In the first posting a default: label of a switch swallowed that, and the VMA was neither locked nor checked. In the form the review asked for it warns, naming the VMA, and returns -EINVAL.',
    chapter: 2,
  },
  'nolock-review',
  PROCESS,
  [{ fn: 'walk_page_vma', vma: 0, ops, walkLock: NOLOCK, locks: USER_WRITE }],
);

export const FOUR_POSTINGS: LibraryEntry = oneContext(
  {
    id: 'four-postings',
    title: 'From a mode to a function of its own',
    summary:
      'Two whole blocks become invalid. From the first posting to the fourth the stores are the same; what changes is how the walk is let off the lock: a mode of walk_page_range_novma(), the mode refused elsewhere, a lockless function, and at last update_range_prot() around it. Move the revision to see each.',
    chapter: 5,
  },
  'nolock-v1',
  CAPTURE,
  [{ fn: 'set_memory_valid', addr: '0xffff000041a00000', numpages: 1024, enable: false }],
);

export const BLOCK_INVALID_AND_BACK: LibraryEntry = oneContext(
  {
    id: 'block-invalid-and-back',
    title: 'A block that can’t be made valid again',
    summary:
      'A whole block is made invalid, then valid. In the fourth posting only its valid bit is cleared. The entry is then neither a leaf nor a table nor empty, so the second walk passes it by and returns 0: the memory stays gone. Later kernels mark such an entry as present.',
    chapter: 6,
  },
  'perm-v4',
  CAPTURE,
  [
    { fn: 'set_memory_valid', addr: '0xffff000041a00000', numpages: 512, enable: false },
    { fn: 'set_memory_valid', addr: '0xffff000041a00000', numpages: 512, enable: true },
  ],
);
