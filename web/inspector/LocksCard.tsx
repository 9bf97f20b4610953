import { deadlockEdgeWords } from '../engine.ts';
import type { AssertStep, Run, StepBase, WaitEdge } from '../engine.ts';
import { deadlockAt } from '../derive/deadlock.ts';
import { heldAt, stepAt } from '../derive/moment.ts';
import { countUpTo, runIndex } from '../derive/runIndex.ts';
import { goTo } from '../actions/transport.ts';
import { ContextBadge } from '../parts/Context.tsx';
import { Term } from '../parts/Term.tsx';
import { useNow } from '../parts/useScene.ts';
import { heldName } from '../text/locks.ts';
import { Card } from './Card.tsx';

type Assertion = StepBase & AssertStep;

/** Locks held now, and what the code has asserted about them. */
export function LocksCard() {
  const { run, cursor } = useNow();
  const held = heldAt(run, cursor);
  const deadlock = deadlockAt(run, cursor);
  const asserted = assertions(run, cursor);
  const failed = asserted.filter((a) => !a.ok).length;
  return (
    <Card
      name="locks"
      title="Locks"
      aside={
        deadlock.length > 0 ? (
          <span className="is-bad">▲ deadlock</span>
        ) : asserted.length === 0 ? undefined : failed === 0 ? (
          'assertions met'
        ) : (
          <span className="is-bad">▲ {failed === 1 ? 'an assertion' : `${failed} assertions`} failed</span>
        )
      }
    >
      {held.length === 0 ? (
        <p className="empty">
          None is held.{' '}
          {lockless(run) && (
            <>
              This walk is <Term word="lockless" />.
            </>
          )}
        </p>
      ) : (
        <ul className="locks">
          {held.map((lock) => (
            <li key={`${lock.ctx} ${lock.name}`}>
              <ContextBadge ctx={lock.ctx} />
              <span className="lock-name">{heldName(lock.name)}</span>
              <span className="lock-mode">
                {lock.mode}, {lock.since === 0 ? 'from before' : `since ${lock.since}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {deadlock.length > 0 && <Deadlock edges={deadlock} />}
      {asserted.length > 0 && (
        <ul className="asserted">
          {asserted.slice(-3).map((a) => (
            <li key={a.n}>
              <ContextBadge ctx={a.ctx} />
              <button type="button" className="plain" onClick={() => goTo(a.n)} title={`Go to step ${a.n}`}>
                {a.name}
                <wbr />({a.mm})
              </button>
              <span className={a.ok ? 'lock-mode' : 'is-bad'}>{a.ok ? 'met' : '▲ failed'}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Who waits for whom, in a circle or for ever. */
function Deadlock({ edges }: { readonly edges: readonly WaitEdge[] }) {
  return (
    <ul className="deadlock" aria-label="Deadlock: who waits for whom">
      {edges.map((edge) => (
        <li key={edge.ctx}>
          <ContextBadge ctx={edge.ctx} />
          <span>{deadlockEdgeWords(edge)}</span>
        </li>
      ))}
    </ul>
  );
}

function assertions(run: Run, cursor: number): readonly Assertion[] {
  const { interesting } = runIndex(run);
  const found: Assertion[] = [];
  for (let i = countUpTo(interesting, cursor) - 1; i >= 0 && found.length < 8; i--) {
    const step = stepAt(run, interesting[i] ?? 0);
    if (step?.ev === 'assert') found.unshift(step);
    if (step?.ev === 'call') break;
  }
  return found;
}

function lockless(run: Run): boolean {
  return run.scenario.contexts.every((c) => c.calls.every((call) => call.fn.endsWith('_lockless')));
}
