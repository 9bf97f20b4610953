import type { ReactNode } from 'react';
import { lockWords } from '../engine.ts';
import type { DraftLocks, LockChoice } from '../derive/draft.ts';
import { LOCKS } from '../derive/draft.ts';

/** A label with its control; `above`: the control has the whole width. */
export function FormRow({
  label,
  above = false,
  title,
  children,
}: {
  readonly label: string;
  readonly above?: boolean;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    <div className={above ? 'form-row above' : 'form-row'}>
      <label title={title}>
        <span>{label}</span>
        {children}
      </label>
    </div>
  );
}

/** What is wrong with a field, under it. */
export function Wrong({ field, text }: { readonly field: string; readonly text: string | undefined }) {
  return text === undefined ? null : (
    <p className="field-error hint" role="alert" id={`wrong-${field}`}>
      {text}
    </p>
  );
}

/** Locks to hold, one by one. */
export function LockFields({
  legend,
  mms,
  locks,
  change,
}: {
  readonly legend: string;
  readonly mms: readonly string[];
  readonly locks: DraftLocks;
  readonly change: (locks: DraftLocks) => void;
}) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {LOCKS.filter((name) => !name.startsWith('mmap:') || mms.some((mm) => name === `mmap:${mm}`)).map(
        (name) => (
          <FormRow key={name} label={lockWords(name)}>
            <select
              value={locks[name] ?? 'none'}
              onChange={(event) => change({ ...locks, [name]: event.target.value as LockChoice })}
            >
              <option value="none">not held</option>
              <option value="read">for read</option>
              <option value="write">for write</option>
            </select>
          </FormRow>
        ),
      )}
    </fieldset>
  );
}
