import { narrateRich, tellingOf } from '../engine.ts';
import type { Run } from '../engine.ts';
import { ContextBadge } from '../parts/Context.tsx';
import { heldWords } from '../text/locks.ts';
import { Sentence } from '../parts/Sentence.tsx';
import type { Comparison } from '../state/compare.ts';
import { stepsAt, useCompare } from '../state/compare.ts';
import { fieldPairs, kindOf } from './words.ts';

/** The row that is looked at, told from both sides, and what differs in it. */
export function Pair({ made }: { readonly made: Comparison }) {
  const at = useCompare((c) => c.row);
  const { left, right } = made;
  const row = made.rows[at - 1];
  const steps = stepsAt(made, at);
  const one = row?.left === undefined ? undefined : left.steps[row.left - 1];
  const other = row?.right === undefined ? undefined : right.steps[row.right - 1];
  const pairs = one === undefined || other === undefined ? [] : fieldPairs(one, other, row?.fields ?? []);
  return (
    <section className="pair" aria-label="The pair of steps">
      <Told run={left} n={row?.left} reached={steps.left} begun={at > 0} />
      <Told run={right} n={row?.right} reached={steps.right} begun={at > 0} />
      <div className="apart">
        {pairs.length > 0 && (
          <table>
            <caption className="sr">What differs</caption>
            <thead>
              <tr>
                <th scope="col">differs in</th>
                <th scope="col">{left.revision}</th>
                <th scope="col">{right.revision}</th>
              </tr>
            </thead>
            <tbody>
              {pairs.map((pair) => (
                <tr key={pair.name}>
                  <th scope="row">{pair.name}</th>
                  <td className="mono">{pair.left}</td>
                  <td className="mono">{pair.right}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {row !== undefined && pairs.length === 0 && (
          <p className="dim">
            {
              {
                same: 'The same happens on both sides.',
                left: `Only ${left.revision} does this.`,
                right: `Only ${right.revision} does this.`,
                differs: '',
              }[kindOf(row)]
            }
          </p>
        )}
        {row === undefined && <p className="dim">Before the first step.</p>}
      </div>
    </section>
  );
}

interface ToldProps {
  readonly run: Run;
  readonly n: number | undefined;
  /** Its last step so far. */
  readonly reached: number;
  readonly begun: boolean;
}

function Told({ run, n, reached, begun }: ToldProps) {
  const step = n === undefined ? undefined : run.steps[n - 1];
  const held = run.steps[reached - 1]?.held ?? [];
  return (
    <div className="told">
      <p className="side-name">
        <b>{run.revision}</b>{' '}
        <span className="dim">
          step {reached} of {run.steps.length}
        </span>
      </p>
      <p className="sentence" aria-live="polite">
        {step === undefined ? (
          <span className="dim">{begun ? 'Nothing here on this side.' : ''}</span>
        ) : (
          <>
            <ContextBadge ctx={step.ctx} /> <Sentence spans={narrateRich(step, tellingOf(run))} />
          </>
        )}
      </p>
      {step !== undefined && (
        <p className="told-calls mono">
          {run
            .stackAt(step.n)
            .map((frame) => frame.fn)
            .slice(0, 4)
            .join(' ‹ ')}
        </p>
      )}
      <p className="dim">
        {held.length === 0 ? 'No lock is held.' : `Holds ${held.map(heldWords).join(', ')}.`}
      </p>
    </div>
  );
}
