import type { GuardTally, Ledger, LedgerFault } from '../engine.ts';
import { goTo } from '../actions/transport.ts';
import { Card } from '../inspector/Card.tsx';
import { useNow } from '../parts/useScene.ts';
import { booksAt, finalBooks } from './books.ts';
import { guardWords } from './guards.ts';
import { signed } from './known.ts';

/** Faults told at once. */
const MOST = 4;

/** The books by level and owner, whether they balance, and the step that did it where they do not. */
export function LedgerCard() {
  const { run, cursor } = useNow();
  const books = booksAt(run, cursor);
  const { faults } = finalBooks(run);
  const so = faults.filter((fault) => fault.step <= cursor).length;
  return (
    <Card
      name="ledger"
      title="Ledger"
      aside={
        so > 0 ? (
          <span className="is-bad">▲ {so === 1 ? 'a fault' : `${so} faults`}</span>
        ) : books.nrPageTable === books.expected ? (
          'balances'
        ) : (
          <span className="is-bad">▲ does not balance</span>
        )
      }
    >
      {books.rows.length === 0 ? (
        <p className="empty">No table has been made or freed yet.</p>
      ) : (
        <Rows books={books} />
      )}
      <p className={books.nrPageTable === books.expected ? 'same' : 'is-bad balance'}>{balance(books)}</p>
      {books.guards !== undefined && <Guards guards={books.guards} />}
      {faults.length > 0 && (
        <ul className="faults">
          {faults.slice(0, MOST).map((fault) => (
            <Fault key={`${fault.step} ${fault.kind}`} fault={fault} coming={fault.step > cursor} />
          ))}
        </ul>
      )}
      {faults.length > MOST && <p className="same">and {faults.length - MOST} more</p>}
    </Card>
  );
}

function Rows({ books }: { readonly books: Ledger }) {
  return (
    <table className="books">
      <thead>
        <tr>
          <th scope="col">table</th>
          <th scope="col">of</th>
          <th scope="col">ctor</th>
          <th scope="col">dtor</th>
          <th scope="col">locks</th>
          <th scope="col">bytes</th>
          <th scope="col">count</th>
        </tr>
      </thead>
      <tbody>
        {books.rows.map((row) => (
          <tr key={`${row.level} ${row.owner ?? ''}`}>
            <th scope="row" className={`of-${row.level}`}>
              {row.level.toUpperCase()}
            </th>
            <td className="owner">{row.owner ?? 'none'}</td>
            <td>{row.ctors}</td>
            <td>{row.dtors}</td>
            <td>{row.locks}</td>
            <td>{row.lockBytes}</td>
            <td>{row.counted === 0 ? 0 : signed(row.counted)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What a hook in every constructor has come to. */
function Guards({ guards }: { readonly guards: GuardTally }) {
  const { missed, lost, open } = guards;
  return (
    <p className={missed.length + lost + open > 0 ? 'is-bad balance' : 'same'} data-guards="">
      {guardWords(guards)}
    </p>
  );
}

function Fault({ fault, coming }: { readonly fault: LedgerFault; readonly coming: boolean }) {
  return (
    <li data-coming={coming ? '' : undefined}>
      <button
        type="button"
        className="plain"
        onClick={() => goTo(fault.step)}
        title={`Go to step ${fault.step}`}
      >
        ▲ {coming ? 'coming at' : 'step'} {fault.step}
      </button>{' '}
      {fault.words}
    </li>
  );
}

/** Whether NR_PAGETABLE is what it should be, in words. */
function balance({ nrPageTable, expected, deferred }: Ledger): string {
  const late =
    deferred === 0
      ? ''
      : ` ${deferred} ${deferred === 1 ? 'table waits' : 'tables wait'} for a worker to be freed.`;
  const change = nrPageTable === 0 ? 'is where it was' : `has changed by ${signed(nrPageTable)}`;
  if (nrPageTable === expected) return `NR_PAGETABLE ${change}, as the tables held now ask for.${late}`;
  const off = Math.abs(nrPageTable - expected);
  return `NR_PAGETABLE ${change}; the tables held now ask for ${expected === 0 ? 'no change' : signed(expected)}: it is ${off} too ${nrPageTable > expected ? 'high' : 'low'}.${late}`;
}
