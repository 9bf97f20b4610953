import { useSearch } from '../state/search.ts';
import { startSearch } from './run-search.ts';

const BUDGETS: readonly (readonly [seconds: number, words: string])[] = [
  [10, '10 seconds'],
  [60, 'a minute'],
  [600, 'ten minutes'],
];

/** What to look at and for how long, and the button that begins. */
export function Ask({ again }: { readonly again: boolean }) {
  const { maxSwitches, budget } = useSearch();
  return (
    <div className="search-ask">
      <label>
        <span>look at</span>
        <select
          value={maxSwitches ?? ''}
          onChange={({ target: { value } }) =>
            useSearch.setState({ maxSwitches: value === '' ? undefined : Number(value) })
          }
        >
          <option value="">every interleaving</option>
          {[1, 2, 3, 4].map((n) => (
            <option key={n} value={n}>
              up to {n} {n === 1 ? 'switch' : 'switches'}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>for at most</span>
        <select
          value={budget}
          onChange={({ target: { value } }) => useSearch.setState({ budget: Number(value) })}
        >
          {BUDGETS.map(([seconds, words]) => (
            <option key={seconds} value={seconds}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className={again ? '' : 'main'} onClick={startSearch}>
        {again ? 'Search again' : 'Search'}
      </button>
    </div>
  );
}
