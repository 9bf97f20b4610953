import { U64 } from '../base/u64.ts';

/**
 * Forms: how a piece of JSON is written shorter. `pack` takes any JSON and `unpack` gives the same back, so a scenario
 * survives even where a form does not know it yet: what does not fit is kept literally.
 *
 * These bytes live in links that other people keep. Lists of names and of optional keys may be appended to; nothing else
 * here may change.
 */
export interface Form {
  pack(value: unknown): unknown;
  /** Throws Unreadable if `packed` is nothing that `pack` gives. */
  unpack(packed: unknown): unknown;
}

/** The packed form is damaged, or uses names that were appended after this page was made. */
export class Unreadable extends Error {
  readonly newer: boolean;
  constructor(newer = false) {
    super(newer ? 'uses what this page does not know' : 'is not readable');
    this.newer = newer;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No form gives an object, so an object with this one key marks a value kept as it was. */
const LITERAL = '!';

function literal(value: unknown): unknown {
  return { [LITERAL]: value };
}

/** Keeps what `fits` refuses literally. */
function orLiteral(fits: (value: unknown) => boolean, form: Form): Form {
  return {
    pack: (value) => (fits(value) ? form.pack(value) : literal(value)),
    unpack: (packed) => (isObject(packed) ? packed[LITERAL] : form.unpack(packed)),
  };
}

/** Any JSON, as it is. */
export const plain: Form = { pack: (value) => value, unpack: (packed) => packed };

/** One of a list of names, as its index; another string as itself. */
export function oneOf(names: readonly string[]): Form {
  return orLiteral((value) => typeof value === 'string', {
    pack: (value) => {
      const i = names.indexOf(value as string);
      return i < 0 ? value : i;
    },
    unpack: (packed) => {
      if (typeof packed === 'string') return packed;
      if (typeof packed !== 'number') throw new Unreadable();
      const name = names[packed];
      if (name === undefined) throw new Unreadable(packed >= names.length);
      return name;
    },
  });
}

export function listOf(item: Form): Form {
  return orLiteral(Array.isArray, {
    pack: (value) => (value as readonly unknown[]).map((v) => item.pack(v)),
    unpack: (packed) => {
      if (!Array.isArray(packed)) throw new Unreadable();
      return packed.map((v) => item.unpack(v));
    },
  });
}

export type Keys = readonly (readonly [key: string, form: Form])[];

/**
 * An object with known keys: the required values in order, then, if it has any others, a mask of which (bit 0: keys this
 * form does not know; bit i + 1: optional key i), the optional values, and the unknown keys as an object.
 */
export function record(required: Keys, optional: Keys): Form {
  const known = new Set([...required, ...optional].map(([key]) => key));
  const fits = (value: unknown): boolean =>
    isObject(value) && required.every(([key]) => Object.hasOwn(value, key));
  return orLiteral(fits, {
    pack: (value) => {
      const object = value as JsonObject;
      const packed = required.map(([key, form]) => form.pack(object[key]));
      const present = optional.map(([key]) => Object.hasOwn(object, key));
      const others = Object.entries(object).filter(([key]) => !known.has(key));
      const mask = present.reduce((m, has, i) => (has ? m + 2 ** (i + 1) : m), others.length > 0 ? 1 : 0);
      if (mask === 0) return packed;
      packed.push(mask);
      for (const [i, [key, form]] of optional.entries()) if (present[i]) packed.push(form.pack(object[key]));
      if (others.length > 0) packed.push(Object.fromEntries(others));
      return packed;
    },
    unpack: (packed) => {
      if (!Array.isArray(packed) || packed.length < required.length) throw new Unreadable();
      const values: unknown[] = packed;
      const entries = required.map(([key, form], i): [string, unknown] => [key, form.unpack(values[i])]);
      const mask = values[required.length] ?? 0;
      if (typeof mask !== 'number' || !Number.isSafeInteger(mask) || mask < 0) throw new Unreadable();
      if (mask >= 2 ** (optional.length + 1)) throw new Unreadable(true);
      let next = required.length + 1;
      for (const [i, [key, form]] of optional.entries()) {
        if (Math.floor(mask / 2 ** (i + 1)) % 2 === 0) continue;
        if (next >= values.length) throw new Unreadable();
        entries.push([key, form.unpack(values[next++])]);
      }
      if (mask % 2 === 1) {
        const others = values[next++];
        if (!isObject(others)) throw new Unreadable();
        entries.push(...Object.entries(others));
      }
      if (next < values.length) throw new Unreadable();
      return Object.fromEntries(entries);
    },
  });
}

const CANONICAL = /^0x(0|[1-9a-f][0-9a-f]{0,15})$/;

export function isCanonicalHex(value: unknown): value is string {
  return typeof value === 'string' && CANONICAL.test(value);
}

/** A 64-bit hex value without its `0x`. */
export const hexDigits: Form = orLiteral(isCanonicalHex, {
  pack: (value) => (value as string).slice(2),
  unpack: (packed) => {
    if (typeof packed !== 'string' || !isCanonicalHex(`0x${packed}`)) throw new Unreadable();
    return `0x${packed}`;
  },
});

/**
 * Addresses that tend to lie near each other, each as its distance from the one before. A form of this kind remembers that
 * one: make a fresh one for each scenario.
 */
export function nearby(): Form {
  let last = U64.ZERO;
  return orLiteral(isCanonicalHex, {
    pack: (value) => {
      const at = U64.hex(value as string);
      const text = packDistance(at.sub(last));
      last = at;
      return text;
    },
    unpack: (packed) => {
      if (typeof packed !== 'string') throw new Unreadable();
      last = last.add(unpackDistance(packed));
      return last.toHex();
    },
  });
}

/** Shortest of: `7c` (units of 4 KiB), `-7c`, `.7c` (bytes), `-.7c`. Zero is the empty text. */
export function packDistance(distance: U64): string {
  if (distance.isZero()) return '';
  const negative = distance.bit(63);
  const size = negative ? U64.ZERO.sub(distance) : distance;
  const pages = (size.lo & 0xfff) === 0;
  const digits = (pages ? size.shr(12) : size).toHex().slice(2);
  return `${negative ? '-' : ''}${pages ? '' : '.'}${digits}`;
}

export function unpackDistance(text: string): U64 {
  if (text === '') return U64.ZERO;
  const match = /^(-?)(\.?)([1-9a-f][0-9a-f]{0,15})$/.exec(text);
  if (match === null) throw new Unreadable();
  const digits = U64.hex(`0x${match[3]}`);
  const size = match[2] === '' ? digits.shl(12) : digits;
  return match[1] === '' ? size : U64.ZERO.sub(size);
}
