import { callExists, REVISIONS } from '../engine.ts';
import type { Revision, Scenario } from '../engine.ts';
import { changeRevision } from '../actions/scene.ts';
import { useNow } from './useScene.ts';

/** The kernel's revisions in order; choosing one replays the same scenario there. */
export function RevisionBar() {
  const { run, scenario } = useNow();
  return (
    <fieldset className="revisions">
      <legend className="sr">Kernel revision</legend>
      <div className="line" aria-hidden="true" />
      {REVISIONS.map((revision) => {
        const lacks = missing(scenario, revision);
        const about = [revision.title, revision.caveat, lacks].filter((text) => text !== '').join(' ');
        return (
          <label
            key={revision.id}
            title={about}
            className={lacks === '' ? revision.kind : `${revision.kind} lacking`}
          >
            <input
              type="radio"
              name="revision"
              value={revision.id}
              checked={revision.id === run.revision}
              onChange={() => changeRevision(revision.id)}
            />
            <span className="dot" />
            <span className="id">{revision.id}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Why the scenario can't run at a revision; empty where it can. */
function missing(scenario: Scenario, revision: Revision): string {
  const call = scenario.contexts.flatMap((c) => c.calls).find(({ fn }) => !callExists(fn, revision.rules));
  return call === undefined ? '' : `There is no ${call.fn} there.`;
}
