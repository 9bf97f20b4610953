/** Parts of the page that come when they are asked for, or a moment after the first picture, whichever is sooner. */
export const later = {
  callMenu: () => import('./parts/CallMenu.tsx'),
  walkForm: () => import('./parts/WalkForm.tsx'),
} as const;
