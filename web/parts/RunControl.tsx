import { foldSteps, unfoldSteps } from '../actions/fold.ts';
import { replacedBy } from '../derive/replaced.ts';
import { timesOf } from '../derive/unfolded.ts';
import { useNow } from './useScene.ts';

/** On a step by which a table takes a block's place, or the other way round: that it does. On a step that stands for a run of like steps: shows them singly. On one of them: as one again. */
export function RunControl() {
  const { step, fold, run, cursor } = useNow();
  if (step === undefined) return null;
  const replaced = replacedBy(run, step);
  if (replaced !== undefined)
    return <b className="replaced">{replaced.how === 'unfolds' ? 'block → table' : 'table → block'}</b>;
  const times = timesOf(step);
  if (times > 1)
    return (
      <button type="button" className="run-control" onClick={() => unfoldSteps(run, cursor)}>
        Unfold<span className="words"> this run</span> <span className="dim">{times}</span>
      </button>
    );
  // Stores into a table that is not linked yet are what is folded by itself.
  if (fold !== 'never' || step.ev !== 'set' || step.va !== null) return null;
  return (
    <button type="button" className="run-control" onClick={() => foldSteps(cursor)}>
      Fold<span className="words"> this run</span>
    </button>
  );
}
