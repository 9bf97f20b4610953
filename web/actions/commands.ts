import { useEdits } from '../state/edits.ts';
import { useSession } from '../state/session.ts';
import type { DialogName } from '../state/view.ts';
import { useView } from '../state/view.ts';
import type { Command } from './command.ts';
import { comparing, toggleCompare } from './comparing.ts';
import { openSearch } from './search.ts';
import { redo, undo } from './scene.ts';
import { stepContext } from './interleave.ts';
import { toggleTheme } from './theme.ts';
import { answersQuestion, TOUR_COMMANDS } from './tour-commands.ts';
import { goFirst, goInteresting, goLast, nextSpeed, setFollow, stepBy, togglePlay } from './transport.ts';
import { keepTyped } from './typed.ts';

export function openDialog(dialog: DialogName): void {
  useView.setState({ dialog });
}

export function focusAddress(): void {
  const field = document.getElementById('address');
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

export function openWalkForm(): void {
  useView.setState({ side: 'walk' });
}

/** The button that opens the menu of calls, while something in the map is chosen. */
const callsButton = (): HTMLElement | null => document.getElementById('map-calls');

/** Lets go of what is in the foreground: the comparison, the form, then the selection. */
function escape(): void {
  const { side } = useView.getState();
  if (comparing()) void toggleCompare();
  else if (side !== 'inspector') useView.setState({ side: 'inspector' });
  else useView.setState({ selection: undefined });
}

const hasScene = (): boolean => useSession.getState().scene !== undefined;

const canWalk = (): boolean => (useSession.getState().scene?.run.steps.length ?? 0) > 0;

const FIXED: readonly Command[] = [
  { id: 'forward', label: 'Step forward', group: 'Step', keys: '→', run: () => stepBy(1) },
  { id: 'back', label: 'Step back', group: 'Step', keys: '←', run: () => stepBy(-1) },
  { id: 'next', label: 'Next interesting step', group: 'Step', keys: 'Shift →', run: () => goInteresting(1) },
  {
    id: 'previous',
    label: 'Previous interesting step',
    group: 'Step',
    keys: 'Shift ←',
    run: () => goInteresting(-1),
  },
  { id: 'first', label: 'First step', group: 'Step', keys: 'Home', run: goFirst },
  { id: 'last', label: 'Last step', group: 'Step', keys: 'End', run: goLast },
  { id: 'play', label: 'Play or pause', group: 'Step', keys: 'Space', run: togglePlay },
  { id: 'speed', label: 'Change the playing speed', group: 'Step', run: nextSpeed },
  { id: 'address', label: 'Go to an address', group: 'Look', keys: '/', run: focusAddress },
  {
    id: 'follow',
    label: 'Let the map follow the steps, or stop',
    group: 'Look',
    keys: 'F',
    run: () => setFollow(!useView.getState().follow),
  },
  { id: 'escape', label: 'Let go of the selection', group: 'Look', keys: 'Esc', run: escape },
  { id: 'theme', label: 'Switch between dark and light', group: 'Look', run: toggleTheme },
  {
    id: 'system-theme',
    label: 'Use the system’s theme',
    group: 'Look',
    run: () => useView.setState({ theme: 'system' }),
  },
  {
    id: 'intro',
    label: 'Show the introduction again',
    group: 'Look',
    run: () => useView.setState({ introSeen: false }),
  },
  { id: 'help', label: 'All keys and words', group: 'Look', keys: '?', run: () => openDialog('help') },
  { id: 'model', label: 'What is modelled', group: 'Look', run: () => openDialog('model') },
  { id: 'palette', label: 'Commands', group: 'Look', keys: 'Ctrl K', run: () => openDialog('palette') },
  {
    id: 'library',
    label: 'Walkthroughs, by chapter',
    group: 'Scenario',
    keys: 'L',
    run: () => openDialog('library'),
  },
  { id: 'walk', label: 'Set up a walk', group: 'Scenario', keys: 'W', run: openWalkForm, enabled: canWalk },
  {
    id: 'calls',
    label: 'Kernel calls on what is chosen in the map',
    about: 'What each would do, split and cost: an entry, a row, a range or a table.',
    group: 'Scenario',
    keys: 'C',
    run: () => callsButton()?.click(),
    enabled: () => callsButton() !== null,
  },
  {
    id: 'search',
    label: 'Search all interleavings',
    about: 'Can it go wrong? Every order in which the contexts can run, and a witness where it does.',
    group: 'Scenario',
    keys: 'S',
    run: openSearch,
    enabled: canWalk,
  },
  {
    id: 'compare',
    label: 'Compare with another revision',
    group: 'Scenario',
    keys: 'V',
    run: () => void toggleCompare(),
    enabled: canWalk,
  },
  {
    id: 'undo',
    label: 'Undo the change of scenario',
    group: 'Scenario',
    keys: 'Ctrl Z',
    run: undo,
    enabled: () => useEdits.getState().past.length > 0,
  },
  {
    id: 'redo',
    label: 'Redo the change of scenario',
    group: 'Scenario',
    keys: 'Ctrl Shift Z',
    run: redo,
    enabled: () => useEdits.getState().future.length > 0,
  },
  {
    id: 'share',
    label: 'Share: link, text, file',
    group: 'Scenario',
    run: () => openDialog('share'),
    enabled: hasScene,
  },
  { id: 'import', label: 'Import captured tables', group: 'Scenario', run: () => openDialog('import') },
];

/** Every command there is now, but for opening what is in the library. */
export function commands(): readonly Command[] {
  return [...FIXED, ...TOUR_COMMANDS];
}

export function runCommand(id: string): void {
  const command = commands().find((c) => c.id === id);
  if (command === undefined || command.enabled?.() === false) return;
  // In a frame there is nothing but the steps.
  if (useView.getState().embed && command.group !== 'Step') return;
  command.run();
}

/** The command a key asks for; undefined for other keys. */
export function commandForKey(event: KeyboardEvent): string | undefined {
  const { key, shiftKey, altKey } = event;
  if (event.ctrlKey || event.metaKey) {
    const letter = key.toLowerCase();
    if (letter === 'k' && !shiftKey && !altKey) return 'palette';
    if (letter === 'z' && !altKey) return shiftKey ? 'redo' : 'undo';
    if (letter === 'y' && !shiftKey && !altKey) return 'redo';
    return undefined;
  }
  if (altKey) return undefined;
  switch (key) {
    case 'ArrowRight':
      return shiftKey ? 'next' : 'forward';
    case 'ArrowLeft':
      return shiftKey ? 'previous' : 'back';
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    case ' ':
      return 'play';
    case '/':
      return 'address';
    case '?':
      return 'help';
    case 'Escape':
      return 'escape';
    case 'f':
    case 'F':
      return 'follow';
    case 'v':
    case 'V':
      return 'compare';
    case 'l':
    case 'L':
      return 'library';
    case 'n':
    case 'N':
      return 'next-stop';
    case 'p':
    case 'P':
      return 'previous-stop';
    case 'c':
    case 'C':
      return 'calls';
    case 's':
    case 'S':
      return 'search';
    case 'w':
    case 'W':
      return 'walk';
    default:
      return undefined;
  }
}

/** Controls that keep a key for themselves: typing, and Space or Enter on what it presses. */
function belongsToTarget(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target === null) return false;
  if (target.closest('input, textarea, select, [contenteditable]') !== null) {
    const box = target instanceof HTMLInputElement && ['checkbox', 'radio', 'button'].includes(target.type);
    return !box || event.key === ' ' || event.key.startsWith('Arrow');
  }
  return event.key === ' ' && target.closest('button, summary, a, [role="button"], [role="tab"]') !== null;
}

/** Listens for the keys of the whole page. */
export function listenForKeys(): () => void {
  const listener = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]') !== null)
      return;
    // A dialog was asked for and is still being loaded: no key means the page any more.
    const { dialog } = useView.getState();
    if (dialog !== undefined) {
      if (dialog === 'palette') keepTyped(event);
      return;
    }
    const palette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
    if (!palette && belongsToTarget(event)) return;
    if (answersQuestion(event)) return;
    if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      stepContext(Number(event.key) - 1);
      return;
    }
    const id = commandForKey(event);
    if (id === undefined) return;
    event.preventDefault();
    runCommand(id);
  };
  addEventListener('keydown', listener);
  return () => removeEventListener('keydown', listener);
}
