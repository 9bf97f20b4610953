import { bringTelling } from './text/bring-telling.ts';

/** Parts of the page that come when they are asked for, or a moment after the first picture, whichever is sooner. */
export const later = {
  compare: () => import('./compare/Compare.tsx'),
  player: () => import('./tour/Player.tsx'),
  books: () => import('./books/index.ts'),
  answer: () => import('./parts/Answer.tsx'),
  callMenu: () => import('./parts/CallMenu.tsx'),
  compareActions: () => import('./actions/compare.ts'),
  entry: () => import('./inspector/EntryFacts.tsx'),
  telling: bringTelling,
  tlb: () => import('./inspector/tlb.ts'),
  forks: () => import('./timeline/ForkList.tsx'),
  goTo: () => import('./actions/goto.ts'),
  life: () => import('./timeline/LifeBar.tsx'),
  search: () => import('./search/SearchPanel.tsx'),
  walkForm: () => import('./parts/WalkForm.tsx'),
} as const;
