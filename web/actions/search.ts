import { later } from '../later.ts';
import { useSearch, searchKey } from '../state/search.ts';
import { useSession } from '../state/session.ts';
import { useView } from '../state/view.ts';

/** Opens the search panel, and begins if there is something to search that was not searched yet. */
export function openSearch(): void {
  useView.setState({ side: 'search' });
  void later.search().then(({ startSearch }) => {
    const { scene } = useSession.getState();
    const { now, found } = useSearch.getState();
    if (scene === undefined || now !== undefined || found.has(searchKey(scene))) return;
    if (scene.scenario.contexts.length > 1) startSearch();
  });
}
