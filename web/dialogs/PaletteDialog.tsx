import { useEffect, useId, useMemo, useState } from 'react';
import type { Command } from '../actions/command.ts';
import { commands } from '../actions/commands.ts';
import { LIBRARY_COMMANDS } from '../actions/library-commands.ts';
import { readAddress } from '../derive/address.ts';
import { goToAddress } from '../actions/goto.ts';
import { goTo } from '../actions/transport.ts';
import { takeTyped } from '../actions/typed.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';
import { Dialog } from './Dialog.tsx';

/** Every command by name; a number goes to that step, an address to its place. */
export default function PaletteDialog() {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const found = useMemo(() => matching(text), [text]);
  // The dialog's own effect came before this one: its field has the focus now, and takes what was typed on the way.
  useEffect(() => {
    const early = takeTyped();
    const [words = '', ...entered] = early.split('\n');
    if (entered.length > 0) run(matching(words)[0]);
    else if (early !== '') queueMicrotask(() => setText((t) => early + t));
  }, []);

  const chosen = Math.min(at, found.length - 1);

  return (
    <Dialog title="Commands" className="palette">
      <input
        autoFocus
        type="text"
        role="combobox"
        aria-label="Command, step number or address"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found.length === 0 ? undefined : `${listId}-${chosen}`}
        autoComplete="off"
        spellCheck={false}
        placeholder="A command, a step number, an address"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (by !== undefined) {
            event.preventDefault();
            setAt(Math.max(0, Math.min(found.length - 1, chosen + by)));
            document
              .getElementById(`${listId}-${Math.max(0, chosen + by)}`)
              ?.scrollIntoView({ block: 'nearest' });
          } else if (event.key === 'Enter') {
            event.preventDefault();
            run(found[chosen]);
          }
        }}
      />
      <ul role="listbox" id={listId} aria-label="Commands">
        {found.map((command, i) => (
          <li
            key={command.id}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === chosen}
            onPointerMove={() => setAt(i)}
            onClick={() => run(command)}
          >
            <span className="group">{command.group}</span>
            <span className="label">
              {command.label}
              {command.about !== undefined && <span className="about">{command.about}</span>}
            </span>
            {command.keys !== undefined && <kbd>{command.keys}</kbd>}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="dim">No command has that name.</p>}
    </Dialog>
  );
}

function run(command: Command | undefined): void {
  if (command === undefined) return;
  useView.setState({ dialog: undefined });
  // After the dialog has given the focus back: some commands move it.
  requestAnimationFrame(() => command.run());
}

function matching(text: string): readonly Command[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '');
  const named = [...commands(), ...LIBRARY_COMMANDS].filter(
    (c) =>
      c.id !== 'palette' &&
      c.enabled?.() !== false &&
      words.every((w) => `${c.group} ${c.label}`.toLowerCase().includes(w)),
  );
  return [...places(text.trim()), ...named];
}

/** What a number could mean. */
function places(text: string): readonly Command[] {
  const { scene } = useSession.getState();
  if (scene === undefined || text === '') return [];
  const out: Command[] = [];
  if (/^\d{1,6}$/.test(text) && Number(text) <= scene.run.steps.length) {
    out.push({
      id: 'go-step',
      label: `Go to step ${Number(text)}`,
      group: 'Step',
      run: () => goTo(Number(text)),
    });
  }
  const address = readAddress(scene.world.geo, text);
  if (address.ok && /[0-9a-f]{5}/i.test(text.replace(/[\s_]/g, ''))) {
    out.push({
      id: 'go-address',
      label: `Go to address ${address.va.toHex()}`,
      group: 'Look',
      run: () => goToAddress(address.va),
    });
  }
  return out;
}
