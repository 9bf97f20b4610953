import type { EntryClass, EntryKind, Geometry, LevelName } from '../../src-core/index.ts';
import { hwShift, permissionWords } from '../../src-core/index.ts';
import type { Paint } from './marks.ts';

/** PGD, P4D, PUD, PMD, PTE. */
export function levelWord(level: LevelName): string {
  return level.toUpperCase();
}

/** A physical address as tables are named by: hex without 0x. */
export function paWord(pa: number): string {
  return pa.toString(16);
}

/** 4096 → `4 KiB`, 2097152 → `2 MiB`. */
export function sizeWord(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let u = 0;
  let n = bytes;
  while (n >= 1024 && n % 1024 === 0 && u < units.length - 1) {
    n /= 1024;
    u++;
  }
  return `${n} ${units[u] ?? ''}`;
}

/** Bytes that one entry at hardware level `hw` covers, in words. */
export function entrySize(geo: Geometry, hw: number): string {
  return sizeWord(2 ** hwShift(geo, hw));
}

/** How the area of an entry is filled; undefined for entries that are not filled. */
export function paintOf(is: EntryClass): Paint | undefined {
  if (is.kind === 'bad') return 'bad';
  if (is.kind === 'invalid') return 'inv';
  switch (is.permission) {
    case undefined:
      return undefined;
    case 'RW':
      return 'rw';
    case 'RO':
      return 'ro';
    case 'RX':
      return 'rx';
    case 'RWX':
      return 'rwx';
  }
}

/** `RW NX`, `INV`, `none`: what the area means, without the kind of a valid leaf. */
export function lookWord(is: EntryClass): string {
  if (is.permission !== undefined)
    return permissionWords(is.permission) + (is.memory === '' ? '' : ` ${is.memory}`);
  return kindWord(is.kind);
}

export function kindWord(kind: EntryKind): string {
  switch (kind) {
    case 'invalid':
      return 'INV';
    case 'nonpresent':
      return 'not present';
    default:
      return kind;
  }
}

/** Words of a row for `n` like entries, longest first. A contiguous run of blocks drops the word block: its mark says it. */
export function rowWords(is: EntryClass, n: number): readonly string[] {
  const times = n === 1 ? '' : `×${n} `;
  const short = n === 1 ? [] : [`×${n}`];
  if (is.permission === undefined) return [`${times}${kindWord(is.kind)}`, kindWord(is.kind), ...short];
  const permission = permissionWords(is.permission);
  const memory = is.memory === '' ? '' : ` ${is.memory}`;
  if (is.cont)
    return [
      `${times}${permission}${memory} cont`,
      `${times}${permission} cont`,
      `${times}${permission}`,
      ...short,
    ];
  return [
    `${times}${is.kind} ${permission}${memory}`,
    `${times}${permission}${memory}`,
    `${times}${permission}`,
  ];
}

/** For someone who can't see the map: `368 blocks, RW NX, contiguous`. */
export function spokenWords(is: EntryClass, n: number): string {
  const count = (one: string): string => (n === 1 ? one : `${n} ${one}s`);
  const leaf = (what: string): string =>
    [
      count(what),
      is.permission === undefined ? '' : permissionWords(is.permission),
      is.memory,
      is.cont ? 'contiguous' : '',
    ]
      .filter((s) => s !== '')
      .join(', ');
  switch (is.kind) {
    case 'none':
      return n === 1 ? 'none' : `${n} none`;
    case 'table':
      return 'table';
    case 'block':
    case 'page':
      return leaf(is.kind);
    case 'invalid':
      return leaf('invalid entry').replace('entrys', 'entries');
    case 'nonpresent':
      return n === 1 ? 'not present' : `${n} not present`;
    case 'bad':
      return n === 1 ? 'bad entry' : `${n} bad entries`;
  }
}

/** `15` or `16–383`. */
export function rangeWord(first: number, n: number): string {
  return n === 1 ? String(first) : `${first}–${first + n - 1}`;
}
