import type { ThemeChoice } from '../state/view.ts';
import { useView } from '../state/view.ts';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** The theme on the screen now. */
export function shownTheme(choice: ThemeChoice): 'dark' | 'light' {
  return choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
}

function apply(): void {
  document.documentElement.dataset.theme = shownTheme(useView.getState().theme);
}

/** Keeps the page in the chosen theme, and in the system's while none is chosen. public/theme.js does the same before the first paint. */
export function followTheme(): () => void {
  apply();
  dark.addEventListener('change', apply);
  const stop = useView.subscribe((now, before) => {
    if (now.theme !== before.theme) apply();
  });
  return () => {
    dark.removeEventListener('change', apply);
    stop();
  };
}

/** To the other theme; back to following the system where that is the same. */
export function toggleTheme(): void {
  const next = shownTheme(useView.getState().theme) === 'dark' ? 'light' : 'dark';
  useView.setState({ theme: next === (dark.matches ? 'dark' : 'light') ? 'system' : next });
}
