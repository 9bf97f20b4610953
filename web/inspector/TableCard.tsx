import { levelName } from '../engine.ts';
import { memoryAt } from '../derive/moment.ts';
import { tableAt } from '../derive/tables.ts';
import { useView } from '../state/view.ts';
import { slotName } from '../text/steps.ts';
import { Hex } from '../parts/Hex.tsx';
import { mmWord, Term } from '../parts/Term.tsx';
import { useBooks } from '../parts/useBooks.ts';
import { useNow } from '../parts/useScene.ts';
import { Card } from './Card.tsx';
import { useShownEntry } from './EntryCard.tsx';

/** The table the shown entry is in: what the tables tell, and what they can't. */
export function TableCard() {
  const { run, world, cursor } = useNow();
  const books = useBooks(run);
  const { entry } = useShownEntry();
  const pa = entry?.ref.table ?? world.mms[0]?.pgd;
  const view = pa === undefined ? undefined : tableAt(world, memoryAt(run, cursor), pa);
  if (view === undefined) {
    return (
      <Card name="table" title="Table">
        <p className="empty">There is no such table now.</p>
        {books !== undefined && pa !== undefined && (
          <dl className="facts">
            <books.TableFacts pa={pa} />
          </dl>
        )}
      </Card>
    );
  }
  const { page, first, last, used, parent, root } = view;
  const { geo } = world;
  const level = levelName(geo, page.hw);
  return (
    <Card
      name="table"
      title={
        <>
          <span className={`of-${level}`}>{level.toUpperCase()} table</span>{' '}
          <span className="mono">{page.pa.toString(16)}</span>
        </>
      }
      aside={<Term word={mmWord(page.mm)}>{page.mm}</Term>}
    >
      <dl className="facts">
        <dt>covers</dt>
        <dd>
          {first === undefined || last === undefined ? (
            'not linked'
          ) : (
            <span className="covers">
              <Hex value={first} digits={16} />
              <Hex value={last} digits={16} className="dim" />
            </span>
          )}
        </dd>
        <dt>used</dt>
        <dd>
          {used} of {page.entries} entries
        </dd>
        <dt>linked by</dt>
        <dd>
          {root ? (
            `root of ${page.mm}`
          ) : parent === undefined ? (
            'nothing'
          ) : (
            <>
              <button
                type="button"
                className={`plain of-${levelName(geo, parent.hw)}`}
                onClick={() => useView.setState({ selection: { table: parent.table, idx: parent.idx } })}
              >
                {slotName(geo, parent.hw, parent.idx)}
              </button>{' '}
              of <span className="mono">{parent.table.toString(16)}</span>
            </>
          )}
        </dd>
        {books === undefined ? <NothingKnown /> : <books.TableFacts pa={page.pa} />}
      </dl>
    </Card>
  );
}

/** No descriptor says it, and this run makes no tables. */
function NothingKnown() {
  return (
    <>
      <dt>ptdesc</dt>
      <dd>
        <Term word="ptdesc">
          <b className="unknown">?</b> constructed · <b className="unknown">?</b> ptlock ·{' '}
          <b className="unknown">?</b> counted
        </Term>
      </dd>
    </>
  );
}
