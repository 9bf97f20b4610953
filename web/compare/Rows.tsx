import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { AlignedStep, Run } from '../engine.ts';
import { useNarrow } from '../parts/useNarrow.ts';
import type { Comparison } from '../state/compare.ts';
import { moveToRow, useCompare } from '../state/compare.ts';
import { shortStep } from '../text/steps.ts';
import type { RowKind } from './words.ts';
import { kindOf } from './words.ts';

const SIGN: Readonly<Record<RowKind, string>> = { same: '', differs: '≠', left: '◂', right: '▸' };
/** Rows drawn above and below what is in view. */
const MARGIN = 12;

/** Both runs' steps, a row for what corresponds; only the rows near the view are in the document. */
export function Rows({ made }: { readonly made: Comparison }) {
  const row = useCompare((c) => c.row);
  const height = useNarrow() ? 36 : 22;
  const list = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, room: 600 });
  const id = useId();
  const { rows, left, right, changes } = made;

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = (): void => setView({ top: element.scrollTop, room: element.clientHeight });
    const sized = new ResizeObserver(look);
    sized.observe(element);
    return () => sized.disconnect();
  }, []);

  // The row that is looked at stays in view, with some of what is around it.
  useEffect(() => {
    const element = list.current;
    if (element === null || row === 0) return;
    const at = (row - 1) * height;
    const room = element.clientHeight;
    const margin = Math.min(3 * height, room / 3);
    if (at < element.scrollTop + margin) element.scrollTop = at - margin;
    else if (at + height > element.scrollTop + room - margin) element.scrollTop = at + height - room + margin;
  }, [row, height, made]);

  const from = Math.max(0, Math.floor(view.top / height) - MARGIN);
  const to = Math.min(rows.length, Math.ceil((view.top + view.room) / height) + MARGIN);
  const optionId = (n: number): string => `${id}-${n}`;
  return (
    <div className="compare-list">
      <div
        ref={list}
        className="rows"
        role="listbox"
        tabIndex={0}
        aria-label={`Steps of ${left.revision} and ${right.revision}`}
        aria-activedescendant={row > from && row <= to ? optionId(row) : undefined}
        onScroll={(event) =>
          setView({ top: event.currentTarget.scrollTop, room: event.currentTarget.clientHeight })
        }
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
          if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          moveToRow(row + by);
        }}
      >
        <div className="all-rows" style={{ height: rows.length * height }} role="presentation">
          {rows.slice(from, to).map((of, i) => {
            const n = from + i + 1;
            return (
              <Row
                key={n}
                id={optionId(n)}
                n={n}
                of={of}
                made={made}
                top={(n - 1) * height}
                chosen={n === row}
                first={n === changes[0]}
                total={rows.length}
              />
            );
          })}
        </div>
      </div>
      <Overview made={made} />
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly n: number;
  readonly of: AlignedStep;
  readonly made: Comparison;
  readonly top: number;
  readonly chosen: boolean;
  readonly first: boolean;
  readonly total: number;
}

function Row({ id, n, of, made, top, chosen, first, total }: RowProps) {
  const kind = kindOf(of);
  return (
    <div
      id={id}
      className="row"
      data-kind={kind}
      role="option"
      aria-selected={chosen}
      aria-posinset={n}
      aria-setsize={total}
      data-row={n}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => moveToRow(n)}
    >
      <Side run={made.left} n={of.left} />
      <span className="sign">
        {first ? (
          <b className="first">first difference</b>
        ) : (
          <>
            <span aria-hidden="true">{SIGN[kind]}</span>
            <span className="sr">{said(kind, made)}</span>
          </>
        )}
      </span>
      <Side run={made.right} n={of.right} />
    </div>
  );
}

function said(kind: RowKind, { left, right }: Comparison): string {
  if (kind === 'left') return `only ${left.revision}`;
  if (kind === 'right') return `only ${right.revision}`;
  return kind === 'differs' ? 'differs' : 'the same';
}

function Side({ run, n }: { readonly run: Run; readonly n: number | undefined }) {
  const step = n === undefined ? undefined : run.steps[n - 1];
  if (step === undefined) return <span className="of-side gap" />;
  const bad =
    step.ev === 'violation' || step.ev === 'warn' || step.ev === 'bug' || (step.ev === 'assert' && !step.ok);
  const depth = Math.min(12, run.stackAt(step.n).length - 1);
  return (
    <span className="of-side">
      <span className="n">{step.n}</span>
      {run.scenario.contexts.length > 1 && <span className="ctx-letter">{'abcd'[step.ctx]}</span>}
      <span className="what" style={{ paddingLeft: `calc(${Math.max(0, depth)} * var(--indent))` }}>
        {bad && <b className="is-bad">▲ </b>}
        {shortStep(run.world.geo, step)}
        {step.ev === 'assert' && (step.ok ? ' holds' : ' fails')}
        {step.ev === 'load' && <span className="dim"> {step.by}</span>}
      </span>
      <span className="fn">{step.fn}</span>
    </span>
  );
}

/** Where the differences are in the whole list. */
function Overview({ made }: { readonly made: Comparison }) {
  const row = useCompare((c) => c.row);
  const share = (n: number): string => `${((n - 1) / Math.max(1, made.rows.length)) * 100}%`;
  const stretches = made.changes.slice(0, 400).map((from) => {
    let n = 0;
    while (made.rows[from - 1 + n] !== undefined && kindOf(made.rows[from - 1 + n] ?? EMPTY) !== 'same') n++;
    return { from, n };
  });
  return (
    <div className="overview" aria-hidden="true">
      {stretches.map(({ from, n }) => (
        <i key={from} style={{ top: share(from), height: `max(2px, ${(n / made.rows.length) * 100}%)` }} />
      ))}
      {row > 0 && <b style={{ top: share(row) }} />}
    </div>
  );
}

const EMPTY: AlignedStep = { left: undefined, right: undefined, fields: [] };
