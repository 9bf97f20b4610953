import type { ReactNode } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import { callExists, findRevision, hwShift, lockWords, REVISIONS, U64 } from '../engine.ts';
import type { World } from '../engine.ts';
import { applyEdit, sentence } from '../actions/scene.ts';
import type { CallbackName, Draft, LockChoice, WalkName } from '../derive/draft.ts';
import { CALLBACKS, draftOf, LOCKS, scenarioOf, WALKS } from '../derive/draft.ts';
import { entryAt } from '../derive/moment.ts';
import { useView } from '../state/view.ts';
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
  const [error, setError] = useState<{ readonly field: string; readonly message: string } | undefined>();
  const form = useRef<HTMLFormElement>(null);
  const listId = useId();
  const selection = useView((v) => v.selection);
  const selected = selection && entryAt(run, world, cursor, selection);

  useEffect(() => {
    form.current?.querySelector('select')?.focus();
  }, []);

  const change = (part: Partial<Draft>): void => {
    setDraft((d) => ({ ...d, ...part }));
    setError(undefined);
  };
  const submit = (): void => {
    const made = scenarioOf(scene, draft);
    if (!made.ok) {
      setError(made);
      document.getElementById(`walk-${made.field}`)?.focus();
      return;
    }
    void applyEdit(made.scenario, draft.fold, (problem) =>
      setError({ field: '', message: sentence(problem) }),
    ).then((shown) => {
      if (shown) close();
    });
  };
  const use = (which: 'start' | 'end'): void => {
    if (selected?.va === undefined) return;
    const past = selected.va.add(U64.ONE.shl(hwShift(world.geo, selected.hw)));
    change({ [which]: (which === 'start' ? selected.va : past).toHex() });
  };

  const rules = findRevision(draft.revision)?.rules;
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
      <Row label="Function">
        <select
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
      <p className="hint">
        {rules !== undefined && !callExists(draft.fn, rules) ? (
          <span className="is-bad">▲ does not exist in {draft.revision}</span>
        ) : (
          ABOUT[draft.fn]
        )}
      </p>
      <Row label="Tables of">
        <select
          value={draft.mm}
          onChange={(event) => change({ mm: mms.find((m) => m === event.target.value) ?? draft.mm })}
        >
          {mms.map((mm) => (
            <option key={mm} value={mm}>
              {mm}
            </option>
          ))}
        </select>
      </Row>
      {(['start', 'end'] as const).map((which) => (
        <Row key={which} label={which === 'start' ? 'From' : 'To, excluded'}>
          <input
            id={`walk-${which}`}
            className="mono"
            value={draft[which]}
            list={listId}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={error?.field === which}
            onChange={(event) => change({ [which]: event.target.value.replace(/ .*$/, '') })}
          />
        </Row>
      ))}
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
        {error !== undefined && (
          <p className="field-error" role="alert">
            {error.message}
          </p>
        )}
        <button type="submit" className="main">
          Run the walk
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** A label with its control. */
function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="form-row">
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
