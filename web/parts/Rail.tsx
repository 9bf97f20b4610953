import { useSyncExternalStore } from 'react';
import { CHAPTERS, LIBRARY } from '../engine.ts';
import { openDialog, openWalkForm } from '../actions/commands.ts';
import { openLibrary } from '../actions/scene.ts';
import { toggleTheme } from '../actions/theme.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';
import { firstSentence } from '../text/summary.ts';
import type { IconName } from './Icon.tsx';
import { Icon } from './Icon.tsx';
import { useTheme } from './useTheme.ts';

const wide = matchMedia('(min-width: 1500px)');

function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      wide.addEventListener('change', changed);
      return () => wide.removeEventListener('change', changed);
    },
    () => wide.matches,
  );
}

const SHOWN = [...new Set(LIBRARY.map((entry) => entry.chapter))].sort((a, b) => a - b);

/** The library by chapter, the walk form, and import: names where there is room or they are asked for, else signs. */
export function Rail() {
  const isWide = useWide();
  const chosen = useView((v) => v.railOpen);
  const open = chosen ?? isWide;
  const libraryId = useSession((s) => s.scene?.libraryId);
  const canWalk = useSession((s) => (s.scene?.run.steps.length ?? 0) > 0);
  const dark = useTheme() === 'dark';
  const here = LIBRARY.find((entry) => entry.id === libraryId)?.chapter;
  const toggle = (): void => useView.setState({ railOpen: !open });
  const close = (): void => {
    if (!isWide) useView.setState({ railOpen: undefined });
  };
  const pick = (id: string): void => {
    close();
    void openLibrary(id);
  };
  return (
    <nav
      className={open ? 'rail open' : 'rail'}
      aria-label="Library"
      data-over={open && !isWide ? '' : undefined}
    >
      <button type="button" className="rail-item" onClick={toggle} aria-expanded={open} title="Library">
        <span className="sign">
          <Icon name="menu" />
        </span>
        <span className="name">Library</span>
      </button>
      {SHOWN.map((chapter) => (
        <div key={chapter} className="rail-chapter">
          <button
            type="button"
            className="rail-item"
            aria-current={chapter === here ? 'true' : undefined}
            title={CHAPTERS[chapter - 1]}
            onClick={() => (open ? undefined : useView.setState({ railOpen: true }))}
          >
            <span className="sign">{chapter}</span>
            <span className="name">{CHAPTERS[chapter - 1]}</span>
          </button>
          {open && (
            <ul>
              {LIBRARY.filter((entry) => entry.chapter === chapter).map((entry) => (
                <li key={entry.id}>
                  <button
                    type="button"
                    aria-current={entry.id === libraryId ? 'page' : undefined}
                    onClick={() => pick(entry.id)}
                  >
                    {entry.title}
                    <span className="about">{firstSentence(entry.summary)}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      ))}
      <hr />
      <RailAction sign="tour" name="Walkthroughs" run={() => openDialog('library')} close={close} />
      <RailAction sign="walk" name="Set up a walk" run={openWalkForm} close={close} disabled={!canWalk} />
      <RailAction sign="import" name="Import tables" run={() => openDialog('import')} close={close} />
      <div className="phone-only-block">
        <RailAction sign="help" name="All keys and words" run={() => openDialog('help')} close={close} />
        <RailAction
          sign={dark ? 'sun' : 'moon'}
          name={dark ? 'Use the light theme' : 'Use the dark theme'}
          run={toggleTheme}
          close={close}
        />
      </div>
    </nav>
  );
}

interface RailActionProps {
  readonly sign: IconName;
  readonly name: string;
  readonly run: () => void;
  readonly close: () => void;
  readonly disabled?: boolean;
}

function RailAction({ sign, name, run, close, disabled = false }: RailActionProps) {
  return (
    <button
      type="button"
      className="rail-item"
      title={name}
      disabled={disabled}
      onClick={() => {
        close();
        run();
      }}
    >
      <span className="sign">
        <Icon name={sign} />
      </span>
      <span className="name">{name}</span>
    </button>
  );
}
