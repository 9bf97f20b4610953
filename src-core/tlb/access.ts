import type { Geometry } from '../arch/geometry.ts';
import { hwShift } from '../arch/geometry.ts';
import { outputAddress } from '../arch/arm64/entry.ts';
import { PTE_VALID } from '../arch/arm64/bits.ts';
import type { U64 } from '../base/u64.ts';
import type { AccessOutcome } from '../step/step.ts';
import type { StoreRecord } from './history.ts';
import type { Candidate } from './may.ts';
import type { AccessKind } from './permission.ts';
import { allows } from './permission.ts';
import { readsAs } from './span.ts';

/** What is known of the calls that stored: what they promise, and whether they have returned. */
export interface CallState {
  /** It has returned, and whoever calls it relies on no CPU using the old translation afterwards. */
  flushed(call: number): boolean;
  /** It has not returned, and whoever uses the memory meanwhile relies on its staying mapped. */
  mustStayMapped(call: number): boolean;
}

/** What an access may meet, and what is wrong with that. */
export interface Judgement {
  /** Every translation it may use, those of a fresh walk first. */
  readonly may: readonly AccessOutcome[];
  /** Translations of different size or target may be cached at once, and the CPUs give no promise for that. */
  readonly conflict: boolean;
  /** A translation it may still use although a call that returned has promised that no CPU does. */
  readonly stale: { readonly value: U64; readonly by: StoreRecord } | undefined;
  /** The access may find nothing mapped, because of a call in progress that was not to take the mapping away. */
  readonly window: { readonly by: StoreRecord } | undefined;
}

/** `bbml3`: the CPUs promise to use one of several cached sizes, and never to abort. */
export function judge(
  candidates: readonly Candidate[],
  geo: Geometry,
  va: U64,
  kind: AccessKind,
  bbml3: boolean,
  calls: CallState,
): Judgement {
  const leaves = candidates.filter((c) => readsAs(geo, c.hw, c.value) === 'leaf');
  const target = (c: Candidate): number => outputAddress(geo, c.value) + offsetIn(va, hwShift(geo, c.hw));
  const alike = (a: Candidate, b: Candidate): boolean =>
    target(a) === target(b) &&
    (['load', 'store', 'fetch'] as const).every(
      (k) => allows(k, a.value, a.limits) === allows(k, b.value, b.limits),
    );
  const fresh = leaves.filter((c) => c.from === 'walk');
  const left = leaves.find(
    (c) =>
      c.from === 'tlb' &&
      c.replacedBy !== undefined &&
      calls.flushed(c.replacedBy.call) &&
      !fresh.some((f) => alike(c, f)),
  );
  const gone = candidates.find(
    (c) =>
      readsAs(geo, c.hw, c.value) === 'fault' &&
      c.by !== undefined &&
      c.before?.intersects(PTE_VALID) === true &&
      calls.mustStayMapped(c.by.call),
  );
  return {
    may: unique(
      candidates.map((c) => ({
        hw: c.hw,
        value: c.value.toHex(),
        from: c.from,
        ok: readsAs(geo, c.hw, c.value) === 'leaf' && allows(kind, c.value, c.limits),
      })),
    ),
    conflict: leaves.some((a, i) =>
      leaves.slice(i + 1).some((b) => target(a) !== target(b) || (!bbml3 && a.shift !== b.shift)),
    ),
    stale: left?.replacedBy === undefined ? undefined : { value: left.value, by: left.replacedBy },
    window: gone?.by === undefined ? undefined : { by: gone.by },
  };
}

/** Where an address lies in an entry of 2^shift bytes. */
function offsetIn(va: U64, shift: number): number {
  return va.field(0, Math.min(shift, 32)) + (shift > 32 ? va.field(32, shift - 32) * 2 ** 32 : 0);
}

function unique(outcomes: readonly AccessOutcome[]): AccessOutcome[] {
  const seen = new Set<string>();
  return outcomes.filter((o) => {
    const key = JSON.stringify(o);
    return !seen.has(key) && seen.add(key);
  });
}
