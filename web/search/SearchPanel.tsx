import { useEffect, useRef } from 'react';
import { Icon } from '../parts/Icon.tsx';
import { useNarrow } from '../parts/useNarrow.ts';
import { useScene } from '../parts/useScene.ts';
import { searchKey, useSearch } from '../state/search.ts';
import '../styles/search.css';
import { Ask } from './Ask.tsx';
import { Outcome } from './Outcome.tsx';
import { Running } from './Running.tsx';
import { cancelSearch, closeSearch } from './run-search.ts';

export { startSearch } from './run-search.ts';

/** Can this go wrong, under any interleaving? Asks, shows how far it is, and what was found. */
export function SearchPanel() {
  const scene = useScene();
  const now = useSearch((s) => s.now);
  const found = useSearch((s) => s.found.get(searchKey(scene)));
  const root = useRef<HTMLElement>(null);
  const narrow = useNarrow();
  useEffect(() => {
    root.current?.focus({ preventScroll: true });
    // Where all stands in one column, the panel is below.
    if (narrow) root.current?.scrollIntoView({ block: 'start' });
  }, [narrow]);
  const here = now?.key === searchKey(scene) ? now : undefined;
  const contexts = scene.scenario.contexts.length;
  return (
    <section
      ref={root}
      className="search-panel"
      aria-label="Search all interleavings"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        closeSearch();
      }}
    >
      <header>
        <h2>Search all interleavings</h2>
        <button type="button" className="square quiet" onClick={closeSearch} aria-label="Close the search">
          <Icon name="close" />
        </button>
      </header>
      {contexts < 2 ? (
        <p className="dim">
          There is nothing to search: this scenario has one context, so there is one execution, the one on the
          timeline. With a second context, set up by <b>Set up a walk</b>, its steps may come in between.
        </p>
      ) : (
        <>
          {here === undefined && <Ask again={found !== undefined} />}
          {here !== undefined && <Running now={here} scene={scene} />}
          {here === undefined && now !== undefined && (
            <p className="dim">
              Another scenario is being searched.{' '}
              <button type="button" className="plain" onClick={cancelSearch}>
                Stop that
              </button>
            </p>
          )}
          {here === undefined && found !== undefined && <Outcome scene={scene} found={found} />}
        </>
      )}
    </section>
  );
}
