import { U64 } from '../base/u64.ts';
import type { Form } from './codec-forms.ts';
import { isCanonicalHex, isObject, packDistance, plain, unpackDistance, Unreadable } from './codec-forms.ts';

/** Order is part of the link format: append only. */
export const MM_ORDER: readonly string[] = ['init_mm', 'efi_mm', 'user'];

/** More rows than the schema allows are not worth unpacking. */
const MAX_ROWS = 20_000;

/** Bits of a descriptor outside 47:12: in most entries of a listing these are the same. */
const ATTRIBUTES = new U64(0xffff0000, 0x00000fff);

type Row = readonly [mm: string, level: number, va: string, n: number, value: string, step: string];

function isRow(row: unknown): row is Row {
  if (!Array.isArray(row) || row.length !== 6) return false;
  const [mm, level, va, n, value, step] = row as readonly unknown[];
  return (
    MM_ORDER.includes(mm as string) &&
    Number.isInteger(level) &&
    (level as number) >= -1 &&
    (level as number) <= 3 &&
    Number.isSafeInteger(n) &&
    (n as number) >= 0 &&
    !Object.is(n, -0) &&
    !Object.is(level, -0) &&
    isCanonicalHex(va) &&
    isCanonicalHex(value) &&
    isCanonicalHex(step)
  );
}

/**
 * Listing rows by column, which deflates far better than by row: two digits a row for mm and level; the counts (empty: 1);
 * each address as its distance from the end of the row before; each value as its attributes (an index into those met so far,
 * or `=` and new ones) and the distance of its address bits from where the row before at its level left off; the steps.
 * A row that does not fit is kept as it is, with all others.
 */
export const listingRows: Form = {
  pack: (value) => {
    if (!Array.isArray(value) || !value.every(isRow)) return { '!': value };
    const rows: readonly Row[] = value;
    if (rows.length === 0) return [];
    let va = U64.ZERO;
    const attributes: string[] = [];
    const lastAddress = new Map<number, U64>();
    const columns: string[][] = [[], [], [], [], [], []];
    for (const [mm, level, vaText, n, valueText, step] of rows) {
      const at = U64.hex(vaText);
      const entry = U64.hex(valueText);
      const bits = entry.and(ATTRIBUTES).toHex().slice(2);
      const address = entry.andNot(ATTRIBUTES);
      const known = attributes.indexOf(bits);
      if (known < 0) attributes.push(bits);
      const cells = [
        `${MM_ORDER.indexOf(mm)}${level + 1}`,
        packDistance(at.sub(va)),
        n === 1 ? '' : String(n),
        known < 0 ? `=${bits}` : String(known),
        packDistance(address.sub(lastAddress.get(level) ?? U64.ZERO)),
        packDistance(U64.hex(step)),
      ];
      for (const [c, cell] of cells.entries()) columns[c]?.push(cell);
      const length = runLength(n, step);
      va = at.add(length);
      lastAddress.set(level, address.add(length));
    }
    return columns.map((cells, c) => cells.join(c === 0 ? '' : ','));
  },

  unpack: (packed) => {
    if (isObject(packed)) return plain.unpack(packed['!']);
    if (!Array.isArray(packed)) throw new Unreadable();
    if (packed.length === 0) return [];
    const columns: unknown[] = packed;
    const text = (c: number): string => {
      const column = columns[c];
      if (typeof column !== 'string') throw new Unreadable();
      return column;
    };
    const places = text(0).match(/[0-9]{2}/g) ?? [];
    const count = places.length;
    if (columns.length !== 6 || count === 0 || count > MAX_ROWS || text(0).length !== 2 * count)
      throw new Unreadable();
    const column = (c: number): string[] => {
      const cells = text(c).split(',', count + 1);
      if (cells.length !== count) throw new Unreadable();
      return cells;
    };
    const [vas, ns, kinds, addresses, steps] = [column(1), column(2), column(3), column(4), column(5)];
    let va = U64.ZERO;
    const attributes: U64[] = [];
    const lastAddress = new Map<number, U64>();
    return places.map((place, i) => {
      const mm = MM_ORDER[Number(place.charAt(0))];
      if (mm === undefined) throw new Unreadable(true);
      const level = Number(place.charAt(1)) - 1;
      const at = va.add(unpackDistance(vas[i] ?? ''));
      const kind = kinds[i] ?? '';
      let bits = attributes[kind.startsWith('=') ? -1 : wholeNumber(kind)];
      if (kind.startsWith('=')) {
        if (!isCanonicalHex(`0x${kind.slice(1)}`)) throw new Unreadable();
        bits = U64.hex(`0x${kind.slice(1)}`);
        attributes.push(bits);
      }
      if (bits === undefined) throw new Unreadable();
      const n = ns[i] === '' ? 1 : wholeNumber(ns[i] ?? '');
      const step = unpackDistance(steps[i] ?? '').toHex();
      const address = (lastAddress.get(level) ?? U64.ZERO).add(unpackDistance(addresses[i] ?? ''));
      const length = runLength(n, step);
      va = at.add(length);
      lastAddress.set(level, address.add(length));
      return [mm, level, at.toHex(), n, address.or(bits).toHex(), step];
    });
  },
};

/** How far a run reaches, in bytes, if its step is that of its entries, as it mostly is; a single entry: 0. */
function runLength(n: number, stepText: string): U64 {
  const step = U64.hex(stepText);
  return n < 2 || n > 65536 || step.hi !== 0 ? U64.ZERO : U64.from(n * (step.lo >>> 0));
}

function wholeNumber(text: string): number {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw new Unreadable();
  return Number(text);
}
