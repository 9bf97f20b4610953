import { useEffect, useRef } from 'react';
import { blockedWords, contextLetter, deadlockEdgeWords, lockWords, returnWords } from '../engine.ts';
import type { WaitEdge } from '../engine.ts';
import { stepContext } from '../actions/interleave.ts';
import { deadlockAt } from '../derive/deadlock.ts';
import { nextStepOf } from '../derive/interleave.ts';
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
  const deadlock = deadlockAt(run, cursor);

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
        const way = nextStepOf(run, ctx, cursor);
        const edge = deadlock.find((wait) => wait.ctx === ctx);
        const waits =
          edge !== undefined
            ? deadlockEdgeWords(edge)
            : way.kind === 'waits'
              ? blockedWords(way.wait.why)
              : undefined;
        const what =
          (edge && whomFor(edge)) ??
          waits?.replace('waits for ', 'waits: ') ??
          (nextStep === undefined
            ? ended(run.results[ctx]?.rets)
            : `next: ${shortStep(world.geo, nextStep)}`);
        return (
          <div
            className="lane-head"
            key={ctx}
            data-waits={waits === undefined ? undefined : edge === undefined ? 'yes' : 'deadlock'}
          >
            <ContextBadge ctx={ctx} />
            <div className="lane-text">
              <b>
                <KernelName name={context.calls[0]?.fn ?? ''} />
              </b>
              <span title={waits}>
                {waits === undefined && `cpu${context.cpu} · `}
                {edge !== undefined && <b>deadlock: </b>}
                {what}
              </span>
            </div>
            {contexts.length > 1 && (
              <button
                type="button"
                onClick={() => stepContext(ctx)}
                disabled={way.kind === 'ended'}
                aria-disabled={waits === undefined ? undefined : true}
                aria-label={`Step ${contextLetter(ctx)}${waits === undefined ? '' : `, which ${waits}`}`}
                title={waits === undefined ? titleOf(way.kind, ctx) : `${contextLetter(ctx)} ${waits}`}
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

/** Whom a context of a deadlock waits for, in few words: all of it is in its title, the caption and the card of locks. */
function whomFor({ ctx, holders, queued, lock }: WaitEdge): string {
  const others = [...new Set([...holders, ...queued])].filter((id) => id !== ctx).map(contextLetter);
  const whom = others.length > 0 ? others.join(' and ') : holders.includes(ctx) ? 'itself' : 'ever';
  return `waits for ${whom}${lock === undefined ? '' : `, ${lockWords(lock)}`}`;
}

function ended(rets: readonly (number | null)[] | undefined): string {
  const last = rets?.at(-1);
  return last === undefined || last === null ? 'stopped' : `returned ${returnWords(last)}`;
}

function titleOf(kind: 'along' | 'fork' | 'waits' | 'ended', ctx: number): string {
  return kind === 'fork'
    ? `Let ${contextLetter(ctx)} go on here instead: the schedule parts from this one (${ctx + 1})`
    : `Step ${contextLetter(ctx)} (${ctx + 1})`;
}
