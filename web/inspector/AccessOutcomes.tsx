import type { AccessStep, Geometry } from '../engine.ts';
import { describeEntry, formatOf, hwIndex, levelName, U64 } from '../engine.ts';
import { Hex } from '../parts/Hex.tsx';
import { slotName } from '../text/steps.ts';

const USES: Readonly<Record<AccessStep['kind'], string>> = {
  load: 'reads',
  store: 'writes',
  fetch: 'executes',
};

/** What a use of memory may have gone by: the entry that a walk finds, and what the CPU’s TLB may still hold instead. */
export function AccessOutcomes({
  step,
  geo,
}: {
  readonly step: AccessStep & { readonly cpu: number };
  readonly geo: Geometry;
}) {
  const addr = U64.hex(step.addr);
  return (
    <section className="outcomes" aria-label="What the CPU may use">
      <p>
        CPU {step.cpu} {USES[step.kind]} <Hex value={addr} digits={16} />
      </p>
      <ul>
        {step.may.map(({ from, hw, value, ok }) => (
          <li key={`${from} ${hw} ${value}`}>
            <span className="outcome-from">{from === 'walk' ? 'a walk' : 'TLB may hold'}</span>
            <span>
              <span className={`of-${levelName(geo, hw)}`}>{slotName(geo, hw, hwIndex(geo, hw, addr))}</span>{' '}
              {describeEntry(geo, formatOf(geo), hw, U64.hex(value))}
            </span>
            <span className={ok ? 'lock-mode' : 'lock-mode is-bad'}>{ok ? 'works' : '▲ fault'}</span>
          </li>
        ))}
      </ul>
      {step.conflict && (
        <p className="is-bad">▲ Both may be cached at once: a TLB conflict abort is possible.</p>
      )}
    </section>
  );
}
