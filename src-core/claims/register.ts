import { ACCESS_CLAIMS } from './access.ts';
import type { Claim } from './claim.ts';
import { findLibraryEntry } from '../scenario/library.ts';
import { CONSTRUCTOR_HISTORY_CLAIMS } from './constructor-history.ts';
import { CONSTRUCTOR_CLAIMS } from './constructors.ts';
import { SPECIAL_TABLE_CLAIMS } from './special-tables.ts';
import { CLAIM_IDS } from './ledger.ts';
import type { ClaimId } from './ledger.ts';
import { KERNEL_RACE_CLAIMS } from './kernel-races.ts';
import { LOCKLESS_CLAIMS } from './lockless.ts';
import { PERMISSION_CLAIMS } from './permissions.ts';
import { SURPRISE_CLAIMS } from './surprises.ts';
import { USE_CLAIMS } from './uses.ts';
import { USER_TABLE_CLAIMS } from './user-tables.ts';

/** Every claim that is checked, in the ledger's order. */
export const CLAIMS: readonly Claim[] = [
  ...LOCKLESS_CLAIMS,
  ...ACCESS_CLAIMS,
  ...PERMISSION_CLAIMS,
  ...CONSTRUCTOR_CLAIMS,
  ...CONSTRUCTOR_HISTORY_CLAIMS,
  ...SPECIAL_TABLE_CLAIMS,
  ...USE_CLAIMS,
  ...SURPRISE_CLAIMS,
  ...KERNEL_RACE_CLAIMS,
  ...USER_TABLE_CLAIMS,
].sort((a, b) => CLAIM_IDS.indexOf(a.id) - CLAIM_IDS.indexOf(b.id));

/** Ids of the ledger that no scenario shows yet. */
export const NOT_COVERED: readonly ClaimId[] = CLAIM_IDS.filter((id) => !CLAIMS.some((c) => c.id === id));

/** The captures that the claims' scenarios start from, by name. */
export function capturesNeeded(claims: readonly Claim[]): readonly string[] {
  return [
    ...new Set(
      claims.flatMap((claim) =>
        claim.scenarios.flatMap((id) => {
          const memory = findLibraryEntry(id)?.scenario.memory;
          return memory !== undefined && 'capture' in memory ? [memory.capture] : [];
        }),
      ),
    ),
  ];
}
