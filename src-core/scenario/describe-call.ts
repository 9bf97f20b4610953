import type { CallName } from './calls.ts';
import { callSchema } from './schema-calls.ts';
import { DESCRIPTIONS } from './schema-json.ts';

/**
 * What an argument of a call is, for a form. `json`: a kind that this does not know; its value is written as JSON.
 * `root`: an mm whose tables stand in for the own ones, or none.
 */
export type ArgumentKind =
  | 'address'
  | 'physical'
  | 'bytes'
  | 'pfn'
  | 'bits'
  | 'count'
  | 'number'
  | 'yes-no'
  | 'mm'
  | 'root'
  | 'vma'
  | 'walk-lock'
  | 'callbacks'
  | 'choice'
  | 'json';

export interface ArgumentDescription {
  /** As in the scenario's JSON. */
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly optional: boolean;
  /** May be null, which is a value of its own. */
  readonly nullable: boolean;
  /** A sentence on what it means; empty where there is none. */
  readonly about: string;
  /** Of a number: the smallest and the largest there is. */
  readonly min?: number;
  readonly max?: number;
  /** Of a choice or of callbacks: what there is, as in the JSON. */
  readonly options?: readonly (string | number)[];
}

/** A kernel function that a scenario can call, as the schema has it. */
export interface CallDescription {
  readonly fn: CallName;
  /** In the kernel's order, as far as the schema keeps it; locks around the call are none of them. */
  readonly arguments: readonly ArgumentDescription[];
  readonly takesLocks: boolean;
}

/** As much of a valibot schema as is read here. */
interface Part {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Part>>;
  readonly wrapped?: Part;
  readonly item?: Part;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
}

const described = new Map<CallName, CallDescription>();

/** Name, arguments and their kinds of a call, read off the schema: a call that is added there is described here. */
export function describeCall(fn: CallName): CallDescription {
  const known = described.get(fn);
  if (known !== undefined) return known;
  const schema = (callSchema.options as unknown as readonly Part[]).find(
    (option) => option.entries?.['fn']?.literal === fn,
  );
  if (schema === undefined) throw new Error(`[engine bug] the schema has no ${fn}`);
  const entries = Object.entries(schema.entries ?? {}).filter(([name]) => name !== 'fn' && name !== 'locks');
  const made: CallDescription = {
    fn,
    arguments: entries.map(([name, part]) => argument(name, part)),
    takesLocks: schema.entries?.['locks'] !== undefined,
  };
  described.set(fn, made);
  return made;
}

/** Hex values mean what their names say; a name that is not here is bits. */
const HEX: Readonly<Record<string, ArgumentKind>> = {
  start: 'address',
  end: 'address',
  addr: 'address',
  virt: 'address',
  to: 'address',
  phys: 'physical',
  size: 'bytes',
  pfn: 'pfn',
};
const COUNTS: readonly string[] = ['numpages', 'nr'];

function argument(name: string, outer: Part): ArgumentDescription {
  let part = outer;
  let optional = false;
  let nullable = false;
  while (part.wrapped !== undefined) {
    if (part.type === 'nullable') nullable = true;
    else optional = true;
    part = part.wrapped;
  }
  const about = DESCRIPTIONS[`contexts[].calls[].${name}`] ?? '';
  return { name, optional, nullable, about, ...kindOf(name, part, optional) };
}

function kindOf(
  name: string,
  part: Part,
  optional: boolean,
): Pick<ArgumentDescription, 'kind' | 'min' | 'max' | 'options'> {
  switch (part.type) {
    case 'boolean':
      return { kind: 'yes-no' };
    case 'string':
      return { kind: HEX[name] ?? (isHex(part) ? 'bits' : 'json') };
    case 'number': {
      const limit = (type: string): unknown => part.pipe?.find((check) => check.type === type)?.requirement;
      const [min, max] = [limit('min_value'), limit('max_value')];
      const kind = name === 'vma' ? 'vma' : COUNTS.includes(name) ? 'count' : 'number';
      return { kind, ...(typeof min === 'number' && { min }), ...(typeof max === 'number' && { max }) };
    }
    case 'picklist': {
      const options = (part.options ?? []) as readonly (string | number)[];
      if (options.includes('init_mm')) return { kind: optional ? 'root' : 'mm', options };
      return { kind: name === 'walkLock' ? 'walk-lock' : 'choice', options };
    }
    case 'strict_object': {
      const options = part.entries?.['callbacks']?.item?.options;
      return options === undefined ? { kind: 'json' } : { kind: 'callbacks', options: options as string[] };
    }
    default:
      return { kind: 'json' };
  }
}

function isHex(part: Part): boolean {
  const pattern = part.pipe?.find((check) => check.type === 'regex')?.requirement;
  return pattern instanceof RegExp && pattern.source.startsWith('^0x');
}
