import type { Walkthrough } from '../walkthrough.ts';
import { end, next, start } from '../walkthrough-find.ts';

export const FOLDED_LEVELS_TOUR: Walkthrough = {
  id: 'folded-levels',
  library: 'folded-levels',
  claims: [],
  stops: [
    {
      id: 'three',
      find: start(),
      heading: 'Three tables from root to page',
      text: 'A kernel with 39-bit addresses: 9 bits for each of three levels, 12 for the offset. The code of the walk is the same as for five levels. What do the two functions do that have no table?',
      look: ['address', 'map'],
    },
    {
      id: 'ignored',
      find: next({ ev: 'load', level: 'pgd', dead: true }),
      heading: 'Read, and not looked at',
      text: 'walk_pgd_range() asks pgd_none(). With the level folded the answer is fixed when the kernel is compiled: no. The entry may be read all the same, since the source says so.',
      look: ['caption', 'entry'],
    },
    {
      id: 'pgd',
      find: next({ ev: 'cb', level: 'pgd' }),
      heading: 'pgd_entry() is told of a PUD',
      text: 'The pointer that the callback gets as a pgd_t leads to the entry that the PUD level uses. Whoever brings callbacks for several levels must expect to see one entry more than once.',
      look: ['map', 'stack'],
    },
    {
      id: 'pud',
      find: next({ ev: 'cb', level: 'pud' }),
      heading: 'The same entry for the third time',
      text: 'p4d_entry() saw it too. Only here the value matters: pud_none(), pud_leaf() and pud_present() look at it, and the walk goes down to a table that is really another one.',
      look: ['entry', 'stack'],
    },
    {
      id: 'page',
      find: next({ ev: 'cb', level: 'pte' }),
      heading: 'A page, three loads from the root',
      text: 'The hardware would have needed three reads: PUD, PMD, PTE. The walk made more, since it tests each entry several times on its way.',
      look: ['address', 'counters'],
    },
    {
      id: 'block',
      find: next({ ev: 'cb', level: 'pmd', entry: 'block' }),
      heading: 'A leaf one level up',
      text: 'The next PMD entry is a block of 2 MiB: bits 1:0 are 01, not 11 as in a table. pmd_leaf() is true, and the walk does not descend.',
      look: ['entry', 'map'],
    },
    {
      id: 'empty',
      find: next({ ev: 'cb', level: 'pgd', val: '0x0' }),
      heading: 'The next GiB is empty, and pgd_entry() is called',
      text: 'On a kernel with five levels in use an empty PGD entry would be a hole, and no callback would run. Here pgd_none() can’t say so.',
      look: ['entry', 'stack'],
      question: {
        ask: 'At which level is the hole noticed, and which depth is reported for it?',
        options: ['At the PUD, as depth 2', 'At the PUD, as depth 0', 'At the PGD, as depth 0'],
        answer: 1,
        because: 'real_depth() counts folded levels as the one above: PUD becomes P4D becomes PGD.',
      },
    },
    {
      id: 'hole',
      find: next({ ev: 'hole' }),
      heading: 'A hole, under the name of the root',
      text: 'pte_hole() gets 1 GiB and depth 0. The depth follows the levels the kernel was built with. A kernel that folds a level at boot, as the captured one does, still reports the depth of its build.',
      look: ['caption', 'map'],
    },
    {
      id: 'done',
      find: end(),
      heading: 'Five functions, three tables',
      text: 'Folding lets one source serve all sizes of address space. The price is reads and callbacks that tell nothing new.',
      look: ['stack', 'counters'],
    },
  ],
  breakIt: {
    says: 'Take the captured kernel, built for five levels and booted with four: its holes keep the depth of the build.',
    library: 'first-walk',
    at: next({ ev: 'hole', depth: 3 }),
  },
};
