import { contextLetter, levelName } from '../engine.ts';
import type { PointerRead } from '../engine.ts';
import { goTo } from '../actions/transport.ts';
import { pointersAt } from '../derive/table-states.ts';
import { ContextBadge } from '../parts/Context.tsx';
import { useNow } from '../parts/useScene.ts';
import { useView } from '../state/view.ts';
import { slotName } from '../text/steps.ts';

/** By which pointer each context is about to go on, when it read that, and whether it still leads to a table in use. */
export function Pointers() {
  const { run, world, cursor } = useNow();
  const reads = pointersAt(run, cursor);
  if (reads.length === 0) return null;
  return (
    <ul className="pointers" aria-label="Pointers read before">
      {reads.map((read) => (
        <li key={read.ctx}>
          <ContextBadge ctx={read.ctx} />
          <span>
            goes on in the {levelName(world.geo, read.hw).toUpperCase()} table{' '}
            <button
              type="button"
              className="plain mono"
              onClick={() => useView.setState({ selection: { table: read.table, idx: 0 } })}
            >
              {read.table.toString(16)}
            </button>
            : pointer read from {slotName(world.geo, read.from.hw, read.from.idx)} at <At n={read.load} />
            <Since read={read} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Since({ read: { freed, unlinked } }: { readonly read: PointerRead }) {
  if (freed !== undefined)
    return (
      <b className="is-bad">
        . ▲ Freed since, by {contextLetter(freed.ctx)} at <At n={freed.n} />
      </b>
    );
  if (unlinked !== undefined)
    return (
      <b>
        . Unlinked since, by {contextLetter(unlinked.ctx)} at <At n={unlinked.n} />
      </b>
    );
  return <>, and still so</>;
}

function At({ n }: { readonly n: number }) {
  return (
    <button type="button" className="plain" onClick={() => goTo(n)} title={`Go to step ${n}`}>
      step {n}
    </button>
  );
}
