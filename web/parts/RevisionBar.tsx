import type { CSSProperties } from 'react';
import { useState } from 'react';
import { findRevision, REVISIONS } from '../engine.ts';
import type { Revision, Scenario } from '../engine.ts';
import { toggleCompare } from '../actions/comparing.ts';
import { applyEdit, changeRevision } from '../actions/scene.ts';
import { missingCall, replacementAt } from '../derive/replacement.ts';
import { sentence } from '../text/problems.ts';
import { KernelName } from './KernelName.tsx';
import { useBooks } from './useBooks.ts';
import { useNow } from './useScene.ts';

/** The kernel's revisions in order; choosing one replays the same scenario there, or offers what can be run there. */
export function RevisionBar() {
  const { run, scenario } = useNow();
  const [asked, setAsked] = useState<{ readonly of: Scenario; readonly id: string } | undefined>();
  const books = useBooks(run);
  const now = findRevision(run.revision);
  const at = REVISIONS.findIndex((r) => r.id === run.revision);
  const labels = labelled(at);
  const offered = asked?.of === scenario ? findRevision(asked.id) : undefined;
  const choose = (revision: Revision): void => {
    if (missingCall(scenario, revision) !== undefined) {
      setAsked({ of: scenario, id: revision.id });
      return;
    }
    setAsked(undefined);
    changeRevision(revision.id);
  };
  return (
    <div className="revision-bar">
      <fieldset className="revisions" style={HIT}>
        <legend className="sr">Kernel revision</legend>
        <div className="line" aria-hidden="true" />
        {REVISIONS.map((revision, i) => {
          const lacks = missingCall(scenario, revision)?.fn;
          const named = labels.includes(i);
          const edge = i === 0 ? 'start' : i === REVISIONS.length - 1 ? 'end' : 'middle';
          const about = [
            revision.title,
            revision.caveat,
            lacks === undefined ? '' : `There is no ${lacks} there.`,
          ];
          return (
            <label
              key={revision.id}
              title={about.filter((text) => text !== '').join(' ')}
              className={lacks === undefined ? revision.kind : `${revision.kind} lacking`}
            >
              <input
                type="radio"
                name="revision"
                value={revision.id}
                checked={revision.id === run.revision}
                onChange={() => choose(revision)}
              />
              <span className="dot" />
              <span className={named ? 'id' : 'id sr'} data-edge={edge}>
                {lacks !== undefined && <span className="sr">not in </span>}
                {revision.id}
              </span>
            </label>
          );
        })}
      </fieldset>
      <div className="revision-now">
        <span className="title" title={now?.caveat}>
          <b>{run.revision}</b> {now?.title}
        </span>
        <button
          type="button"
          onClick={() => void toggleCompare()}
          aria-keyshortcuts="V"
          title="Compare with another revision (V)"
        >
          Compare
        </button>
      </div>
      {books !== undefined && <books.CtorBar />}
      {offered !== undefined && (
        <Offer scenario={scenario} revision={offered} close={() => setAsked(undefined)} />
      )}
    </div>
  );
}

/** Width of the bar and of a character of its labels, in CSS pixels; a little room between two. */
const BAR = 272;
const CHARACTER = 6.6;
const ROOM = 10;

/** A dot is hit from half way to the next. */
const HIT = {
  '--hit': `${Math.min(24, BAR / Math.max(1, REVISIONS.length - 1))}px`,
} as CSSProperties;

/** Which revisions have their names under their dots: the one on the screen, then releases from the newest, where they have room. */
function labelled(at: number): readonly number[] {
  const pitch = BAR / Math.max(1, REVISIONS.length - 1);
  const span = (i: number): readonly [number, number] => {
    const half = ((REVISIONS[i]?.id.length ?? 0) * CHARACTER) / 2;
    const middle = Math.max(half, Math.min(BAR - half, i * pitch));
    return [middle - half, middle + half];
  };
  const releases = REVISIONS.flatMap((r, i) => (r.kind === 'release' ? [i] : []));
  const kept: number[] = [];
  for (const i of [at, releases.at(-1) ?? 0, releases[0] ?? 0, ...releases.toReversed()]) {
    const [from, to] = span(i);
    const clear = kept.every((k) => span(k)[1] + ROOM < from || to + ROOM < span(k)[0]);
    if (i >= 0 && clear && !kept.includes(i)) kept.push(i);
  }
  return kept;
}

interface OfferProps {
  readonly scenario: Scenario;
  readonly revision: Revision;
  readonly close: () => void;
}

/** Why the scenario can't be run at a revision, and what can. */
function Offer({ scenario, revision, close }: OfferProps) {
  const { fold, run } = useNow();
  const [refused, setRefused] = useState<string | undefined>();
  const missing = missingCall(scenario, revision)?.fn ?? '';
  const instead = replacementAt(scenario, revision);
  return (
    <div className="revision-offer" role="status">
      <p>
        {revision.id} has no{' '}
        <b>
          <KernelName name={missing} />
        </b>
        .{instead !== undefined && ` ${instead.question}`}
      </p>
      {refused !== undefined && <p className="field-error">{refused}</p>}
      <p className="offer-buttons">
        {instead !== undefined && (
          <button
            type="button"
            className="main"
            onClick={() => void applyEdit(instead.scenario, fold, (problem) => setRefused(sentence(problem)))}
          >
            Run it at {revision.id}
          </button>
        )}
        <button type="button" onClick={close}>
          Stay at {run.revision}
        </button>
      </p>
    </div>
  );
}
