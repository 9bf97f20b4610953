import type { CaptureMeta, MetaMarker } from './meta.ts';

/**
 * The meta.json of a capture that comes with Pagewalk, parsed: as checkMeta() would give it. That it passes, a test sees to, so
 * that the page need not load the checks before it shows anything.
 */
export function builtinMeta(json: unknown): CaptureMeta {
  const meta = json as CaptureMeta;
  const lists: Record<string, readonly MetaMarker[]> = {};
  for (const key of ['markers', 'efi_markers'] as const) {
    const list = meta[key] as readonly unknown[] | undefined;
    if (list !== undefined) lists[key] = list.map(marker);
  }
  return { ...meta, ...lists };
}

function marker(row: unknown): MetaMarker {
  const [start, name, maxLines = 0] = row as [string, string, number?];
  return { start, name, maxLines };
}
