import { CHAPTERS } from '../engine.ts';
import { openDialog } from '../actions/commands.ts';
import { openSearch } from '../actions/search.ts';
import { toggleTheme } from '../actions/theme.ts';
import { useTheme } from './useTheme.ts';
import { searchKey, useSearch, verdictOf } from '../state/search.ts';
import { useEntry } from '../state/library.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';
import { Icon } from './Icon.tsx';

export function TopBar() {
  const scene = useSession((s) => s.scene);
  const loading = useSession((s) => s.loading);
  const railOpen = useView((v) => v.railOpen === true);
  const entry = useEntry(scene?.libraryId);
  const dark = useTheme() === 'dark';
  return (
    <header className="topbar">
      <button
        type="button"
        className="square phone-only"
        aria-label="Library"
        aria-expanded={railOpen}
        onClick={() => useView.setState({ railOpen: !railOpen })}
      >
        <Icon name="menu" />
      </button>
      <span className="brand">
        <svg viewBox="0 0 20 18" aria-hidden="true">
          <rect x="0" y="0" width="3" height="18" rx="1" className="fill-pgd" />
          <rect x="5.5" y="0" width="3" height="12" rx="1" className="fill-pud" />
          <rect x="11" y="3" width="3" height="9" rx="1" className="fill-pmd" />
          <rect x="16.5" y="6" width="3" height="12" rx="1" className="fill-pte" />
        </svg>
        <span className="brand-name">Pagewalk</span>
      </span>
      <div className="where">
        {scene !== undefined && (
          <>
            {entry !== undefined && (
              <>
                <span className="chapter" title={`${entry.chapter} ${CHAPTERS[entry.chapter - 1] ?? ''}`}>
                  {entry.chapter} {CHAPTERS[entry.chapter - 1]}
                </span>
                <span className="slash" aria-hidden="true">
                  /
                </span>
              </>
            )}
            <h1 title={scene.scenario.title}>{scene.scenario.title}</h1>
            <span className="capture" title="The tables this starts from">
              {scene.world.name}
            </span>
          </>
        )}
        {loading !== undefined && (
          <span className="busy" role="status">
            loading {loading} …
          </span>
        )}
      </div>
      <div className="actions">
        <button
          type="button"
          onClick={() => openDialog('palette')}
          className="wide-only"
          aria-keyshortcuts="Control+K"
        >
          Commands <kbd>Ctrl K</kbd>
        </button>
        <button
          type="button"
          onClick={() => openDialog('library')}
          className="not-phone"
          aria-keyshortcuts="L"
          title="Library and walkthroughs (L)"
        >
          Walkthroughs
        </button>
        <SearchButton />
        <button type="button" onClick={() => openDialog('share')} disabled={scene === undefined}>
          Share
        </button>
        <button
          type="button"
          className="square not-phone"
          onClick={toggleTheme}
          aria-label={dark ? 'Use the light theme' : 'Use the dark theme'}
          title={dark ? 'Light theme' : 'Dark theme'}
        >
          <Icon name={dark ? 'sun' : 'moon'} />
        </button>
        <button
          type="button"
          className="square not-phone"
          onClick={() => openDialog('help')}
          aria-label="All keys and words"
          title="All keys and words (?)"
          aria-keyshortcuts="?"
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

/** Opens the search; once there is a verdict on the scenario it says so. */
function SearchButton() {
  const scene = useSession((s) => s.scene);
  const found = useSearch((s) => (scene === undefined ? undefined : s.found.get(searchKey(scene))));
  const busy = useSearch((s) => scene !== undefined && s.now?.key === searchKey(scene));
  const several = (scene?.scenario.contexts.length ?? 0) > 1;
  const verdict = verdictOf(found);
  return (
    <button
      type="button"
      className={several ? 'search-button' : 'search-button not-phone'}
      data-verdict={verdict}
      onClick={openSearch}
      disabled={scene === undefined || scene.run.steps.length === 0}
      aria-keyshortcuts="S"
      title="Search all interleavings (S)"
      aria-label={`Search all interleavings${verdict === undefined ? '' : `: ${verdict}`}`}
    >
      {(busy || verdict === undefined) && (
        <>
          Search<span className="not-phone"> all</span>
        </>
      )}
      {busy && <b> …</b>}
      {!busy && verdict !== undefined && (
        <b>
          {verdict === 'unsafe' ? '▲ ' : verdict === 'safe' ? '✓ ' : '? '}
          {verdict}
        </b>
      )}
    </button>
  );
}
