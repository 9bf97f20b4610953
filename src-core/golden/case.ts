import type { ListingRow } from '../memory/listing.ts';

/** One line of a golden file of single traces (golden/FORMAT.md §2–5), as far as it is read here. */
export interface GoldenCase {
  readonly id: string;
  readonly cat: string;
  readonly kernel: string;
  readonly geo: string;
  readonly scenario: GoldenScenario;
  readonly events: readonly GoldenEvent[];
  readonly ret: number | null;
  readonly final: readonly ListingRow[] | 'same';
  readonly bug?: true;
}

export interface GoldenScenario {
  readonly geo: {
    readonly pageShift: number;
    readonly vaBits: number;
    readonly levels: number;
    readonly contPteShift: number;
    readonly contPmdShift: number;
  };
  readonly mms: readonly {
    readonly name: 'init_mm' | 'efi_mm' | 'user';
    readonly root: string;
    readonly lock: 'none' | 'read' | 'write';
  }[];
  readonly tables: readonly ListingRow[];
  readonly vmas: readonly {
    readonly start: string;
    readonly end: string;
    readonly flags: readonly string[];
  }[];
  readonly cfg: {
    readonly bbml3: boolean;
    readonly capsFinal: boolean;
    readonly linearReq: boolean;
    readonly rodataFull: boolean;
    readonly debugPagealloc: boolean;
    readonly kfenceDirect: boolean;
    readonly bti: boolean;
    readonly useNg: boolean;
    readonly pageAlloc: boolean;
    readonly online: number;
    readonly kfStart: string;
    readonly kfEnd: string;
    readonly physOffset: string;
  };
  readonly vmAreas: readonly {
    readonly addr: string;
    readonly size: string;
    readonly flags: readonly ('ALLOC' | 'ALLOW_HUGE')[];
    readonly pages: readonly [first: string, step: string, count: number];
  }[];
  readonly allocBase: string;
  readonly allocFailAt: number;
  readonly cbs: readonly string[];
  readonly rules: readonly {
    readonly cb: string;
    readonly n: number;
    readonly ret: number;
    readonly action: 'subtree' | 'continue' | 'again' | null;
    readonly write: string | null;
  }[];
  readonly op: { readonly fn: string; readonly [argument: string]: unknown };
}

/** An event: `ev` and its fields, values as in the file. */
export type GoldenEvent = { readonly ev: string } & { readonly [field: string]: unknown };

/** A line is a case of single traces if it has `events`; outcome sets have `outcomes`. */
export function isTraceCase(line: unknown): line is GoldenCase {
  return typeof line === 'object' && line !== null && 'events' in line && 'scenario' in line;
}
