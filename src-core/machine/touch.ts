/** What a pending op does to something that other contexts can notice. */
export const TouchKind = {
  Read: 0,
  Write: 1,
  Free: 2,
  AcquireRead: 3,
  AcquireWrite: 4,
  ReleaseRead: 5,
  ReleaseWrite: 6,
  /** A try that succeeds. */
  TryRead: 7,
  TryWrite: 8,
  GpStart: 9,
  GpEnd: 10,
  /** A try for read that does not get the lock: some writer is in the way. */
  TryReadFails: 11,
  /** A writer queues behind those who hold the lock: new readers wait from here on. */
  Queue: 12,
  Downgrade: 13,
  /** A try for write that does not get the lock: whoever takes or releases it, if only for read, may change that. */
  TryWriteFails: 14,
} as const;
export type TouchKind = (typeof TouchKind)[keyof typeof TouchKind];

/**
 * One point where another context may run: an access to a word that others can reach, a freed page, a lock. `place` is the word's
 * physical address, the page's, or the number of the lock, counted down from -1.
 */
export interface Touch {
  readonly kind: TouchKind;
  readonly place: number;
  /** Reads and writes: physical address of the page. Locks: of the table whose own lock it is; 0: none. */
  readonly page: number;
  /** Writes: words that make the page reachable. Whoever stores there decides whether this store is lost. */
  readonly chain: readonly number[];
  /** Releases and downgrades: other locks that are released with this one. */
  readonly also: readonly number[];
}

/** No other words or locks: one list for the many touches that have none. */
export const NO_PLACES: readonly number[] = [];

/** Stands for what the hardware may know: stores and invalidations change it, accesses read it. No word has this address. */
export const HARDWARE_PLACE = 2;

/** What depends on every store, barrier and invalidation before it. */
export const HARDWARE: Touch = {
  kind: TouchKind.Write,
  place: HARDWARE_PLACE,
  page: 0,
  chain: NO_PLACES,
  also: NO_PLACES,
};

/** Does a section of a lock start here? */
export function startsSection(kind: TouchKind): boolean {
  return (
    kind === TouchKind.AcquireRead ||
    kind === TouchKind.AcquireWrite ||
    kind === TouchKind.TryRead ||
    kind === TouchKind.TryWrite
  );
}

/** Is it held for write in the section that starts here? */
export function startsForWrite(kind: TouchKind): boolean {
  return kind === TouchKind.AcquireWrite || kind === TouchKind.TryWrite;
}

function isWord(kind: TouchKind): boolean {
  return kind <= TouchKind.Write;
}

/** A try that does not get the lock? */
export function tryFails(kind: TouchKind): boolean {
  return kind === TouchKind.TryReadFails || kind === TouchKind.TryWriteFails;
}

/** Lock accesses that leave each other alone. */
export function inReadMode(kind: TouchKind): boolean {
  return (
    kind === TouchKind.AcquireRead ||
    kind === TouchKind.ReleaseRead ||
    kind === TouchKind.TryRead ||
    kind === TouchKind.TryReadFails
  );
}

/**
 * Does the order of two accesses of different contexts matter? The same word and one of them a store; a freed page and an access to
 * it, or to its lock; two stores one of which links the other's table; the same lock, unless both only read.
 */
export function dependent(a: Touch, b: Touch): boolean {
  const [ka, kb] = [a.kind, b.kind];
  if (isWord(ka) && isWord(kb)) {
    if (ka === TouchKind.Read && kb === TouchKind.Read) return false;
    if (a.place === b.place) return true;
    return (
      ka === TouchKind.Write &&
      kb === TouchKind.Write &&
      (a.chain.includes(b.place) || b.chain.includes(a.place))
    );
  }
  // A freed page, against what is in it: its words, and its lock.
  if (ka === TouchKind.Free) return kb === TouchKind.Free ? a.place === b.place : b.page === a.place;
  if (kb === TouchKind.Free) return a.page === b.place;
  if (isWord(ka) || isWord(kb)) return false;
  const together = a.place === b.place || a.also.includes(b.place) || b.also.includes(a.place);
  return together && !(inReadMode(ka) && inReadMode(kb));
}
