import type { Field, FieldDiff, Geometry, U64 } from '../engine.ts';
import { describeEntry, diffFields, findLibraryEntry, formatOf, levelName } from '../engine.ts';
import type { EntryView } from '../derive/moment.ts';
import { entryAt, entryOf, isSlotStep, lastSlotStep, lastWalkStep } from '../derive/moment.ts';
import { useView } from '../state/view.ts';
import { slotName } from '../text/steps.ts';
import { Hex } from '../parts/Hex.tsx';
import { Term } from '../parts/Term.tsx';
import { useNow } from '../parts/useScene.ts';
import { Bits } from './Bits.tsx';
import { Card } from './Card.tsx';

/** The entry the inspector is about: the one selected, else the last one the steps touched. */
export function useShownEntry(): { readonly entry: EntryView | undefined; readonly selected: boolean } {
  const { run, world, cursor, step } = useNow();
  const selection = useView((v) => v.selection);
  // An ignored load may be of an entry beside the path: it is shown at its own step only.
  const slot = isSlotStep(step) ? step : (lastWalkStep(run, cursor) ?? lastSlotStep(run, cursor));
  const ref = selection ?? (slot && entryOf(slot));
  return { entry: ref && entryAt(run, world, cursor, ref), selected: selection !== undefined };
}

export function EntryCard() {
  const { run, world, step, libraryId } = useNow();
  const summary = libraryId === undefined ? undefined : findLibraryEntry(libraryId)?.summary;
  const { entry, selected } = useShownEntry();
  const { geo } = world;
  if (entry === undefined) {
    return (
      <Card name="entry" title={step === undefined ? 'Before the first step' : 'Entry'}>
        {step === undefined && summary !== undefined && <p className="about">{summary}</p>}
        <p className="empty">
          {run.steps.length === 0 ? (
            'Click an entry in the map to see its bits.'
          ) : (
            <>
              No <Term word="entry" /> has been read yet. Press <kbd>→</kbd> for the next step, or click an
              entry in the map to see its bits.
            </>
          )}
        </p>
      </Card>
    );
  }
  const level = levelName(geo, entry.hw);
  const current =
    isSlotStep(step) && Number(step.table) === entry.ref.table && step.idx === entry.ref.idx
      ? step
      : undefined;
  const state =
    entry.written !== undefined
      ? `written, step ${entry.written}`
      : current?.ev === 'load'
        ? current.dead
          ? 'read, value ignored'
          : `read, step ${current.n}`
        : selected
          ? 'selected'
          : 'not written';
  const changed =
    entry.written === undefined ? undefined : diffFields(geo, entry.hw, entry.before, entry.now);
  return (
    <Card
      name="entry"
      title={
        <>
          <span className={`of-${level}`}>{slotName(geo, entry.hw, entry.ref.idx)}</span>{' '}
          {entry.va !== undefined && <Hex value={entry.va} digits={16} className="dim" />}
        </>
      }
      aside={
        <>
          <span className={entry.written === undefined ? undefined : 'is-now'}>{state}</span>
          {selected && (
            <button
              type="button"
              className="plain"
              onClick={() => useView.setState({ selection: undefined })}
              title="Let go of the selection (Esc)"
            >
              let go
            </button>
          )}
        </>
      }
    >
      <Values entry={entry} />
      <Bits before={entry.written === undefined ? undefined : entry.before} now={entry.now} />
      {changed === undefined ? (
        <Fields geo={geo} hw={entry.hw} value={entry.now} />
      ) : (
        <Changes diff={changed} />
      )}
      <details>
        <summary>Every field</summary>
        <FieldTable fields={formatOf(geo).fields(geo, entry.hw, entry.now)} />
      </details>
    </Card>
  );
}

function Values({ entry }: { readonly entry: EntryView }) {
  const { world } = useNow();
  const words = describeEntry(world.geo, formatOf(world.geo), entry.hw, entry.now);
  if (entry.written === undefined) {
    return (
      <dl className="values">
        <dt>value</dt>
        <dd>
          <Hex value={entry.now} digits={16} /> <b>{words}</b>
        </dd>
      </dl>
    );
  }
  return (
    <dl className="values">
      <dt>before</dt>
      <dd>
        <del>
          <Hex value={entry.before} digits={16} />
        </del>
      </dd>
      <dt>after</dt>
      <dd>
        <Hex value={entry.now} digits={16} /> <b>{words}</b>
      </dd>
    </dl>
  );
}

function Changes({ diff }: { readonly diff: FieldDiff }) {
  return (
    <>
      <table className="fields-table">
        <thead className="sr">
          <tr>
            <th>bits</th>
            <th>field</th>
            <th>before</th>
            <th>after</th>
            <th>meaning</th>
          </tr>
        </thead>
        <tbody>
          {diff.changed.map((change) => (
            <tr key={change.high}>
              <td className="bits-at">{bitsAt(change)}</td>
              <th scope="row">{change.name}</th>
              <td>
                <del>{bare(change.before)}</del>
              </td>
              <td className="is-now">{bare(change.after)}</td>
              <td className="meaning">{change.meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="same">
        same:{' '}
        {[
          ...diff.sameSet.map((name) => `${name} 1`),
          ...(diff.sameClear.length > 0 ? [`${diff.sameClear.join(' ')} 0`] : []),
        ].join(' · ') || 'nothing'}
      </p>
    </>
  );
}

const UNNAMED = /^(ignored|reserved|res0)/i;

/** The fields that say something: those with a bit set. */
function Fields({ geo, hw, value }: { readonly geo: Geometry; readonly hw: number; readonly value: U64 }) {
  const fields = formatOf(geo)
    .fields(geo, hw, value)
    .filter((field) => /[1-9a-f]/.test(bare(field.text)) && !UNNAMED.test(field.name));
  return fields.length === 0 ? (
    <p className="same">Every bit is zero: nothing is mapped here.</p>
  ) : (
    <FieldTable fields={fields} />
  );
}

function FieldTable({ fields }: { readonly fields: readonly Field[] }) {
  return (
    <table className="fields-table">
      <thead className="sr">
        <tr>
          <th>bits</th>
          <th>field</th>
          <th>value</th>
          <th>meaning</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.high}>
            <td className="bits-at">{bitsAt(field)}</td>
            <th scope="row">{field.name}</th>
            <td>{bare(field.text)}</td>
            <td className="meaning">{field.meaning}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function bitsAt({ high, low }: { readonly high: number; readonly low: number }): string {
  return high === low ? String(high) : `${high}:${low}`;
}

function bare(text: string): string {
  return text.replace(/^0x/, '');
}
