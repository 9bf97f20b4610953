import type { MapCurrent } from './types.ts';

/** What the step at the cursor does to an entry, in a word: `load`, `pte_entry`, `hole`. */
export function nowWord(c: MapCurrent): string {
  return c.kind === 'callback' ? (c.name ?? 'callback') : c.kind;
}

/** The same for someone who can't see the map. */
export function nowSpoken(c: MapCurrent): string {
  switch (c.kind) {
    case 'load':
      return 'read by this step';
    case 'ignored':
      return 'read by this step, which ignores it';
    case 'set':
      return 'written by this step';
    case 'callback':
      return `told to ${nowWord(c)} by this step`;
    case 'hole':
      return 'the hole of this step';
  }
}

/** How its outline is drawn: a load whose value is ignored lightly, a hole dashed. */
export function nowFrame(c: MapCurrent): string {
  switch (c.kind) {
    case 'load':
    case 'callback':
      return 'read';
    case 'ignored':
      return 'ignored';
    case 'set':
      return 'wrote-line';
    case 'hole':
      return 'read hole';
  }
}

/** Tone of its word. */
export function nowTone(c: MapCurrent): string {
  return c.kind === 'ignored' ? 'd' : 'now';
}

/** Its word must be seen, even instead of the entry's: nothing else in the picture tells this from a load. */
export function mustTell(c: MapCurrent): boolean {
  return c.kind === 'callback' || c.kind === 'hole' || c.kind === 'ignored';
}
