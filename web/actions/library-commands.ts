import { LIBRARY } from '../engine.ts';
import { firstSentence } from '../text/summary.ts';
import type { Command } from './command.ts';
import { openLibrary } from './scene.ts';

/** Opening each scenario of the library, for the palette. */
export const LIBRARY_COMMANDS: readonly Command[] = LIBRARY.map((entry) => ({
  id: `open:${entry.id}`,
  label: entry.title,
  about: firstSentence(entry.summary),
  group: 'Library',
  run: () => void openLibrary(entry.id),
}));
