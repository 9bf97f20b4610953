import type { ReactNode } from 'react';
import { Fragment, useEffect, useId, useMemo, useRef, useState } from 'react';
import { hwShift, lockWords, REVISIONS, U64 } from '../engine.ts';
import type { World } from '../engine.ts';
import { applyEdit } from '../actions/scene.ts';
import type { CallbackName, Draft, DraftField, LockChoice, WalkName } from '../derive/draft.ts';
import { CALLBACKS, draftOf, LOCKS, oddRange, scenarioOf, WALKS } from '../derive/draft.ts';
import { firstRegion } from '../derive/firstWalk.ts';
import { entryAt } from '../derive/moment.ts';
import { useView } from '../state/view.ts';
import { sentence } from '../text/problems.ts';
import { slotName } from '../text/steps.ts';
import { Icon } from './Icon.tsx';
import { Term } from './Term.tsx';
import { useNow } from './useScene.ts';

const ABOUT: Readonly<Record<WalkName, string>> = {
  walk_kernel_page_table_range_lockless: 'takes no lock and asserts none',
  walk_kernel_page_table_range: 'asserts init_mm’s mmap_lock',
  walk_page_range_debug: 'for dumps; any mm, wants write locks',
};

function close(): void {
  useView.setState({ side: 'inspector' });
}

