import type { Field, FieldDiff, Geometry } from '../engine.ts';
import { describeEntry, diffFields, formatOf, levelName } from '../engine.ts';
import type { EntryView } from '../derive/moment.ts';
import { isSlotStep } from '../derive/moment.ts';
import { useView } from '../state/view.ts';
import { slotName } from '../text/steps.ts';
import { Hex } from '../parts/Hex.tsx';
import { useNow } from '../parts/useScene.ts';
import { Bits } from './Bits.tsx';
import { AccessOutcomes } from './AccessOutcomes.tsx';
import { Card } from './Card.tsx';

/** The card of an entry: where it is, what it says, bit by bit, and what a write changed. */
export function EntryFacts({ entry, selected }: { readonly entry: EntryView; readonly selected: boolean }) {
  const { world, step } = useNow();
  const every = useView((v) => v.everyField);
  const { geo } = world;
  const level = levelName(geo, entry.hw);
  const current =
    isSlotStep(step) && Number(step.table) === entry.ref.table && step.idx === entry.ref.idx
      ? step
      : undefined;
  const used = !selected && step?.ev === 'access' ? step : undefined;
  const state =
    used !== undefined
      ? `used at ${used.n}`
      : entry.written !== undefined
        ? `written at ${entry.written}`
        : current?.ev === 'load'
          ? current.dead
            ? 'value ignored'
            : `read at ${current.n}`
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
          <span className="words">{describeEntry(geo, formatOf(geo), entry.hw, entry.now)}</span>
        </>
      }
      aside={
        <>
          <span className={entry.written === undefined || used !== undefined ? undefined : 'is-now'}>
            {state}
          </span>
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
      {used !== undefined && <AccessOutcomes step={used} geo={geo} />}
      <Values entry={entry} />
      <Bits before={entry.written === undefined ? undefined : entry.before} now={entry.now} />
      {changed !== undefined && <Changes diff={changed} wasEmpty={entry.before?.isZero() ?? false} />}
      {changed === undefined && !every && <Fields geo={geo} entry={entry} />}
      {every && <FieldTable fields={formatOf(geo).fields(geo, entry.hw, entry.now)} />}
      <button
        type="button"
        className="plain dim every-field"
        aria-pressed={every}
        onClick={() => useView.setState({ everyField: !every })}
      >
        Every field
      </button>
    </Card>
  );
}

function Values({ entry }: { readonly entry: EntryView }) {
  return (
    <dl className="values">
      <Address entry={entry} />
      {entry.written !== undefined && (
        <>
          <dt>before</dt>
          <dd>
            <del>
              <Hex value={entry.before} digits={16} />
            </del>
          </dd>
        </>
      )}
      <dt>{entry.written === undefined ? 'value' : 'after'}</dt>
      <dd>
        <Hex value={entry.now} digits={16} />
      </dd>
    </dl>
  );
}

function Address({ entry }: { readonly entry: EntryView }) {
  return (
    <>
      <dt>address</dt>
      <dd>{entry.va === undefined ? 'not linked' : <Hex value={entry.va} digits={16} className="dim" />}</dd>
    </>
  );
}

/** What a change means, as far as the struck value beside it does not say so already. */
function newsOf(meaning: string, wasEmpty: boolean): string {
  if (wasEmpty) return meaning.split(' → ').at(-1) ?? meaning;
  return meaning.endsWith(' → –') ? '' : meaning;
}

/** An address as its bits 47:12, which is all a column has room for. */
function shortValue(value: string, name: string): string {
  return name === 'address' ? bare(value).replace(/000$/, '') : bare(value);
}

/** `wasEmpty`: what an empty entry's zeros meant is no news; only what is there now is said. */
function Changes({ diff, wasEmpty }: { readonly diff: FieldDiff; readonly wasEmpty: boolean }) {
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
                <del>{shortValue(change.before, change.name)}</del>
              </td>
              <td className="is-now">{shortValue(change.after, change.name)}</td>
              <td className="meaning">{newsOf(change.meaning, wasEmpty)}</td>
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

/** The fields of a leaf that a reader looks for whatever their value: memory type, who may do what, group. */
const ALWAYS = [
  'AttrIndx',
  'RDONLY',
  'USER',
  'nG',
  'CONT',
  'PXN',
  'UXN',
  'PRESENT_INVALID',
  'RW',
  'GLOBAL',
  'PAT',
  'PAT_LARGE',
  'PCD',
  'PWT',
  'NX',
];

/** The fields that say something: of a leaf the ones above, then those with a bit set. */
function Fields({ geo, entry }: { readonly geo: Geometry; readonly entry: EntryView }) {
  const leaf = entry.kind === 'block' || entry.kind === 'page' || entry.kind === 'invalid';
  const all = formatOf(geo).fields(geo, entry.hw, entry.now);
  const first = leaf ? all.filter((field) => ALWAYS.includes(field.name)) : [];
  const rest = all.filter(
    (field) => !first.includes(field) && /[1-9a-f]/.test(bare(field.text)) && !UNNAMED.test(field.name),
  );
  return first.length + rest.length === 0 ? (
    <p className="same">Every bit is zero: nothing is mapped here.</p>
  ) : (
    <FieldTable fields={[...first, ...rest]} />
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
            {bare(field.text).length > 4 ? (
              <td className="wide" colSpan={2}>
                {bare(field.text)} <span className="meaning">{field.meaning}</span>
              </td>
            ) : (
              <>
                <td>{bare(field.text)}</td>
                <td className="meaning">{field.meaning}</td>
              </>
            )}
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
