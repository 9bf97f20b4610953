import { ContextBadge } from '../parts/Context.tsx';
import { KernelName } from '../parts/KernelName.tsx';
import { useNow } from '../parts/useScene.ts';
import { Card } from './Card.tsx';
import { Pointers } from './Pointers.tsx';

/** The kernel's call stack, innermost first. */
export function StackCard() {
  const { run, step } = useNow();
  const frames = step === undefined ? [] : run.stackAt(step.n);
  return (
    <Card name="stack" title="Stack" aside={step && <ContextBadge ctx={step.ctx} />}>
      {frames.length === 0 ? (
        <p className="empty">No kernel function runs yet.</p>
      ) : (
        <ol className="stack">
          {frames.map((frame, i) => (
            <li key={i}>
              <span className="mono">
                <KernelName name={frame.fn} />
              </span>
              <span className="at">{frame.at === '' ? 'the scenario’s' : frame.at}</span>
            </li>
          ))}
        </ol>
      )}
      <Pointers />
    </Card>
  );
}
