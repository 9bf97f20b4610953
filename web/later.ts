/** Parts of the page that come when they are asked for, or a moment after the first picture, whichever is sooner. */
export const later = {
  compare: () => import('./compare/Compare.tsx'),
  player: () => import('./tour/Player.tsx'),
  books: () => import('./books/index.ts'),
  callMenu: () => import('./parts/CallMenu.tsx'),
  search: () => import('./search/SearchPanel.tsx'),
  walkForm: () => import('./parts/WalkForm.tsx'),
} as const;
