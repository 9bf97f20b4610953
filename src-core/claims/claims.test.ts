import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importCapture } from '../import/capture.ts';
import { findLibraryEntry } from '../scenario/library.ts';
import type { World } from '../scenario/world.ts';
import { CLAIM_IDS } from './ledger.ts';
import { CLAIMS, capturesNeeded, NOT_COVERED } from './register.ts';
import { checkClaim } from './verdict.ts';

const captures = new Map<string, World>(
  capturesNeeded(CLAIMS).map((name) => {
    const file = (part: string): Uint8Array =>
      readFileSync(new URL(`../../public/captures/${name}/${part}`, import.meta.url));
    const meta: unknown = JSON.parse(new TextDecoder().decode(file('meta.json')));
    const capture = importCapture(file('tables.bin.gz'), meta, name);
    if (!capture.ok) throw new Error(capture.error.message);
    return [name, capture.value.world];
  }),
);

describe('the register', () => {
  it('has each claim once, by ids of the ledger, and scenarios of the library', () => {
    expect(new Set(CLAIMS.map((c) => c.id)).size).toBe(CLAIMS.length);
    expect([...CLAIMS.map((c) => c.id), ...NOT_COVERED].sort()).toEqual([...CLAIM_IDS].sort());
    for (const claim of CLAIMS) {
      expect(claim.scenarios.length).toBeGreaterThan(0);
      for (const id of claim.scenarios) expect(findLibraryEntry(id), `${claim.id}: ${id}`).toBeDefined();
    }
  });
});

// Some checks try every moment at which another CPU could come in.
describe.each(CLAIMS.map((claim) => [claim.id, claim] as const))('%s', { timeout: 60_000 }, (_id, claim) => {
  it(claim.says, () => {
    expect(checkClaim(claim, captures)).toEqual({
      id: claim.id,
      scenarios: claim.scenarios,
      holds: true,
      why: '',
    });
  });

  it(`fails where ${claim.mutation.name}`, () => {
    const verdict = checkClaim(claim, captures, true);
    expect(verdict.holds).toBe(false);
    expect(verdict.why).toContain(claim.mutation.because);
  });
});
