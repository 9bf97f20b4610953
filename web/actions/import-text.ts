import { captureFromPtdump, gunzip, isGzip, looksLikePtdump, parsePtdump, problem } from '../engine.ts';
import type { PtdumpDump, Result, World } from '../engine.ts';
import type { Given } from './drops.ts';

/** Bytes that are enough to tell what a file is. */
const HEAD = 64 * 1024;
/** More than a text of a few hundred thousand lines has. */
const MAX_TEXT = 64 * 1024 * 1024;

/** A file of text, unpacked, that begins as the kernel's text about its page tables does; undefined for all others. */
async function textOf({ file }: Given): Promise<Uint8Array | undefined> {
  if (file.size === 0 || file.size > MAX_TEXT) return undefined;
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (!isGzip(head) && !begins(head)) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!isGzip(bytes)) return bytes;
  const unpacked = gunzip(bytes, {
    limit: MAX_TEXT,
    refuse: (first) => (begins(first) ? undefined : 'is no text of page tables'),
  });
  return unpacked.ok ? unpacked.value : undefined;
}

function begins(bytes: Uint8Array): boolean {
  return looksLikePtdump(new TextDecoder().decode(bytes.subarray(0, 400)));
}

/**
 * The tables rebuilt from the kernel's texts among the files: that of init_mm, and that of efi_mm where it is there too. Undefined where
 * none of them is such a text.
 */
export async function worldFromTexts(
  given: readonly Given[],
  signal: AbortSignal,
): Promise<Result<World> | undefined> {
  const found: { readonly path: string; readonly dump: PtdumpDump }[] = [];
  for (const one of given) {
    const text = await textOf(one);
    signal.throwIfAborted();
    if (text === undefined) continue;
    const dump = parsePtdump(text);
    if (!dump.ok) return problem(`${one.path}, ${dump.error.path}`, dump.error.message);
    found.push({ path: one.path, dump: dump.value });
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const lower = ({ dump }: { readonly dump: PtdumpDump }): boolean => (dump.ranges[0]?.start.hi ?? 0) >= 0;
  const kernel = found.find((one) => !lower(one)) ?? first;
  const efi = found.find((one) => one !== kernel && lower(one));
  const name = kernel.path.split('/').at(-1) ?? kernel.path;
  const capture = captureFromPtdump(
    { kernel: kernel.dump, ...(efi === undefined ? {} : { efi: efi.dump }) },
    name.replace(/\.(txt|gz)\b/gi, ''),
  );
  return capture.ok
    ? { ok: true, value: capture.value.world }
    : problem(`${kernel.path}, ${capture.error.path}`, capture.error.message);
}
