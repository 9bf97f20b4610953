import { create } from 'zustand';

/** Something the person should know, and at most one thing to do about it. Stays until it is closed or another scene comes. */
export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'bad';
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export const useNotices = create<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

let last = 0;

/** Shows a notice; one of the same text is not shown twice. */
export function notify(tone: Notice['tone'], text: string, action?: Notice['action']): number {
  const id = ++last;
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((n) => n.text !== text), { id, tone, text, ...(action && { action }) }].slice(
      -3,
    ),
  }));
  return id;
}

export function closeNotice(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((n) => n.id !== id) }));
}

export function clearNotices(): void {
  useNotices.setState({ notices: [] });
}
