import { useEffect, useMemo } from 'react';
import { findRevision, REVISIONS } from '../engine.ts';
import type { Problem, Revision, Run } from '../engine.ts';
import { leaveCompare, openCompare } from '../actions/compare.ts';
import { changeRevision } from '../actions/scene.ts';
import { goFirst, goInteresting, goLast, stepBy } from '../actions/transport.ts';
import { missingCall } from '../derive/replacement.ts';
import { Icon } from '../parts/Icon.tsx';
import { Notices } from '../parts/Notices.tsx';
import { useScene } from '../parts/useScene.ts';
import type { Comparison } from '../state/compare.ts';
import { moveToRow, stepsAt, useCompare } from '../state/compare.ts';
import { usePlayback } from '../state/playback.ts';
import { sentence } from '../text/problems.ts';
import { compareWith, entriesApart, outcomeOf, rowOfLeft } from './make.ts';
import { Pair } from './Pair.tsx';
import { Rows } from './Rows.tsx';
import { outcomeWords } from './words.ts';
import '../styles/compare.css';

/** Two revisions side by side: the same scenario, the same choices, and where the runs part. */
export default function Compare() {
  const scene = useScene();
  const revision = useCompare((c) => c.revision) ?? scene.run.revision;
  const result = useMemo(() => compareWith(scene, revision), [scene, revision]);
  const made = useCompare((c) => c.made);

  useEffect(() => {
    if (!result.ok) {
      useCompare.setState({ made: undefined, row: 0 });
      return;
    }
    const row = rowOfLeft(result.value, usePlayback.getState().cursor);
    useCompare.setState({ made: result.value, row });
  }, [result]);

  // The cursor is moved from elsewhere, too: by the browser's back button, or to a step by its number.
  useEffect(
    () =>
      usePlayback.subscribe(({ cursor }) => {
        const { made: now, row } = useCompare.getState();
        if (now === undefined || stepsAt(now, row).left === cursor) return;
        useCompare.setState({ row: rowOfLeft(now, cursor) });
      }),
    [],
  );

  return (
    <main className="compare" aria-label="Two revisions side by side">
      <Head left={scene.run} revision={revision} made={made} />
      {result.ok ? (
        made !== undefined && (
          <>
            <Rows made={made} />
            <Pair made={made} />
            <Notices />
            <Steps made={made} />
          </>
        )
      ) : (
        <Refused revision={revision} problem={result.error} />
      )}
    </main>
  );
}

interface HeadProps {
  readonly left: Run;
  readonly revision: string;
  readonly made: Comparison | undefined;
}

function Head({ left, revision, made }: HeadProps) {
  const apart = useMemo(() => (made === undefined ? undefined : entriesApart(made)), [made]);
  const stores =
    made !== undefined && [made.left, made.right].some((run) => run.steps.some((s) => s.ev === 'set'));
  const first = made?.changes[0];
  const differing = made?.rows.filter(
    (r) => r.left === undefined || r.right === undefined || r.fields.length > 0,
  ).length;
  return (
    <header className="compare-head">
      <SideHead label="Left" chosen={left.revision} choose={changeRevision} run={left} />
      <div className="compare-middle">
        <button
          type="button"
          onClick={() => {
            const before = left.revision;
            changeRevision(revision);
            openCompare(before);
          }}
          disabled={made === undefined || revision === left.revision}
          aria-label="Swap the sides"
          title="Swap the sides"
          className="square"
        >
          <Icon name="swap" />
        </button>
        <button type="button" onClick={leaveCompare} title="Close the comparison (Esc)">
          Close
        </button>
      </div>
      <SideHead label="Right" chosen={revision} choose={openCompare} run={made?.right} />
      {made !== undefined && (
        <p className="verdict" role="status">
          {first === undefined ? (
            <>The same happens in all {made.rows.length} steps.</>
          ) : (
            <>
              <button type="button" className="plain" onClick={() => moveToRow(first)}>
                The first difference is in row {first}
              </button>
              ; {differing} of {made.rows.length} rows differ.
            </>
          )}
          {stores && (
            <>
              {' '}
              {apart === 0
                ? 'At the end the tables hold the same.'
                : `At the end ${apart} ${apart === 1 ? 'entry holds' : 'entries hold'} something else.`}
            </>
          )}
        </p>
      )}
    </header>
  );
}

interface SideHeadProps {
  readonly label: string;
  readonly chosen: string;
  readonly choose: (revision: string) => void;
  readonly run: Run | undefined;
}

function SideHead({ label, chosen, choose, run }: SideHeadProps) {
  const { scenario } = useScene();
  const revision = findRevision(chosen);
  const name = (of: Revision): string =>
    missingCall(scenario, of) === undefined ? of.id : `${of.id} (lacks the function)`;
  return (
    <div className="side-head">
      <label>
        <span className="sr">{label} revision</span>
        <select value={chosen} onChange={(event) => choose(event.target.value)}>
          {REVISIONS.map((of) => (
            <option key={of.id} value={of.id}>
              {name(of)}
            </option>
          ))}
        </select>
      </label>
      <span className="title dim" title={revision?.caveat}>
        {revision?.title}
      </span>
      {run !== undefined && <p className="outcome-line">{outcomeWords(outcomeOf(run)).join(' · ')}</p>}
    </div>
  );
}

function Refused({ revision, problem }: { readonly revision: string; readonly problem: Problem }) {
  return (
    <div className="compare-refused" role="alert">
      <p>
        At {revision} this can’t be run. {sentence(problem)}
      </p>
      <p className="dim">Choose another revision above.</p>
    </div>
  );
}

/** The transport of the comparison: rows instead of steps, differences instead of interesting steps. */
function Steps({ made }: { readonly made: Comparison }) {
  const row = useCompare((c) => c.row);
  const total = made.rows.length;
  const button = (
    icon: Parameters<typeof Icon>[0]['name'],
    name: string,
    key: string,
    run: () => void,
    disabled: boolean,
  ) => (
    <button type="button" onClick={run} disabled={disabled} aria-label={name} title={`${name} (${key})`}>
      <Icon name={icon} />
    </button>
  );
  const none = made.changes.length === 0;
  return (
    <div className="compare-steps" role="group" aria-label="Rows">
      {button('first', 'First row', 'Home', goFirst, row === 0)}
      {button(
        'previous',
        'Previous difference',
        'Shift ←',
        () => goInteresting(-1),
        none || row <= (made.changes[0] ?? 0),
      )}
      {button('back', 'Row back', '←', () => stepBy(-1), row === 0)}
      {button('forward', 'Row forward', '→', () => stepBy(1), row === total)}
      {button(
        'next',
        'Next difference',
        'Shift →',
        () => goInteresting(1),
        none || row >= (made.changes.at(-1) ?? 0),
      )}
      {button('last', 'Last row', 'End', goLast, row === total)}
      <span className="count">
        <b>{row}</b> / {total}
      </span>
    </div>
  );
}
