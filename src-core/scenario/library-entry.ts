import type { Scenario } from './schema.ts';

/** A scenario that comes with Pagewalk. Its id is part of links: it is never renamed or reused. */
export interface LibraryEntry {
  /** Lower case, words joined by `-`, 40 characters at most. */
  readonly id: string;
  readonly title: string;
  /** At most 60 words, for a reader who knows little. */
  readonly summary: string;
  /** Index into CHAPTERS, from 1. */
  readonly chapter: number;
  readonly scenario: Scenario;
}

/** Chapter n is CHAPTERS[n - 1]. */
export const CHAPTERS: readonly string[] = [
  'How the kernel walks its tables',
  'Walking without locks',
  'Rules of access',
  'Constructors and page-table locks',
  'Changing permissions, splitting blocks',
  'Real bugs, each broken and fixed',
];
