import { useEffect, useRef, useState } from 'react';
import { findRevision, REVISIONS } from '../engine.ts';
import type { Revision, Scenario } from '../engine.ts';
import { applyEdit, changeRevision } from '../actions/scene.ts';
import { missingCall, replacementAt } from '../derive/replacement.ts';
import { sentence } from '../text/problems.ts';
import { KernelName } from './KernelName.tsx';
import { useNow } from './useScene.ts';

/** The kernel's revisions in order; choosing one replays the same scenario there, or offers what can be run there. */
export function RevisionBar() {
  const { run, scenario } = useNow();
  const [asked, setAsked] = useState<{ readonly of: Scenario; readonly id: string } | undefined>();
  const list = useRef<HTMLFieldSetElement>(null);
  // There are more revisions than fit: the one that runs is brought to the middle, without moving anything else.
  useEffect(() => {
    const chosen = list.current?.querySelector('input:checked')?.closest('label');
    if (list.current === null || !chosen) return;
    list.current.scrollLeft = chosen.offsetLeft + chosen.offsetWidth / 2 - list.current.clientWidth / 2;
  }, [run.revision]);
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
      <fieldset className="revisions" ref={list}>
        <legend className="sr">Kernel revision</legend>
        {REVISIONS.map((revision) => {
          const lacks = missingCall(scenario, revision)?.fn;
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
              <span className="id">{lacks === undefined ? revision.id : `not in ${revision.id}`}</span>
            </label>
          );
        })}
      </fieldset>
      {offered !== undefined && (
        <Offer scenario={scenario} revision={offered} close={() => setAsked(undefined)} />
      )}
    </div>
  );
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
