import * as v from 'valibot';
import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';

/**
 * The parts of a capture's meta.json that are used. Captures carry much more, and later ones may carry keys unknown here:
 * those are let through.
 */
const address = v.pipe(
  v.string('must be a text such as "0xffff800080000000"'),
  v.regex(/^0x[0-9a-fA-F]{1,16}$/, 'is no 64-bit address: hex with 0x is wanted, as "0xffff800080000000"'),
);
const text = v.pipe(v.string('must be text'), v.maxLength(2000, 'is longer than 2000 characters'));
const small = (min: number, max: number) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );
const count = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);

/** `[address, name]`, on x86 also the most lines ptdump prints below it. */
const marker = v.pipe(
  v.array(v.unknown()),
  v.minLength(2, 'a marker is [address, name]'),
  v.maxLength(3, 'a marker is [address, name] or [address, name, most lines]'),
  v.transform((m) => ({ start: m[0], name: m[1], maxLines: m[2] ?? 0 })),
  v.object({ start: address, name: text, maxLines: count }),
);
const markers = v.pipe(
  v.array(marker, 'must be a list of markers'),
  v.maxLength(64, 'has more than 64 markers'),
);

/** Counts of one level of one mm; see stats.ts. */
const levelStats = v.looseObject({
  tables: count,
  entries: count,
  table: count,
  block: count,
  page: count,
  invalid: count,
  reserved: count,
  contig: count,
  contig_groups: count,
  ro: count,
  rw: count,
  exec: count,
});
const stats = v.record(v.string(), v.record(v.string(), levelStats), 'must be counts by mm and level');

const metaSchema = v.looseObject({
  name: v.optional(text),
  note: v.optional(text),
  arch: v.picklist(['arm64', 'x86-64'], 'must be "arm64" or "x86-64"'),
  kernel: v.optional(text),
  cpu: v.optional(text),
  page_shift: v.optional(small(12, 16)),
  va_bits_config: v.optional(small(36, 57)),
  va_bits_actual: v.optional(small(36, 57)),
  root_level: v.optional(small(-1, 2)),
  levels: v.optional(small(2, 5)),
  lpa2_ds: v.optional(v.boolean('must be true or false')),
  pgd: v.optional(v.record(v.string(), v.looseObject({ pa: address }), 'must give each mm its pgd')),
  linear_va_minus_pa: v.optional(address),
  markers: v.optional(markers),
  efi_markers: v.optional(markers),
  engine: v.optional(
    v.looseObject({
      revision: v.optional(text),
      bti: v.optional(v.boolean('must be true or false')),
      kpti: v.optional(v.boolean('must be true or false')),
      rodata: v.optional(v.picklist(['full', 'noalias', 'off'], 'must be "full", "noalias" or "off"')),
      bbml: v.optional(v.boolean('must be true or false')),
      kfence_early: v.optional(v.boolean('must be true or false')),
      debug_pagealloc: v.optional(v.boolean('must be true or false')),
      va_bits_build: v.optional(small(36, 57)),
    }),
  ),
  stats: v.optional(stats),
  stats_boot: v.optional(stats),
  held: v.optional(v.looseObject({ stats: v.optional(stats) })),
  layout: v.optional(v.record(v.string(), address, 'must give addresses by name')),
});

export type CaptureMeta = v.InferOutput<typeof metaSchema>;
export type MetaMarker = v.InferOutput<typeof marker>;

/** Checks the shape of a parsed meta.json. The first problem comes back with its path: `markers[3].start`. */
export function checkMeta(input: unknown): Result<CaptureMeta> {
  const checked = v.safeParse(metaSchema, input, { abortEarly: true, abortPipeEarly: true });
  if (checked.success) return ok(checked.output);
  const issue = checked.issues[0];
  const path = (issue.path ?? []).reduce(
    (at, item) => (typeof item.key === 'number' ? `${at}[${item.key}]` : `${at}.${String(item.key)}`),
    'meta.json',
  );
  return problem(path, issue.message);
}

/** Parses the text of a meta.json. */
export function parseMeta(json: string): Result<unknown> {
  try {
    return ok(JSON.parse(json) as unknown);
  } catch (error) {
    return problem('meta.json', `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