/** Sets up a walk of one's own over the tables on the screen. Nothing changes before it is run. */
export function WalkForm() {
  const { world, scenario, run, cursor, libraryId, schedule, fold } = useNow();
  const scene = { world, scenario, run, libraryId, schedule, fold };
  const [draft, setDraft] = useState<Draft>(() => draftOf(scene));
  /** Why the engine would not run it; what can be told while typing is not kept. */
  const [refused, setRefused] = useState<string | undefined>();
  const form = useRef<HTMLFormElement>(null);
  const listId = useId();
  const selection = useView((v) => v.selection);
  const selected = selection && entryAt(run, world, cursor, selection);

  useEffect(() => {
    form.current?.querySelector('select')?.focus();
  }, []);

  const change = (part: Partial<Draft>): void => {
    setDraft((d) => ({ ...d, ...part }));
    setRefused(undefined);
  };
  const made = scenarioOf(scene, draft);
  const wrong = (field: DraftField): string | undefined =>
    !made.ok && made.field === field ? made.message : undefined;
  const odd = useMemo(() => oddRange(world, draft), [world, draft]);
  const submit = (): void => {
    if (!made.ok) return;
    void applyEdit(made.scenario, draft.fold, (problem) => setRefused(sentence(problem))).then((shown) => {
      if (shown) close();
    });
  };
  const region = (name: string): Partial<Draft> => {
    const { start, end } = firstRegion(
      world,
      world.mms.find((m) => m.name === name),
    );
    return { start: start.toHex(), end: end.toHex() };
  };
  // A range that belongs to the mm that was chosen before would walk other addresses than it says.
  const chooseMm = (mm: Draft['mm']): void =>
    change({
      mm,
      ...(oddRange(world, draft) === undefined &&
        oddRange(world, { ...draft, mm }) !== undefined &&
        region(mm)),
    });
  const use = (which: 'start' | 'end'): void => {
    if (selected?.va === undefined) return;
    const past = selected.va.add(U64.ONE.shl(hwShift(world.geo, selected.hw)));
    change({ [which]: (which === 'start' ? selected.va : past).toHex() });
  };

  const mms = world.mms.map((mm) => mm.name);
  return (
    <form
      ref={form}
      className="walk-form"
      aria-label="Set up a walk"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        close();
      }}
    >
      <header>
        <h2>Set up a walk</h2>
        <button type="button" className="square quiet" onClick={close} aria-label="Close without running">
          <Icon name="close" />
        </button>
      </header>
      <Row label="Function" above>
        <select
          className="mono"
          aria-invalid={wrong('fn') !== undefined}
          aria-describedby={wrong('fn') === undefined ? undefined : 'wrong-fn'}
          value={draft.fn}
          onChange={(event) => change({ fn: WALKS.find((n) => n === event.target.value) ?? draft.fn })}
        >
          {WALKS.map((fn) => (
            <option key={fn} value={fn}>
              {fn}
            </option>
          ))}
        </select>
      </Row>
      {wrong('fn') === undefined ? (
        <p className="hint">{ABOUT[draft.fn]}</p>
      ) : (
        <Wrong field="fn" text={wrong('fn')} />
      )}
      <Row label="Tables of">
        <select
          value={draft.mm}
          onChange={(event) => chooseMm(mms.find((m) => m === event.target.value) ?? draft.mm)}
        >
          {mms.map((mm) => (
            <option key={mm} value={mm}>
              {mm}
            </option>
          ))}
        </select>
      </Row>
      {(['start', 'end'] as const).map((which) => (
        <Fragment key={which}>
          <Row label={which === 'start' ? 'From' : 'To, excluded'}>
            <input
              id={`walk-${which}`}
              className="mono"
              value={draft[which]}
              list={listId}
              spellCheck={false}
              autoComplete="off"
              aria-invalid={wrong(which) !== undefined}
              aria-describedby={wrong(which) === undefined ? undefined : `wrong-${which}`}
              onChange={(event) => change({ [which]: event.target.value.replace(/ .*$/, '') })}
            />
          </Row>
          <Wrong field={which} text={wrong(which)} />
        </Fragment>
      ))}
      {odd !== undefined && (
        <p className="form-warning" role="status">
          {odd}{' '}
          <button type="button" className="plain" onClick={() => change(region(draft.mm))}>
            Use the first mapped region of {draft.mm}
          </button>
        </p>
      )}
      <datalist id={listId}>
        {places(world).map(({ at, name }) => (
          <option key={`${at}${name}`} value={at}>
            {name}
          </option>
        ))}
      </datalist>
      <p className="hint">
        {selected?.va === undefined ? (
          'Click an entry in the map to use its addresses.'
        ) : (
          <>
            Use {slotName(world.geo, selected.hw, selected.ref.idx)} as{' '}
            <button type="button" className="plain" onClick={() => use('start')}>
              start
            </button>{' '}
            or{' '}
            <button type="button" className="plain" onClick={() => use('end')}>
              end
            </button>
          </>
        )}
      </p>
      <fieldset>
        <legend>
          <Term word="callback">Callbacks</Term>
        </legend>
        <div className="checks">
          {CALLBACKS.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={draft.callbacks.includes(name)}
                onChange={() => change({ callbacks: toggled(draft.callbacks, name) })}
              />
              {callbackName(name)}
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>Locks held around the call</legend>
        {LOCKS.filter((name) => !name.startsWith('mmap:') || mms.some((mm) => name === `mmap:${mm}`)).map(
          (name) => (
            <Row key={name} label={lockWords(name)}>
              <select
                value={draft.locks[name] ?? 'none'}
                onChange={(event) =>
                  change({ locks: { ...draft.locks, [name]: event.target.value as LockChoice } })
                }
              >
                <option value="none">not held</option>
                <option value="read">for read</option>
                <option value="write">for write</option>
              </select>
            </Row>
          ),
        )}
      </fieldset>
      <Row label="Revision">
        <select value={draft.revision} onChange={(event) => change({ revision: event.target.value })}>
          {REVISIONS.map((revision) => (
            <option key={revision.id} value={revision.id}>
              {revision.id}
            </option>
          ))}
        </select>
      </Row>
      <Row label="Like steps">
        <select
          value={draft.fold}
          onChange={(event) => change({ fold: event.target.value as Draft['fold'] })}
        >
          <option value="auto">folded when there are very many</option>
          <option value="always">folded into runs</option>
          <option value="never">one by one</option>
        </select>
      </Row>
      {scenario.contexts.length > 1 && (
        <p className="hint">This changes the call of context a; the others stay as they are.</p>
      )}
      <div className="form-end">
        {refused !== undefined && (
          <p className="field-error" role="alert">
            {refused}
          </p>
        )}
        <button type="submit" className="main" disabled={!made.ok}>
          Run the walk
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** What is wrong with a field, under it. */
function Wrong({ field, text }: { readonly field: DraftField; readonly text: string | undefined }) {
  return text === undefined ? null : (
    <p className="field-error hint" role="alert" id={`wrong-${field}`}>
      {text}
    </p>
  );
}

/** A label with its control; `above`: the control has the whole width. */
function Row({
  label,
  above = false,
  children,
}: {
  readonly label: string;
  readonly above?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className={above ? 'form-row above' : 'form-row'}>
      <label>
        <span>{label}</span>
        {children}
      </label>
    </div>
  );
}

function toggled(list: readonly CallbackName[], name: CallbackName): readonly CallbackName[] {
  return list.includes(name) ? list.filter((c) => c !== name) : [...list, name];
}

function callbackName(name: CallbackName): string {
  return name === 'hole' ? 'pte_hole' : name === 'install' ? 'install_pte' : `${name}_entry`;
}

/** Addresses worth offering: where the regions begin. */
function places(world: World): readonly { readonly at: string; readonly name: string }[] {
  return world.markers.map((marker) => ({ at: marker.start.toHex(), name: marker.name }));
}
