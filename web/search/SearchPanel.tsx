import { useEffect, useRef, useState } from 'react';
import { verdictLine } from '../engine.ts';
import type { Finding, SearchProgress, Verdict } from '../engine.ts';
import { goTo } from '../actions/transport.ts';
import { Icon } from '../parts/Icon.tsx';
import { useNarrow } from '../parts/useNarrow.ts';
import { useScene } from '../parts/useScene.ts';
import type { Found, Searching } from '../state/search.ts';
import { searchKey, useSearch } from '../state/search.ts';
import type { Scene } from '../state/session.ts';
import '../styles/search.css';
import { cancelSearch, closeSearch, startSearch } from './run-search.ts';
import { copyReport, openWitness } from './witness.ts';

export { startSearch } from './run-search.ts';

const BUDGETS: readonly (readonly [seconds: number, words: string])[] = [
  [10, '10 seconds'],
  [60, 'a minute'],
  [600, 'ten minutes'],
];

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
          {here !== undefined && <Running now={here} />}
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

function Ask({ again }: { readonly again: boolean }) {
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

function Running({ now }: { readonly now: Searching }) {
  const { progress } = now;
  return (
    <div className="search-running">
      <p role="status">{phaseWords(progress)}</p>
      <progress aria-label="Searching" />
      <Figures progress={progress} />
      <button type="button" onClick={cancelSearch}>
        Cancel
      </button>
    </div>
  );
}

function phaseWords(progress: SearchProgress | undefined): string {
  if (progress === undefined) return 'Starting …';
  if (progress.phase === 'complete') return 'Every interleaving, each class of like ones once …';
  return `With at most ${progress.switches} ${progress.switches === 1 ? 'switch' : 'switches'} …`;
}

function Figures({ progress }: { readonly progress: SearchProgress | undefined }) {
  return (
    <dl className="facts">
      <dt>executions</dt>
      <dd>{number(progress?.executions ?? 0)}</dd>
      <dt>classes</dt>
      <dd>{number(progress?.traces ?? 0)}</dd>
      <dt>findings</dt>
      <dd>{number(progress?.findings ?? 0)}</dd>
    </dl>
  );
}

function Outcome({ scene, found }: { readonly scene: Scene; readonly found: Found }) {
  if (found.kind === 'refused')
    return (
      <p role="alert" className="is-bad">
        ▲ It could not be searched: {found.why}.
      </p>
    );
  if (found.kind === 'cancelled')
    return (
      <div className="search-verdict" data-verdict="unknown">
        <div role="status">
          <h3>Unknown: the search was cancelled</h3>
        </div>
        <p>
          {(found.progress?.findings ?? 0) > 0
            ? 'Something was found by then; search again to see it.'
            : 'Nothing had been found by then. That says nothing about the rest.'}
        </p>
        <Figures progress={found.progress} />
      </div>
    );
  return <Verdicts scene={scene} verdict={found.verdict} ms={found.ms} />;
}

function Verdicts({
  scene,
  verdict,
  ms,
}: {
  readonly scene: Scene;
  readonly verdict: Verdict;
  readonly ms: number;
}) {
  const expected = scene.scenario.expect;
  const { witness } = verdict;
  const [copied, setCopied] = useState(false);
  return (
    <>
      <div className="search-verdict" data-verdict={verdict.verdict}>
        <div role="status">
          <h3>
            {verdict.verdict === 'unsafe' && <span aria-hidden="true">▲ </span>}
            {verdictLine(verdict)}
          </h3>
        </div>
        <p>
          under sequential consistency, in this configuration and from these tables
          {expected !== undefined && expected === verdict.verdict && '; as the scenario expects'}
          {expected !== undefined &&
            expected !== verdict.verdict &&
            verdict.verdict !== 'unknown' &&
            `; the scenario expects ${expected}`}
        </p>
      </div>
      {verdict.findings.length > 0 && (
        <section aria-label="Findings">
          <h3>
            Findings <span className="dim">fewest switches first</span>
          </h3>
          <ol className="findings">
            {verdict.findings.map((finding) => (
              <FindingRow key={finding.text} finding={finding} scene={scene} />
            ))}
          </ol>
        </section>
      )}
      {witness !== undefined && (
        <div className="search-actions">
          <button
            type="button"
            onClick={() => void copyReport(scene, verdict).then(setCopied)}
            title="72 columns of plain text: the lanes side by side, what was relied on, what broke it"
          >
            {copied ? 'Copied' : 'Copy report'}
          </button>
          <span className="dim">schedule</span> <code>{witness.schedule || 'none'}</code>
        </div>
      )}
      <section aria-label="How it was searched">
        <h3>How it was searched</h3>
        <dl className="facts">
          <dt>mode</dt>
          <dd>
            {verdict.mode === 'complete'
              ? `every interleaving, ${verdict.reduction}`
              : `every execution with up to ${verdict.maxSwitches ?? 0} switches`}
          </dd>
          <dt>bound</dt>
          <dd>
            {verdict.bounds.length === 0
              ? 'none'
              : verdict.bounds
                  .map(
                    (b) =>
                      `${b.switches} ${b.switches === 1 ? 'switch' : 'switches'}: ${number(b.executions)}${b.complete ? '' : ', not all'}`,
                  )
                  .join(' · ')}
          </dd>
          {verdict.mode === 'complete' && (
            <>
              <dt>executions</dt>
              <dd>
                {number(verdict.executions)} for {number(verdict.traces)}{' '}
                {verdict.traces === 1 ? 'class' : 'classes'}
              </dd>
            </>
          )}
          {verdict.states !== undefined && (
            <>
              <dt>states</dt>
              <dd>{number(verdict.states)} distinct</dd>
            </>
          )}
          <dt>outcomes</dt>
          <dd>{number(verdict.outcomes)}</dd>
          <dt>completed</dt>
          <dd>
            {verdict.complete
              ? 'yes'
              : `no${verdict.stopped === undefined ? '' : `, stopped ${verdict.stopped}`}`}
            , {ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`}
          </dd>
          <dt>memory</dt>
          <dd>{verdict.memoryModel}</dd>
          <dt>left out</dt>
          <dd>{verdict.notModelled.join(', ')}</dd>
        </dl>
      </section>
      {verdict.warnings.length > 0 && (
        <section aria-label="Warnings">
          <h3>
            Warnings <span className="dim">reports, not violations</span>
          </h3>
          <ul className="search-warnings">
            {verdict.warnings.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function FindingRow({ finding, scene }: { readonly finding: Finding; readonly scene: Scene }) {
  const { schedule, step } = finding;
  const here = schedule !== undefined && schedule === scene.schedule;
  return (
    <li>
      <p>
        {finding.text}
        <span className="dim">
          {' '}
          {finding.what}, {finding.switches} {finding.switches === 1 ? 'switch' : 'switches'} at the least
          {finding.traces > 0 && `, ${number(finding.traces)} ${finding.traces === 1 ? 'class' : 'classes'}`}
        </span>
      </p>
      {schedule !== undefined && step !== undefined && (
        <button
          type="button"
          aria-label={`${here ? `Step ${step}` : 'Open'}: ${finding.text}`}
          onClick={() => (here ? goTo(step) : void openWitness(scene, schedule, step))}
        >
          {here ? `Step ${step}` : 'Open'}
        </button>
      )}
    </li>
  );
}

function number(n: number): string {
  return n.toLocaleString('en');
}
