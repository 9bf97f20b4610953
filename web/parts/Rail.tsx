import { useEffect, useState, useSyncExternalStore } from 'react';
import { CHAPTERS } from '../engine.ts';
import { openDialog, openWalkForm } from '../actions/commands.ts';
import { openLibrary } from '../actions/scene.ts';
import { toggleTheme } from '../actions/theme.ts';
import { useEntry, useLibrary, wholeLibrary } from '../state/library.ts';
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

/** The library by chapter, the walk form, and import: names where there is room or they are asked for, else signs. */
export function Rail() {
  const isWide = useWide();
  const chosen = useView((v) => v.railOpen);
  const open = chosen ?? isWide;
  const libraryId = useSession((s) => s.scene?.libraryId);
  const canWalk = useSession((s) => (s.scene?.run.steps.length ?? 0) > 0);
  const dark = useTheme() === 'dark';
  const here = useEntry(libraryId)?.chapter;
  // The chapter of the scene, until another is opened by hand; the next scene opens its own again.
  const [byHand, setByHand] = useState<{
    readonly chapter: number | undefined;
    readonly at: string | undefined;
  }>();
  const unfolded = byHand !== undefined && byHand.at === libraryId ? byHand.chapter : (here ?? 1);
  const entries = useLibrary((l) => l.entries);
  useEffect(() => {
    if (open) void wholeLibrary().catch(() => undefined);
  }, [open]);
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
      {CHAPTERS.map((title, i) => [i + 1, title] as const).map(([chapter, title]) => (
        <div key={chapter} className="rail-chapter">
          <button
            type="button"
            className="rail-item"
            aria-current={chapter === here ? 'true' : undefined}
            title={title}
            aria-expanded={open && chapter === unfolded}
            onClick={() => {
              setByHand({ chapter: open && chapter === unfolded ? undefined : chapter, at: libraryId });
              if (!open) useView.setState({ railOpen: true });
            }}
          >
            <span className="sign">{chapter}</span>
            <span className="name">{title}</span>
          </button>
          {open && chapter === unfolded && (
            <ul>
              {entries
                .filter((entry) => entry.chapter === chapter)
                .map((entry) => (
                  <li key={entry.id}>
                    <button
                      type="button"
                      aria-current={entry.id === libraryId ? 'page' : undefined}
                      title={firstSentence(entry.summary)}
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
