import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { describeCall, hwShift, REVISIONS, U64 } from '../engine.ts';
import type { MmName, World } from '../engine.ts';
import { applyEdit } from '../actions/scene.ts';
import type { Draft, DraftCall, DraftContext, DraftPlace } from '../derive/draft.ts';
import { aboutUser, draftOf, mmOf, oddRange, scenarioOf, withProcess } from '../derive/draft.ts';
import { firstRegion } from '../derive/firstWalk.ts';
import { entryAt } from '../derive/moment.ts';
import { useView } from '../state/view.ts';
import { sentence } from '../text/problems.ts';
import { slotName } from '../text/steps.ts';
import { CallbackFields, CallFields } from './CallFields.tsx';
import { CallTabs } from './CallTabs.tsx';
import { FormRow, LockFields, Wrong } from './FormRow.tsx';
import { Icon } from './Icon.tsx';
import { useNow } from './useScene.ts';
import { VmaFields } from './VmaFields.tsx';

function close(): void {
  useView.setState({ side: 'inspector' });
}

/** Sets up a scenario of one's own over the tables on the screen: its calls, locks and VMAs. Nothing changes before it is run. */
export function WalkForm() {
  const { world, scenario, run, cursor, libraryId, schedule, fold } = useNow();
  const scene = { world, scenario, run, libraryId, schedule, fold };
  const [draft, setDraft] = useState<Draft>(() => draftOf(scene));
  const [at, setAt] = useState<DraftPlace>({ ctx: 0, call: 0 });
  /** Why the engine would not run it; what can be told while typing is not kept. */
  const [refused, setRefused] = useState<string | undefined>();
  const [more, setMore] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const listId = useId();
  const selection = useView((v) => v.selection);
  const range = useView((v) => v.range);
  const selected = selection && entryAt(run, world, cursor, selection);

  useEffect(() => {
    form.current?.querySelector('select')?.focus();
  }, []);

  const context = draft.contexts[at.ctx];
  const call = context?.calls[at.call];
  const odd = useMemo(
    () => (call === undefined || draft.memory !== undefined ? undefined : oddIn(world, call)),
    [world, call, draft.memory],
  );
  if (context === undefined || call === undefined) return null;

  const change = (part: Partial<Draft>): void => {
    setDraft((d) => ({ ...d, ...part }));
    setRefused(undefined);
  };
  const changeContext = (part: Partial<DraftContext>): void =>
    change({ contexts: draft.contexts.map((c, i) => (i === at.ctx ? { ...c, ...part } : c)) });
  const changeCall = (made: DraftCall): void =>
    changeContext({ calls: context.calls.map((c, i) => (i === at.call ? made : c)) });
  const set = (values: Readonly<Record<string, string>>): void =>
    changeCall({ ...call, values: { ...call.values, ...values } });

  const made = scenarioOf(scene, draft);
  const wrong = (field: string): string | undefined => {
    if (made.ok || made.field !== field) return undefined;
    const here = made.place === undefined || (made.place.ctx === at.ctx && made.place.call === at.call);
    return here ? made.message : undefined;
  };
  const elsewhere = !made.ok && wrong(made.field) === undefined ? made.message : undefined;
  const submit = (): void => {
    if (!made.ok) return;
    void applyEdit(made.scenario, draft.fold, (problem) => setRefused(sentence(problem))).then((shown) => {
      if (shown) close();
    });
  };
  const region = (name: string): Readonly<Record<string, string>> => {
    const { start, end } = firstRegion(
      world,
      world.mms.find((m) => m.name === name),
    );
    return { start: start.toHex(), end: end.toHex() };
  };
  // A range that belongs to the mm that was chosen before would walk other addresses than it says.
  const chooseMm = (chosen: DraftCall): void => {
    const moves = oddIn(world, call) === undefined && oddIn(world, chosen) !== undefined;
    changeCall(moves ? { ...chosen, values: { ...chosen.values, ...region(mmOf(chosen)) } } : chosen);
  };
  const names = describeCall(call.fn).arguments.map(({ name }) => name);
  const first = names.includes('start') ? 'start' : names.includes('addr') ? 'addr' : undefined;
  const use = (which: string): void => {
    if (selected?.va === undefined) return;
    const past = selected.va.add(U64.ONE.shl(hwShift(world.geo, selected.hw)));
    set({ [which]: (which === 'end' ? past : selected.va).toHex() });
  };
  const mms: readonly MmName[] =
    draft.memory === undefined || !('roots' in draft.memory)
      ? world.mms.map((mm) => mm.name)
      : draft.memory.roots.map((root) => root.mm);
  const lacksUser = aboutUser(call.fn) && !mms.includes('user');
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
      <CallTabs
        draft={draft}
        at={at}
        change={(contexts, place) => {
          change({ contexts });
          setAt(place);
        }}
      />
      <CallFields
        call={call}
        revision={draft.revision}
        mms={mms}
        vmas={draft.vmas ?? []}
        listId={listId}
        wrong={wrong}
        change={changeCall}
        chooseMm={chooseMm}
      />
      {lacksUser && (
        <p className="form-warning" role="status">
          {call.fn} is about a process, and these tables have none.{' '}
          <button type="button" className="plain" onClick={() => change(withProcess(draft))}>
            Use the tables of a small process
          </button>
        </p>
      )}
      {odd !== undefined && (
        <p className="form-warning" role="status">
          {odd}{' '}
          <button type="button" className="plain" onClick={() => set(region(mmOf(call)))}>
            Use the first mapped region of {mmOf(call)}
          </button>
        </p>
      )}
      <datalist id={listId}>
        {places(world).map(({ at: address, name }) => (
          <option key={`${address}${name}`} value={address}>
            {name}
          </option>
        ))}
      </datalist>
      {first !== undefined && draft.memory === undefined && (
        <p className="hint">
          {selected?.va === undefined ? (
            'Click an entry in the map to use its addresses.'
          ) : (
            <>
              Use {slotName(world.geo, selected.hw, selected.ref.idx)} as{' '}
              <button type="button" className="plain" onClick={() => use(first)}>
                {first === 'start' ? 'start' : 'address'}
              </button>
              {names.includes('end') && (
                <>
                  {' '}
                  or{' '}
                  <button type="button" className="plain" onClick={() => use('end')}>
                    end
                  </button>
                </>
              )}
            </>
          )}
          {range !== null && names.includes('end') && (
            <>
              {' '}
              <button
                type="button"
                className="plain"
                onClick={() => set({ start: range.start.toHex(), end: range.end.toHex() })}
              >
                Use the range chosen in the map
              </button>
            </>
          )}
        </p>
      )}
      <CallbackFields call={call} change={changeCall} />
      <LockFields
        legend="Locks held around the call"
        mms={mms}
        locks={call.locks}
        change={(locks) => changeCall({ ...call, locks })}
      />
      {draft.vmas !== undefined && (
        <VmaFields vmas={draft.vmas} wrong={wrong} change={(vmas) => change({ vmas })} />
      )}
      <details className="context-more" onToggle={(event) => setMore(event.currentTarget.open)}>
        <summary>CPU and locks of the whole context</summary>
        {more && (
          <>
            <FormRow label="CPU">
              <input
                className="mono"
                type="number"
                min={0}
                max={63}
                value={context.cpu}
                onChange={(event) =>
                  changeContext({ cpu: Math.max(0, Math.min(63, Math.trunc(Number(event.target.value)))) })
                }
              />
            </FormRow>
            <LockFields
              legend="Held from the start to the end"
              mms={mms}
              locks={context.holds}
              change={(holds) => changeContext({ holds })}
            />
          </>
        )}
      </details>
      <FormRow label="Revision">
        <select value={draft.revision} onChange={(event) => change({ revision: event.target.value })}>
          {REVISIONS.map((revision) => (
            <option key={revision.id} value={revision.id}>
              {revision.id}
            </option>
          ))}
        </select>
      </FormRow>
      <FormRow label="Like steps">
        <select
          value={draft.fold}
          onChange={(event) => change({ fold: event.target.value as Draft['fold'] })}
        >
          <option value="auto">folded when there are very many</option>
          <option value="always">folded into runs</option>
          <option value="never">one by one</option>
        </select>
      </FormRow>
      <div className="form-end">
        {refused !== undefined && (
          <p className="field-error" role="alert">
            {refused}
          </p>
        )}
        <Wrong field="elsewhere" text={elsewhere} />
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

/** What is odd about the range of a walk; other calls say themselves what they refuse. */
function oddIn(world: World, call: DraftCall): string | undefined {
  const { start, end } = call.values;
  const { arguments: taken } = describeCall(call.fn);
  const walks = taken.some(({ kind }) => kind === 'callbacks') && taken.some(({ name }) => name === 'start');
  return walks && start !== undefined && end !== undefined
    ? oddRange(world, { mm: mmOf(call), start, end })
    : undefined;
}

/** Addresses worth offering: where the regions begin. */
function places(world: World): readonly { readonly at: string; readonly name: string }[] {
  return world.markers.map((marker) => ({ at: marker.start.toHex(), name: marker.name }));
}
