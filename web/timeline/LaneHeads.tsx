import { useEffect, useRef } from 'react';
import { returnWords } from '../engine.ts';
import { stepContext } from '../actions/transport.ts';
import { stepAt } from '../derive/moment.ts';
import { firstAfter, runIndex } from '../derive/runIndex.ts';
import { ContextBadge } from '../parts/Context.tsx';
import { KernelName } from '../parts/KernelName.tsx';
import { useNow } from '../parts/useScene.ts';
import { shortStep } from '../text/steps.ts';
import { AXIS, laneBox } from './draw.ts';

/** Who runs in each lane, what it does next, and with several contexts the button that lets it. */
export function LaneHeads() {
  const { run, world, cursor } = useNow();
  const { byContext } = runIndex(run);
  const ref = useRef<HTMLDivElement>(null);
  const contexts = run.scenario.contexts;

  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      for (const [i, head] of [...element.children].entries()) {
        const box = laneBox(contexts.length, i, element.clientHeight);
        if (head instanceof HTMLElement) head.style.top = `${i === 0 ? AXIS : box.top}px`;
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [contexts.length]);

  return (
    <div className="lane-heads" ref={ref}>
      {(run.steps.length === 0 ? [] : contexts).map((context, ctx) => {
        const own = byContext.get(ctx);
        const next = own && firstAfter(own, cursor);
        const nextStep = next === undefined ? undefined : stepAt(run, next);
        const what =
          nextStep === undefined ? ended(run.results[ctx]?.rets) : `next: ${shortStep(world.geo, nextStep)}`;
        return (
          <div className="lane-head" key={ctx}>
            <ContextBadge ctx={ctx} />
            <div className="lane-text">
              <b>
                <KernelName name={context.calls[0]?.fn ?? ''} />
              </b>
              <span>
                cpu{context.cpu} · {what}
              </span>
            </div>
            {contexts.length > 1 && (
              <button
                type="button"
                onClick={() => stepContext(ctx)}
                disabled={next === undefined}
                title={`Step this context (${ctx + 1})`}
              >
                Step
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

function ended(rets: readonly (number | null)[] | undefined): string {
  const last = rets?.at(-1);
  return last === undefined || last === null ? 'stopped' : `returned ${returnWords(last)}`;
}
