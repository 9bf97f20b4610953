import { useId, useState } from 'react';
import type { Geometry, U64 } from '../engine.ts';
import type { AddressField } from '../derive/address.ts';
import { addressFields, bitsOf, readAddress } from '../derive/address.ts';
import { pathAt } from '../derive/focus.ts';
import { lastWalkStep, memoryAt } from '../derive/moment.ts';
import { later } from '../later.ts';
import { notify } from '../state/notices.ts';
import { useView } from '../state/view.ts';
import { Hex } from './Hex.tsx';
import { Term } from './Term.tsx';
import { useLater } from './useLater.ts';
import { useNow } from './useScene.ts';

/** The address being walked, cut into the fields the walk consumes, and the place to type another one. */
export function AddressStrip() {
  const { run, world, cursor, step } = useNow();
  const focus = useView((v) => v.focus);
  const follow = useView((v) => v.follow);
  const hover = useView((v) => v.hover);
  const answer = useLater(
    later.answer,
    useView((v) => v.asked !== undefined),
  );
  const hovered = hover?.kind === 'entry' ? memoryAt(run, cursor).page(hover.table)?.hw : undefined;
  const path = pathAt(run, world, cursor);
  const shown = follow || focus === undefined ? path : focus;
  const slot = lastWalkStep(run, cursor);
  const onPath = shown === path || (shown.mm === path.mm && shown.va.eq(path.va));
  const reached = onPath && step !== undefined && slot !== undefined ? slot.hw : undefined;
  return (
    <section className="address" aria-label="Address">
      <AddressField key={world.name} geo={world.geo} va={shown.va} />
      <Fields geo={world.geo} va={shown.va} reached={reached} hovered={hovered} />
      {answer !== undefined && <answer.Answer />}
    </section>
  );
}

interface FieldProps {
  readonly geo: Geometry;
  readonly va: U64;
}

function AddressField({ geo, va }: FieldProps) {
  const [text, setText] = useState<string | undefined>();
  const [error, setError] = useState<string | undefined>();
  const errorId = useId();
  const goTo = useLater(later.goTo, text !== undefined);

  const go = (): void => {
    const read = readAddress(geo, text ?? '');
    if (!read.ok) {
      setError(read.message);
      return;
    }
    // At once where it is there, as it is unless somebody types very fast.
    if (goTo !== undefined) goTo.goToAddress(read.va);
    else void later.goTo().then((made) => made.goToAddress(read.va), couldNotGo);
    setError(undefined);
    setText(undefined);
    document.getElementById('address')?.blur();
  };

  return (
    <form
      className={error === undefined ? 'address-field' : 'address-field wrong'}
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <label className="sr" htmlFor="address">
        Virtual address to go to
      </label>
      {text === undefined && (
        <span className="address-shown" aria-hidden="true">
          <Hex value={va} digits={16} />
        </span>
      )}
      <input
        id="address"
        value={text ?? ''}
        placeholder={va.toHex16()}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorId}
        onFocus={() => setText((t) => t ?? '')}
        onBlur={() => {
          setText(undefined);
          setError(undefined);
        }}
        onChange={(event) => {
          setText(event.target.value);
          setError(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.currentTarget.blur();
        }}
      />
      <kbd aria-hidden="true" className="wide-only">
        /
      </kbd>
      {error !== undefined && (
        <p className="field-error" id={errorId} role="alert">
          {error}
        </p>
      )}
    </form>
  );
}

function couldNotGo(): void {
  notify('bad', 'What looks addresses up could not be loaded.');
}

interface FieldsProps {
  readonly geo: Geometry;
  readonly va: U64;
  /** Hardware level of the entry the walk looks at; undefined before it looks at one. */
  readonly reached: number | undefined;
  /** Hardware level of the entry under the pointer. */
  readonly hovered: number | undefined;
}

function Fields({ geo, va, reached, hovered }: FieldsProps) {
  return (
    <ol className="fields" aria-label={`The address ${va.toHex()} cut into its fields`}>
      {addressFields(geo).map((field) => (
        <Field
          key={`${field.kind}${field.level ?? ''}`}
          geo={geo}
          va={va}
          field={field}
          reached={reached}
          hovered={hovered}
        />
      ))}
    </ol>
  );
}

function Field({ geo, va, field, reached, hovered }: FieldsProps & { readonly field: AddressField }) {
  const name = field.level?.toUpperCase();
  if (field.kind === 'folded') {
    return (
      <li className={`field folded of-${field.level}`}>
        <span className="bits">·</span>
        <span className="what">
          {name} <Term word="folded" />
        </span>
      </li>
    );
  }
  const width = field.high - field.low + 1;
  if (field.kind === 'top') {
    const upper = va.bit(63);
    return (
      <li className="field top">
        <span className="bits">
          {va
            .shr(field.low)
            .toHex()
            .slice(2)
            .padStart(Math.ceil(width / 4), '0')}
        </span>
        <span className="what">
          63:{field.low}{' '}
          <span className="number">{geo.arch === 'arm64' ? (upper ? 'TTBR1' : 'TTBR0') : 'sign'}</span>
        </span>
      </li>
    );
  }
  if (field.kind === 'offset') {
    return (
      <li className="field offset">
        <span className="bits">{bitsOf(va, field.high, 0)}</span>
        <span className="what">
          offset <span className="number">0x{va.field(0, width).toString(16).padStart(3, '0')}</span>
        </span>
      </li>
    );
  }
  const hw = field.hw ?? 3;
  const state = reached === undefined ? '' : hw < reached ? ' used' : hw === reached ? ' used at' : ' ahead';
  return (
    <li
      className={`field of-${field.level}${state}${hw === hovered ? ' hovered' : ''}`}
      aria-current={hw === reached ? 'step' : undefined}
    >
      <span className="bits">{bitsOf(va, field.high, field.low)}</span>
      <span className="what">
        {name} <span className="number">{va.field(field.low, width)}</span>
      </span>
    </li>
  );
}
