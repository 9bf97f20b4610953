import { lazy, Suspense, useMemo } from 'react';
import { setFollow } from '../actions/transport.ts';
import { currentAt } from '../derive/current.ts';
import { pathAt } from '../derive/focus.ts';
import { changedUpTo, comingAfter, memoryAt } from '../derive/moment.ts';
import { replacedBy } from '../derive/replaced.ts';
import { pointerLetters, pointersAt, tableStates, violationAt } from '../derive/table-states.ts';
import { concernsTlbs } from '../derive/tlb.ts';
import { later } from '../later.ts';
import { TableMap } from '../map/TableMap.tsx';
import type { LedgerBadge } from '../map/types.ts';
import { usePlayback } from '../state/playback.ts';
import { useView } from '../state/view.ts';
import { contextLetter } from '../engine.ts';
import { useBooks } from './useBooks.ts';
import { useLater } from './useLater.ts';
import { useNow } from './useScene.ts';

const CallMenu = lazy(later.callMenu);

/** The table map, with what the steps up to the cursor did to the tables. */
export function MapPane({ readOnly = false }: { readonly readOnly?: boolean }) {
  const { run, world, cursor, step } = useNow();
  const selection = useView((v) => v.selection);
  const chosen = useView((v) => v.focus);
  const follow = useView((v) => v.follow);
  const asking = useView((v) => v.asking);
  const scrubbing = useView((v) => v.scrubbing);
  const fast = usePlayback((p) => p.playing && p.speed > 1);
  const path = pathAt(run, world, cursor);
  const focus = follow || chosen === undefined ? path : chosen;
  const changed = useMemo(() => changedUpTo(run, cursor), [run, cursor]);
  const coming = useMemo(() => comingAfter(run, cursor), [run, cursor]);
  const tlb = useLater(later.tlb, concernsTlbs(run));
  const stale = useMemo(
    () =>
      (table: number, first: number, n: number): boolean =>
        tlb?.tlbOf(run).staleIn(cursor, table, first, n) !== undefined,
    [tlb, run, cursor],
  );
  const current = useMemo(() => currentAt(run, cursor), [run, cursor]);
  const replaced = useMemo(() => replacedBy(run, step), [run, step]);
  const walkers = useMemo(() => {
    const held = pointerLetters(pointersAt(run, cursor));
    if (step === undefined || current === null || held.size > 0) return held;
    return new Map([[current.table, [contextLetter(step.ctx)]]]);
  }, [run, cursor, step, current]);
  const tables = useMemo(() => tableStates(run, world, cursor), [run, world, cursor]);
  const violation = useMemo(() => violationAt(run, world, cursor), [run, world, cursor]);
  const books = useBooks(run);
  const ledger = useMemo(
    () =>
      books === undefined
        ? undefined
        : (table: number, hw: number): LedgerBadge => {
            const known = books.knownOf(run, cursor, table, hw);
            return {
              letters: books.badgeLetters(known),
              words: books.badgeWords(known),
              inferred: known.inferred !== undefined,
            };
          },
    [books, run, cursor],
  );
  // Calls run on arm64 tables only for now.
  const asks = !readOnly && run.steps.length > 0;
  return (
    <section className="map-pane" aria-label="Table map">
      <TableMap
        world={world}
        memory={memoryAt(run, cursor)}
        version={cursor}
        focus={focus}
        current={current}
        replaced={replaced}
        changed={changed}
        coming={coming}
        stale={stale}
        ledger={ledger}
        selected={selection ?? null}
        walkers={walkers}
        tables={tables}
        violation={violation ?? null}
        follow={follow}
        readOnly={readOnly}
        still={scrubbing || fast}
        onSelect={(slot) => useView.setState({ selection: slot, asked: undefined })}
        onFocus={(to) => useView.setState({ focus: to, asked: undefined, follow: false })}
        onFollowChange={(on) => {
          if (on) setFollow(true);
          else useView.setState((view) => ({ follow: false, focus: view.focus ?? focus }));
        }}
        onHover={(hover) => useView.setState({ hover })}
        {...(asks && {
          onSelectRange: (range) => useView.setState({ range }),
          onAsk: (ask) => useView.setState({ asking: ask }),
        })}
      />
      {asks && asking !== undefined && (
        <Suspense fallback={null}>
          <CallMenu key={`${asking.label} ${asking.x} ${asking.y}`} ask={asking} />
        </Suspense>
      )}
    </section>
  );
}
