import type { CSSProperties } from 'react';
import { useMemo, useState } from 'react';
import { goTo, pause } from '../actions/transport.ts';
import type { LifePart, LifeState } from '../derive/life.ts';
import { lifeAt, livesOf } from '../derive/life.ts';
import { stepAt } from '../derive/moment.ts';
import { entryTarget } from '../derive/tables.ts';
import { memoryAt } from '../derive/moment.ts';
import { ContextBadge } from '../parts/Context.tsx';
import { useNow } from '../parts/useScene.ts';
import { useView } from '../state/view.ts';
import { placeAbove } from './place-above.ts';
import type { Scale } from './scale.ts';
import { useTelling } from './useTelling.ts';

const WORDS: Readonly<Record<LifeState, string>> = {
  allocated: 'allocated',
  constructed: 'constructed',
  linked: 'linked',
  unlinked: 'unlinked',
  rcu: 'RCU pending',
  deposited: 'deposited',
  destructed: 'destructed',
  queued: 'queued to be freed',
  freed: 'freed',
};

/**
 * Under the lanes: the life of a table over the run, a part from each of its steps to the next. Of the table that is selected, or the
 * one the steps came to last. Nothing for runs in which tables are only read and written.
 */
export function LifeBar({ scale, width }: { readonly scale: Scale; readonly width: number }) {
  const { run, world, cursor } = useNow();
  const selection = useView((v) => v.selection);
  const [over, setOver] = useState<{ readonly part: LifePart; readonly at: HTMLElement } | undefined>();
  const life = useMemo(() => {
    if (livesOf(run).size === 0) return undefined;
    const child =
      selection && entryTarget(world.geo, memoryAt(run, cursor).page(selection.table), selection.idx);
    return lifeAt(
      run,
      cursor,
      selection === undefined ? [] : [...(child === undefined ? [] : [child]), selection.table],
    );
  }, [run, world, cursor, selection]);
  const tell = useTelling(run, over !== undefined);
  if (life === undefined) return null;
  const name = `${life.level.toUpperCase()} table ${life.table.toString(16)}`;
  const now = life.parts.findLast((part) => part.from <= cursor);
  const step = over && stepAt(run, over.part.from);
  return (
    <>
      <p className="life-head">
        <b className={`of-${life.level}`}>{life.level.toUpperCase()}</b>{' '}
        <span className="mono">{life.table.toString(16)}</span>{' '}
        <span className="life-now">{now === undefined ? 'not there yet' : WORDS[now.state]}</span>
      </p>
      <ol className="life" aria-label={`The life of the ${name}`} onPointerLeave={() => setOver(undefined)}>
        {life.parts.map((part) => {
          const left = Math.max(0, scale.x(part.from));
          const right = Math.min(width, scale.x(part.to));
          return (
            <li
              key={part.from}
              data-state={part.state}
              data-past={part.from <= cursor ? '' : undefined}
              data-fits={right - left > 7 * WORDS[part.state].length + 8 ? '' : undefined}
              data-hidden={right <= left ? '' : undefined}
              style={across(left, Math.max(4, right - left))}
            >
              <button
                type="button"
                aria-current={part === now ? 'step' : undefined}
                aria-label={`${WORDS[part.state]}, ${fromWords(part)}`}
                onPointerEnter={(event) => setOver({ part, at: event.currentTarget })}
                onFocus={(event) => setOver({ part, at: event.currentTarget })}
                onBlur={() => setOver(undefined)}
                onClick={() => {
                  pause();
                  goTo(part.from);
                }}
              >
                {WORDS[part.state]}
              </button>
            </li>
          );
        })}
      </ol>
      {over !== undefined && (
        <p className="hover-step" aria-hidden="true" ref={(p) => placeAbove(p, over.at, 12)}>
          {step === undefined ? (
            `${WORDS[over.part.state]} before the first step`
          ) : (
            <>
              <b>{over.part.from}</b> <ContextBadge ctx={step.ctx} /> {tell(step)}
            </>
          )}
        </p>
      )}
    </>
  );
}

function fromWords({ from }: LifePart): string {
  return from === 0 ? 'from before the first step' : `from step ${from}`;
}

/** Where a part is in the bar; without room for its scale the parts only follow each other. */
function across(left: number, width: number): CSSProperties {
  return { '--left': `${left}px`, '--width': `${width}px` } as CSSProperties;
}
