import { useEffect, useState } from 'react';
import { loadCalls, runScenario } from '../engine.ts';
import type { LibraryEntry, Walkthrough } from '../engine.ts';
import { worldOf } from '../actions/worlds.ts';
import type { ShapeMark } from './shape.ts';
import { runShape, SHAPE_ROWS } from './shape.ts';

const COLUMNS = 132;
const ROW = 6;

const known = new Map<string, readonly ShapeMark[]>();

/** The shape of an entry's run, drawn from the run itself once there is time for it; empty ground until then. */
export function RunPicture({
  entry,
  walkthrough,
}: {
  readonly entry: LibraryEntry;
  readonly walkthrough: Walkthrough | undefined;
}) {
  const key = walkthrough?.id ?? `entry ${entry.id}`;
  const [marks, setMarks] = useState(known.get(key));
  useEffect(() => {
    if (marks !== undefined) return;
    const load = new AbortController();
    // One at a time, between the frames: the dialog stands before its pictures do.
    const later = setTimeout(() => {
      void Promise.all([worldOf(entry.scenario.memory, load.signal), loadCalls()]).then(([world]) => {
        if (!world.ok || load.signal.aborted) return;
        const run = runScenario(entry.scenario, world.value, {
          fold: 'always',
          maxSteps: 5000,
          ...(walkthrough?.revision !== undefined && { revision: walkthrough.revision }),
          ...(walkthrough?.schedule !== undefined && { schedule: walkthrough.schedule }),
        });
        if (!run.ok) return;
        const made = runShape(run.value, COLUMNS);
        known.set(key, made);
        setMarks(made);
      });
    }, 30);
    return () => {
      clearTimeout(later);
      load.abort();
    };
  }, [entry, walkthrough, key, marks]);
  return (
    <svg
      className="run-picture"
      viewBox={`0 0 ${COLUMNS} ${SHAPE_ROWS.length * ROW + 1}`}
      aria-hidden="true"
      data-drawn={marks === undefined ? undefined : ''}
    >
      {marks?.map(({ row, tone, from, n }) => (
        <rect
          key={`${row} ${from}`}
          className={`${tone} of-${row}`}
          x={from}
          y={SHAPE_ROWS.indexOf(row) * ROW + 1}
          width={n}
          height={ROW - 1}
        />
      ))}
    </svg>
  );
}
