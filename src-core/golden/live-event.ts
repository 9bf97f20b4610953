import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';

/** One event of a capture (captures/FORMAT.md): what was run in the guest, and how the tables differed afterwards. */
export interface LiveEvent {
  readonly command: string;
  readonly output: GuestOutput | undefined;
  readonly changed: readonly ChangedEntry[];
  readonly newTables: readonly NewTable[];
  readonly goneTables: readonly { readonly pa: number }[];
  /** `nr_page_table_pages` after minus before; undefined where it was not taken. */
  readonly tablePagesDelta: number | undefined;
}

/** The helper's answer to `op NAME slot page n`. */
export interface GuestOutput {
  readonly op: string;
  readonly slot: number;
  readonly page: number;
  readonly n: number;
  readonly ret: number;
  /** Address of the object, and its pages; absent once it is freed. */
  readonly base: U64 | undefined;
  readonly npages: number;
  /** Physical addresses of its first pages, 16 at the most. */
  readonly phys: readonly U64[];
}

export interface ChangedEntry {
  readonly mm: 'init_mm' | 'efi_mm';
  readonly level: number;
  readonly table: number;
  readonly index: number;
  readonly va: U64;
  readonly old: U64;
  readonly new: U64;
  readonly region: string;
}

export interface NewTable {
  readonly mm: 'init_mm' | 'efi_mm';
  readonly level: number;
  readonly pa: number;
  readonly va: U64;
  readonly entries: readonly (readonly [index: number, value: U64])[];
}

type Json = Readonly<Record<string, unknown>>;

/** Reads an event. What is malformed comes back with its path. */
export function parseLiveEvent(json: unknown): Result<LiveEvent> {
  if (typeof json !== 'object' || json === null) return problem('', 'is no event');
  const event = json as Json;
  const command = event['guest_command'];
  if (typeof command !== 'string') return problem('guest_command', 'is missing');
  try {
    const lines = Array.isArray(event['guest_output']) ? event['guest_output'].map(String) : [];
    const delta = event['nr_page_table_pages_delta'];
    return ok({
      command,
      output: parseOutput(lines.join(' ')),
      changed: list(event, 'changed').map((c) => ({
        mm: mmOf(c['mm']),
        level: Number(c['level']),
        table: hex(c['table']).toNumber(),
        index: Number(c['index']),
        va: hex(c['va']),
        old: hex(c['old']),
        new: hex(c['new']),
        region: String(c['region']),
      })),
      newTables: list(event, 'new_tables').map((t) => ({
        mm: mmOf(t['mm']),
        level: Number(t['level']),
        pa: hex(t['pa']).toNumber(),
        va: hex(t['va']),
        entries: (t['entries'] as readonly (readonly [number, unknown])[]).map(
          ([i, v]) => [i, hex(v)] as const,
        ),
      })),
      goneTables: list(event, 'gone_tables').map((t) => ({ pa: hex(t['pa']).toNumber() })),
      tablePagesDelta: typeof delta === 'number' ? delta : undefined,
    });
  } catch (cause) {
    return problem('', cause instanceof Error ? cause.message : String(cause));
  }
}

function list(event: Json, key: string): readonly Json[] {
  const value = event[key];
  if (!Array.isArray(value)) throw new Error(`${key} is no list`);
  return value as readonly Json[];
}

function mmOf(value: unknown): 'init_mm' | 'efi_mm' {
  return value === 0 ? 'init_mm' : 'efi_mm';
}

function hex(value: unknown): U64 {
  const v = U64.parse(String(value));
  if (v === undefined) throw new Error(`${String(value)} is no 64-bit value`);
  return v;
}

/** `op=ro slot=3 page=1 n=1 ret=0 base=0x… npages=4 phys=0x…,0x… lm0=0x…` */
function parseOutput(text: string): GuestOutput | undefined {
  const fields = new Map([...text.matchAll(/(\w+)=(\S+)/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
  const op = fields.get('op');
  if (op === undefined) return undefined;
  const number = (key: string): number => Number(fields.get(key) ?? NaN);
  const base = fields.get('base');
  return {
    op,
    slot: number('slot'),
    page: number('page'),
    n: number('n'),
    ret: number('ret'),
    base: base === undefined ? undefined : hex(base),
    npages: fields.has('npages') ? number('npages') : 0,
    phys: (fields.get('phys') ?? '')
      .split(',')
      .filter((p) => p !== '')
      .map(hex),
  };
}
