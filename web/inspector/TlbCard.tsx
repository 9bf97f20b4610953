import type { Run, StaleRange } from '../engine.ts';
import { describeEntry, formatOf } from '../engine.ts';
import { goTo } from '../actions/transport.ts';
import { bytesOf, cpusOf, tlbOf } from '../derive/tlb-timeline.ts';
import { Hex } from '../parts/Hex.tsx';
import { Term } from '../parts/Term.tsx';
import { useNow } from '../parts/useScene.ts';
import { sizeWord } from '../map/words.ts';
import { Card } from './Card.tsx';

/** Ranges told one by one. */
const MOST = 3;

/** What CPUs may still hold of the entries that were changed, and which stores the table walkers may miss. */
export function TlbCard() {
  const { run, cursor } = useNow();
  const timeline = tlbOf(run);
  const stale = timeline.staleAt(cursor);
  const entries = stale.reduce((n, r) => n + r.entries, 0);
  return (
    <Card
      name="tlb"
      title="TLBs"
      aside={
        entries === 0 ? undefined : (
          <Term word="stale">
            {entries === 1 ? 'an entry' : `${entries.toLocaleString('en')} entries`} stale
          </Term>
        )
      }
    >
      <ul className="tlb">
        {cpusOf(run).map((cpu) => (
          <CpuLine key={cpu} run={run} cpu={cpu} cursor={cursor} />
        ))}
        {stale.slice(0, MOST).map((range) => (
          <li key={`${range.start.toHex()} ${range.hw}`}>
            <Hex value={range.start} digits={16} />
            <span className="tlb-size">{sizeWord(bytesOf(range))}</span>
            <Since n={range.since} />
            <span className="tlb-change">{what(run, range)}</span>
          </li>
        ))}
      </ul>
      {stale.length > MOST && <p className="same">and {stale.length - MOST} more ranges</p>}
    </Card>
  );
}

function CpuLine({ run, cpu, cursor }: { readonly run: Run; readonly cpu: number; readonly cursor: number }) {
  const found = tlbOf(run)
    .barriersAt(cursor)
    .find((b) => b.cpu === cpu);
  const stores = found?.stores ?? 0;
  return (
    <li>
      <span className="tlb-cpu">CPU {cpu}</span>
      {found?.lazy === true && <span className="tlb-size">lazy MMU mode</span>}
      {found !== undefined && stores > 0 ? (
        <>
          <Since n={found.since} />
          <span className="tlb-change">
            {stores === 1 ? 'a store waits' : `${stores.toLocaleString('en')} stores wait`} for a DSB
          </span>
        </>
      ) : (
        <span className="lock-mode">no store waits for a DSB</span>
      )}
    </li>
  );
}

function Since({ n }: { readonly n: number }) {
  return (
    <button type="button" className="plain lock-mode" onClick={() => goTo(n)} title={`Go to step ${n}`}>
      since {n}
    </button>
  );
}

/** `block RW NX → table`, of the first entry. */
function what(run: Run, { hw, was, is }: StaleRange): string {
  const { geo } = run.world;
  const words = (value: typeof was): string => describeEntry(geo, formatOf(geo), hw, value);
  return `${words(was)} → ${words(is)}`;
}
