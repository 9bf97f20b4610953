import { Fragment } from 'react';
import { CALL_NAMES, callExists, describeCall, findRevision, walkLockName } from '../engine.ts';
import type { ArgumentDescription, CallName, MmName } from '../engine.ts';
import type { DraftCall, DraftVma } from '../derive/draft.ts';
import { callOf } from '../derive/draft.ts';
import { FormRow, Wrong } from './FormRow.tsx';
import { Term } from './Term.tsx';

/** Names that say more than the argument's own. */
const LABELS: Readonly<Record<string, string>> = {
  start: 'From',
  end: 'To, excluded',
  mm: 'Tables of',
  addr: 'Address',
  virt: 'Address',
  phys: 'Physical',
  numpages: 'Pages',
  nr: 'Pages',
  vma: 'VMA',
  walkLock: 'walk_lock',
};

const ABOUT: Partial<Readonly<Record<CallName, string>>> = {
  walk_kernel_page_table_range_lockless: 'takes no lock and asserts none',
  walk_kernel_page_table_range: 'asserts init_mm’s mmap_lock',
  walk_page_range_debug: 'for dumps; any mm, wants write locks',
};

/** The label of an argument: a root without an mm beside it is the way to other tables. */
export function labelOf(fn: CallName, { name }: ArgumentDescription): string {
  if (name !== 'pgd') return LABELS[name] ?? name;
  return describeCall(fn).arguments.some((a) => a.name === 'mm') ? 'Root of' : 'Tables of';
}

interface CallFieldsProps {
  readonly call: DraftCall;
  readonly revision: string;
  readonly mms: readonly MmName[];
  readonly vmas: readonly DraftVma[];
  /** Addresses on offer. */
  readonly listId: string;
  readonly wrong: (field: string) => string | undefined;
  readonly change: (call: DraftCall) => void;
  /** The mm whose tables it is about was chosen. */
  readonly chooseMm: (call: DraftCall) => void;
}

const WALKS = CALL_NAMES.filter((fn) => describeCall(fn).arguments.some(({ kind }) => kind === 'callbacks'));
const OTHERS = CALL_NAMES.filter((fn) => !WALKS.includes(fn));

/** The function and its arguments, as the engine describes them: a call that it learns shows up here by itself. */
export function CallFields(props: CallFieldsProps) {
  const { call, revision, wrong, change } = props;
  const rules = findRevision(revision)?.rules;
  const missing = wrong('fn');
  const options = (names: readonly CallName[]) =>
    names.map((fn) => (
      <option key={fn} value={fn}>
        {fn}
        {rules !== undefined && !callExists(fn, rules) ? ` (not in ${revision})` : ''}
      </option>
    ));
  return (
    <>
      <FormRow label="Function" above>
        <select
          className="mono"
          aria-invalid={missing !== undefined}
          aria-describedby={missing === undefined ? undefined : 'wrong-fn'}
          value={call.fn}
          onChange={(event) =>
            change(callOf(CALL_NAMES.find((n) => n === event.target.value) ?? call.fn, call))
          }
        >
          <optgroup label="Walks">{options(WALKS)}</optgroup>
          <optgroup label="Changes and others">{options(OTHERS)}</optgroup>
        </select>
      </FormRow>
      {missing !== undefined ? (
        <Wrong field="fn" text={missing} />
      ) : (
        ABOUT[call.fn] !== undefined && <p className="hint">{ABOUT[call.fn]}</p>
      )}
      {describeCall(call.fn)
        .arguments.filter(({ kind }) => kind !== 'callbacks')
        .map((argument) => (
          <Fragment key={argument.name}>
            <Argument {...props} argument={argument} />
            <Wrong field={argument.name} text={wrong(argument.name)} />
          </Fragment>
        ))}
    </>
  );
}

/** The callbacks of a walk. */
export function CallbackFields({
  call,
  change,
}: {
  readonly call: DraftCall;
  readonly change: (call: DraftCall) => void;
}) {
  const described = describeCall(call.fn).arguments.find(({ kind }) => kind === 'callbacks');
  if (described === undefined) return null;
  const toggle = (name: string): void => {
    const { callbacks } = call;
    const left = callbacks.filter((c) => c !== name);
    change({ ...call, callbacks: left.length < callbacks.length ? left : [...callbacks, name] });
  };
  return (
    <fieldset>
      <legend>
        <Term word="callback">Callbacks</Term>
      </legend>
      <div className="checks">
        {(described.options ?? []).map(String).map((name) => (
          <label key={name}>
            <input type="checkbox" checked={call.callbacks.includes(name)} onChange={() => toggle(name)} />
            {CALLBACK_NAMES[name] ?? `${name}_entry`}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const CALLBACK_NAMES: Readonly<Record<string, string>> = {
  hole: 'pte_hole',
  install: 'install_pte',
  test_walk: 'test_walk',
  pre_vma: 'pre_vma',
  post_vma: 'post_vma',
};

function Argument({
  argument,
  ...props
}: CallFieldsProps & {
  readonly argument: ArgumentDescription;
}) {
  const { call, revision, mms, vmas, listId, wrong, change, chooseMm } = props;
  const { name, kind, optional, options, about } = argument;
  const value = call.values[name] ?? '';
  const put = (text: string): DraftCall => ({ ...call, values: { ...call.values, [name]: text } });
  const set = (text: string): void => change(put(text));
  const row = { label: labelOf(call.fn, argument), title: about };
  const select = (choices: readonly (readonly [value: string, label: string])[], chosen = set) => (
    <FormRow {...row}>
      <select id={`walk-${name}`} value={value} onChange={(event) => chosen(event.target.value)}>
        {choices.map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    </FormRow>
  );
  switch (kind) {
    case 'mm':
      return select(
        [...(argument.nullable ? [['', 'none'] as const] : []), ...mms.map((mm) => [mm, mm] as const)],
        (text) => chooseMm(put(text)),
      );
    case 'root':
      return row.label === 'Tables of'
        ? select(
            mms.map((mm) => [mm === 'init_mm' ? '' : mm, mm]),
            (text) => chooseMm(put(text)),
          )
        : select([['', 'its own'], ...mms.map((mm) => [mm, mm] as const)]);
    case 'vma':
      return select(vmas.map((vma, i) => [String(i), `${i}: ${vma.start.slice(2)} – ${vma.end.slice(2)}`]));
    case 'walk-lock': {
      const rules = findRevision(revision)?.rules;
      const named = (options ?? []).map(
        (n) => [String(n), rules === undefined ? String(n) : walkLockName(Number(n), rules)] as const,
      );
      return select(optional ? [['', 'not said'], ...named] : named);
    }
    case 'choice':
      return select((options ?? []).map((n) => [String(n), String(n)]));
    case 'yes-no':
      return select([
        ...(optional ? [['', 'as the revision does'] as const] : []),
        ['true', 'yes'],
        ['false', 'no'],
      ]);
    default:
      return (
        <FormRow {...row}>
          <input
            id={`walk-${name}`}
            className="mono"
            value={value}
            list={kind === 'address' ? listId : undefined}
            inputMode={kind === 'count' || kind === 'number' ? 'numeric' : undefined}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={wrong(name) !== undefined}
            aria-describedby={wrong(name) === undefined ? undefined : `wrong-${name}`}
            onChange={(event) => set(event.target.value.replace(/ .*$/, ''))}
          />
        </FormRow>
      );
  }
}
