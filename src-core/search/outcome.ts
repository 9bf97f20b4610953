import { unreachable } from '../base/unreachable.ts';
import type { Geometry } from '../arch/geometry.ts';
import { looseTables } from '../machine/loose-tables.ts';
import type { Machine } from '../machine/machine.ts';
import { waitGraph } from '../machine/waits.ts';
import { deadlockWords } from '../step/wait-edge.ts';
import type { Observer } from '../machine/observer.ts';
import type { Violation } from '../machine/watch.ts';
import type { FindingKind } from './verdict.ts';

/** A finding of one execution. */
export interface Found {
  readonly what: FindingKind;
  readonly ctx?: number;
  readonly text: string;
}

/** Warnings and BUGs of one execution, by context and function. */
export class Reports implements Observer {
  readonly warnings = new Set<string>();
  readonly bugs = new Map<string, number>();

  callback(): void {
    // What callbacks see is no finding.
  }

  hole(): void {
    // Nor is a hole.
  }

  report(ctx: number, kind: 'warn' | 'bug', what: string, fn: string): void {
    if (kind === 'bug') this.bugs.set(fn, ctx);
    else
      this.warnings.add(
        what === 'WARN' ? `${letter(ctx)}: a WARN fires in ${fn}()` : `${letter(ctx)}: ${what} in ${fn}()`,
      );
  }
}

const TABLES: readonly string[] = ['PGD', 'PUD', 'PMD', 'PTE'];

function letter(ctx: number): string {
  return 'abcd'.charAt(ctx);
}

function tableWords(hw: number | undefined): string {
  return hw === undefined ? 'table' : `${TABLES[hw] ?? 'P4D'} table`;
}

/** A violation in words. Kinds that say it better at their step say so there; this is what they have in common. */
function violationWords({ what, ctx, access, hw, free, freed }: Violation): string {
  const who = letter(ctx);
  const verb = access === 'read' ? 'reads' : 'writes';
  switch (what) {
    case 'uaf':
      return `${who} ${verb} a ${tableWords(hw)} that has been freed`;
    case 'lost':
      return `${who} writes into a ${tableWords(hw)} that nothing points at any more`;
    case 'stale':
      return `${who} overwrites a ${tableWords(hw)} entry that another context has changed since it looked`;
    case 'wild':
      return `${who} follows an entry that leads to no table`;
    case 'badfree':
      return free === 'double' ? `${who} frees a table twice` : `${who} frees what is no table`;
    case 'doomed':
      return `${who} sets an entry where munmap has detached the VMA`;
    case 'leftover':
      return `${who} frees a ${tableWords(hw)} with an entry still set`;
    case 'missed':
      return `${who} leaves a page mapped that was to be unmapped everywhere`;
    case 'sleep':
      return `${who} does what may sleep, where nothing may`;
    case 'tlb':
      return `${who} may use a translation that a call has promised to flush`;
    case 'conflict':
      return `${who} may meet two translations of one address in the TLB`;
    case 'bbm':
      return `${who} faults in a break-before-make window`;
    case 'ptlock':
      return freed === true
        ? `${who} ${access === 'read' ? 'takes' : 'releases'} the lock of a ${tableWords(hw)} that has been freed`
        : `${who} takes a page-table lock that is not initialised`;
    case 'deadlock':
      return `${who} waits for itself`;
    default:
      return unreachable(what);
  }
}

/** What went wrong in an execution that has ended. `roots`: physical addresses of the root tables. */
export function findings(
  machine: Machine,
  reports: Reports,
  geo: Geometry,
  roots: readonly number[],
): Found[] {
  const found: Found[] = [...machine.watch.violations.values()].map((violation) => ({
    what: violation.what,
    ctx: violation.ctx,
    text: violationWords(violation),
  }));
  for (const [fn, ctx] of reports.bugs)
    found.push({ what: 'bug', ctx, text: `a BUG fires in ${fn}() of ${letter(ctx)}` });
  const waiting = deadlockWords(waitGraph(machine));
  if (waiting !== '') found.push({ what: 'deadlock', text: waiting });
  const { leaked, dangling } = looseTables(machine.memory, machine.tables, geo, roots, (table) =>
    machine.isDeposited(table),
  );
  if (leaked > 0)
    found.push({ what: 'leaked', text: `${tables(leaked)} neither freed nor reachable at the end` });
  if (dangling > 0)
    found.push({ what: 'dangling', text: `${tables(dangling)} freed, and still linked at the end` });
  return found;
}

function tables(n: number): string {
  return n === 1 ? '1 table is' : `${n} tables are`;
}
