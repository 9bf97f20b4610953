import { contextLetter } from '../engine.ts';
import type { Draft, DraftCall, DraftContext, DraftPlace } from '../derive/draft.ts';
import { Icon } from './Icon.tsx';

const MOST_CONTEXTS = 4;
const MOST_CALLS = 32;

interface CallTabsProps {
  readonly draft: Draft;
  readonly at: DraftPlace;
  readonly change: (contexts: readonly DraftContext[], at: DraftPlace) => void;
}

/** Every context with its calls in order: which one the form shows, and the ways to more of them. */
export function CallTabs({ draft, at, change }: CallTabsProps) {
  const { contexts } = draft;
  const shown: DraftCall | undefined = contexts[at.ctx]?.calls[at.call];
  if (shown === undefined) return null;
  const addCall = (ctx: number): void =>
    change(
      contexts.map((c, i) => (i === ctx ? { ...c, calls: [...c.calls, shown] } : c)),
      { ctx, call: contexts[ctx]?.calls.length ?? 0 },
    );
  const addContext = (): void =>
    change([...contexts, { cpu: contexts.length, holds: {}, calls: [shown] }], {
      ctx: contexts.length,
      call: 0,
    });
  const remove = (): void => {
    const alone = contexts[at.ctx]?.calls.length === 1;
    const left = alone
      ? contexts.filter((_, i) => i !== at.ctx)
      : contexts.map((c, i) => (i === at.ctx ? { ...c, calls: c.calls.filter((_, j) => j !== at.call) } : c));
    change(left, { ctx: alone ? 0 : at.ctx, call: 0 });
  };
  const only = contexts.length === 1 && contexts[0]?.calls.length === 1;
  return (
    <div className="call-tabs">
      {contexts.map((context, ctx) => (
        <div key={ctx} role="group" aria-label={`Calls of context ${contextLetter(ctx)}`}>
          <b aria-hidden="true">{contextLetter(ctx)}</b>
          {context.calls.map((call, i) => (
            <button
              key={i}
              type="button"
              className="mono"
              aria-pressed={ctx === at.ctx && i === at.call}
              title={call.fn}
              onClick={() => change(contexts, { ctx, call: i })}
            >
              {call.fn}
            </button>
          ))}
          {context.calls.length < MOST_CALLS && (
            <button
              type="button"
              className="square quiet"
              aria-label={`Add a call to context ${contextLetter(ctx)}`}
              title="Add a call"
              onClick={() => addCall(ctx)}
            >
              <Icon name="plus" />
            </button>
          )}
        </div>
      ))}
      <p>
        {contexts.length < MOST_CONTEXTS && (
          <button type="button" className="plain" onClick={addContext}>
            Add a context
          </button>
        )}
        {!only && (
          <button type="button" className="plain" onClick={remove}>
            Remove this call
          </button>
        )}
      </p>
    </div>
  );
}
