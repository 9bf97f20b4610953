import { parseArgs } from 'node:util';
import type { Claim } from '../claims/claim.ts';
import { CLAIM_IDS } from '../claims/ledger.ts';
import { capturesNeeded, CLAIMS, NOT_COVERED } from '../claims/register.ts';
import { checkClaim } from '../claims/verdict.ts';
import type { World } from '../index.ts';
import { describeProblem } from '../index.ts';
import { DONE, FAILED, messageOf, refuse } from './errors.ts';
import { loadCapture } from './io-files.ts';
import type { Io } from './io.ts';

const USAGE = 'claims [--json] [--only id,…] [--all]';

/**
 * `claims`: runs the check of every claim and prints a line for each, as JSON with --json. --only checks some; with --all a claim that
 * no scenario shows yet counts as failed. Exit 1 if one does not hold.
 */
export async function claimsCommand(args: string[], io: Io): Promise<number> {
  let values: { json?: boolean | undefined; only?: string | undefined; all?: boolean | undefined };
  try {
    ({ values } = parseArgs({
      args,
      options: { json: { type: 'boolean' }, only: { type: 'string' }, all: { type: 'boolean' } },
    }));
  } catch (cause) {
    return refuse(io, 'claims', `${messageOf(cause).split(/\.\s/)[0] ?? 'wrong arguments'}; usage: ${USAGE}`);
  }
  const only = values.only?.split(',').map((id) => id.trim().toUpperCase());
  const unknown = only?.find((id) => !CLAIM_IDS.some((known) => known === id));
  if (unknown !== undefined) return refuse(io, 'claims', `there is no claim ${JSON.stringify(unknown)}`);
  const wanted = (id: string): boolean => only?.includes(id) ?? true;
  const chosen = CLAIMS.filter((claim) => wanted(claim.id));
  const missing = NOT_COVERED.filter(wanted);

  const captures = new Map<string, World>();
  for (const name of capturesNeeded(chosen)) {
    const world = await loadCapture(name, io);
    if (!world.ok) return refuse(io, 'claims', describeProblem(world.error));
    captures.set(name, world.value);
  }
  let failed = values.all === true ? missing.length : 0;
  let passed = 0;
  for (const claim of chosen) {
    const verdict = checkClaim(claim, captures);
    if (verdict.holds) passed++;
    else failed++;
    io.out(
      values.json === true
        ? `${JSON.stringify({ ...verdict, says: claim.says })}\n`
        : line(claim, verdict.holds ? 'holds' : `does not hold: ${verdict.why}`),
    );
  }
  if (values.json === true) {
    io.out(`${JSON.stringify({ result: { passed, failed, notCovered: missing } })}\n`);
  } else {
    if (missing.length > 0) io.out(`not covered yet: ${missing.join(', ')}\n`);
    io.out(`${passed} passed, ${failed} failed\n`);
  }
  return failed === 0 ? DONE : FAILED;
}

function line(claim: Claim, found: string): string {
  return `${claim.id.padEnd(3)}  ${found}  (${claim.scenarios.join(', ')})\n`;
}
