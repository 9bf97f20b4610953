import { useState } from 'react';
import { verdictLine } from '../engine.ts';
import type { Verdict } from '../engine.ts';
import type { Found } from '../state/search.ts';
import type { Scene } from '../state/session.ts';
import { Findings } from './Findings.tsx';
import { number } from './number.ts';
import { Figures } from './Running.tsx';
import { copyReport } from './witness.ts';

/** How a search ended, with everything it found. */
export function Outcome({ scene, found }: { readonly scene: Scene; readonly found: Found }) {
  if (found.kind === 'refused')
    return (
      <p role="alert" className="is-bad">
        ▲ It could not be searched: {found.why}.
      </p>
    );
  if (found.kind === 'cancelled') return <Cancelled scene={scene} {...found} />;
  return <Verdicts scene={scene} verdict={found.verdict} ms={found.ms} />;
}

/** What was found before a search was cancelled is found all the same. */
function Cancelled({
  scene,
  findings,
  progress,
}: Extract<Found, { kind: 'cancelled' }> & { readonly scene: Scene }) {
  const [worst] = findings;
  return (
    <>
      <div className="search-verdict" data-verdict={worst === undefined ? 'unknown' : 'unsafe'}>
        <div role="status">
          <h3>
            {worst === undefined ? (
              'Unknown: the search was cancelled'
            ) : (
              <>
                <span aria-hidden="true">▲ </span>unsafe: {worst.text}
              </>
            )}
          </h3>
        </div>
        <p>
          {worst === undefined
            ? 'Nothing had been found by then. That says nothing about the rest.'
            : 'The search was cancelled before everything was looked at: there may be more.'}
        </p>
        <Figures progress={progress} />
      </div>
      <Findings findings={findings} scene={scene} />
    </>
  );
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
      <Findings findings={verdict.findings} scene={scene} />
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
      <HowSearched verdict={verdict} ms={ms} />
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

/** In which mode, how much of it, what was counted and what is not modelled. */
function HowSearched({ verdict, ms }: { readonly verdict: Verdict; readonly ms: number }) {
  return (
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
  );
}
