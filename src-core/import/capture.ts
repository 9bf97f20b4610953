import type { Result } from '../base/result.ts';
import { ok } from '../base/result.ts';
import type { Capture } from './capture-of.ts';
import { captureOf } from './capture-of.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { checkMeta } from './meta.ts';
import { MAX_TABLES_BYTES, refuseHead } from './tables.ts';

export type { Capture, PtdumpMarker } from './capture-of.ts';

/**
 * A capture from tables.bin (packed or not) and the parsed meta.json, if there is one. `name` is what it is called when
 * meta.json has no name. Problems say at which byte and table of the file, or where in meta.json.
 */
export function importCapture(tables: Uint8Array, meta: unknown, name: string): Result<Capture> {
  const checked = meta === undefined ? undefined : checkMeta(meta);
  if (checked !== undefined && !checked.ok) return checked;
  const content = isGzip(tables)
    ? gunzip(tables, { limit: MAX_TABLES_BYTES, refuse: refuseHead })
    : ok(tables);
  return content.ok ? captureOf(content.value, checked?.value, name) : content;
}
