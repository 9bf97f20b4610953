import { memo } from 'react';
import type { Counter } from '../derive/runIndex.ts';
import { runIndex } from '../derive/runIndex.ts';
import { useNow } from '../parts/useScene.ts';
import { useBooks } from '../parts/useBooks.ts';
import { Card } from './Card.tsx';

const WIDTH = 120;
const HEIGHT = 16;
const POINTS = 60;

/** Running totals, each with its course over the run. */
export function CountersCard() {
  const { run, cursor } = useNow();
  const books = useBooks(run)?.bookCounters(run) ?? [];
  const counters = [...books, ...runIndex(run).counters];
  const steps = run.steps.length;
  const never = counters.filter(({ totals, low = 0, high = totals[steps] ?? 0 }) => low === 0 && high === 0);
  return (
    <Card name="counters" title="Counters" aside={steps === 0 ? undefined : `steps 1–${steps}`}>
      <table className="counters">
        <tbody>
          {counters
            .filter((counter) => !never.includes(counter))
            .map((counter) => (
              <tr key={counter.label}>
                <th scope="row">{counter.label}</th>
                <td>{(counter.totals[cursor] ?? 0).toLocaleString('en')}</td>
                <td className="spark">
                  <Spark counter={counter} cursor={cursor} steps={steps} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {never.length > 0 && (
        <p className="same">none in this run: {never.map((counter) => counter.label).join(', ')}</p>
      )}
    </Card>
  );
}

const Spark = memo(function Spark({
  counter,
  cursor,
  steps,
}: {
  readonly counter: Counter;
  readonly cursor: number;
  readonly steps: number;
}) {
  const at = (n: number): number => (steps === 0 ? 0 : (n / steps) * WIDTH);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="coming" d={course(counter, cursor, steps, steps)} />
      <path className="past" d={course(counter, 0, cursor, steps)} />
      <path className="now" d={`M${at(cursor)} 0V${HEIGHT}`} />
    </svg>
  );
});

/** The line of a counter from one step to another, by at most POINTS points. */
function course(
  { totals, low = 0, high = totals.at(-1) ?? 1 }: Counter,
  from: number,
  to: number,
  steps: number,
): string {
  const most = Math.max(1, high - low);
  const y = (n: number): string =>
    (HEIGHT - 1.5 - (((totals[n] ?? 0) - low) / most) * (HEIGHT - 3)).toFixed(1);
  const x = (n: number): string => (steps === 0 ? 0 : (n / steps) * WIDTH).toFixed(1);
  const by = Math.max(1, Math.ceil((to - from) / POINTS));
  let path = `M${x(from)} ${y(from)}`;
  for (let n = from + by; n < to; n += by) path += `H${x(n)}V${y(n)}`;
  return `${path}H${x(to)}V${y(to)}`;
}
