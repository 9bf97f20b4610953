import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Capture, PtdumpDump, Result } from '../index.ts';
import {
  builtinCapture,
  captureFromPtdump,
  gunzip,
  importCapture,
  isGzip,
  isTables,
  looksLikePtdump,
  parseMeta,
  parsePtdump,
} from '../index.ts';

/** Something `import` was given, read and understood. */
export type Imported =
  | {
      readonly kind: 'capture';
      readonly label: string;
      readonly packed: number;
      readonly meta: boolean;
      readonly capture: Capture;
    }
  | {
      readonly kind: 'ptdump';
      readonly label: string;
      readonly dump: PtdumpDump;
      /** Tables that would print this text, or why there are none. */
      readonly rebuilt: Result<Capture>;
    };

/** Packed or not, no file larger than this is read. */
const MAX_FILE = 64 * 1024 * 1024;

/**
 * Reads a capture folder, a tables file (with the meta.json beside it, or the one given), a ptdump text, or the name of a
 * capture that comes with Pagewalk. `label` is how the caller named it; problems begin with it.
 */
export async function readImported(label: string, cwd: string, meta?: string): Promise<Result<Imported>> {
  const metaPath = meta === undefined ? undefined : resolve(cwd, meta);
  const path = resolve(cwd, label);
  const found = await kindOf(path);
  if (found === 'none') {
    const builtin = builtinCapture(label);
    const root = process.env['PAGEWALK_ROOT'];
    if (builtin === undefined) return fail(label, 'there is no such file or folder');
    if (root === undefined)
      return fail(label, 'the captures that come with Pagewalk are not here (PAGEWALK_ROOT is not set)');
    return readFileAs(label, join(root, 'public', builtin.tables), join(root, 'public', builtin.meta), true);
  }
  if (found === 'folder') {
    for (const name of ['tables.bin.gz', 'tables.bin']) {
      const tables = join(path, name);
      if ((await kindOf(tables)) === 'file')
        return readFileAs(label, tables, metaPath ?? join(path, 'meta.json'), metaPath !== undefined);
    }
    return fail(label, 'is no capture folder: there is no tables.bin.gz in it');
  }
  return readFileAs(label, path, metaPath ?? join(dirname(path), 'meta.json'), metaPath !== undefined);
}

/** Reads one file by its content. `metaNeeded`: meta.json was asked for, so it must be there. */
async function readFileAs(
  label: string,
  path: string,
  metaPath: string,
  metaNeeded: boolean,
): Promise<Result<Imported>> {
  const bytes = await readBytes(label, path);
  if (!bytes.ok) return bytes;
  const packed = isGzip(bytes.value);
  const content = packed ? gunzip(bytes.value, { limit: MAX_FILE, refuse: refuseBinary }) : bytes;
  if (!content.ok) return fail(label, content.error.message);
  if (isTables(content.value)) {
    const meta = await readMeta(metaPath, metaNeeded);
    if (!meta.ok) return fail(label, `${meta.error.path}: ${meta.error.message}`);
    const name = basename(path).startsWith('tables') ? basename(dirname(path)) : basename(path);
    const capture = importCapture(content.value, meta.value, name);
    if (!capture.ok) return fail(label, `${capture.error.path}: ${capture.error.message}`);
    return {
      ok: true,
      value: {
        kind: 'capture',
        label,
        packed: bytes.value.length,
        meta: meta.value !== undefined,
        capture: capture.value,
      },
    };
  }
  const text = textOf(content.value);
  if (text === undefined || !looksLikePtdump(text)) {
    return fail(label, 'is neither captured tables ("PTTABS1") nor the text of a kernel\'s ptdump');
  }
  const dump = parsePtdump(content.value);
  if (!dump.ok) return fail(label, `${dump.error.path}: ${dump.error.message}`);
  const rebuilt = captureFromPtdump({ kernel: dump.value }, basename(path));
  return { ok: true, value: { kind: 'ptdump', label, dump: dump.value, rebuilt } };
}

/** A packed file is looked at before it is unpacked whole: tables, or text. */
function refuseBinary(head: Uint8Array): string | undefined {
  if (isTables(head) || head.every((c) => c >= 9 && c < 127)) return undefined;
  return 'is neither captured tables ("PTTABS1") nor the text of a kernel\'s ptdump';
}

/** Parsed meta.json; undefined if it is not there and was not asked for. */
async function readMeta(path: string, needed: boolean): Promise<Result<unknown>> {
  if ((await kindOf(path)) === 'none' && !needed) return { ok: true, value: undefined };
  const bytes = await readBytes('meta.json', path);
  if (!bytes.ok) return bytes;
  return parseMeta(textOf(bytes.value) ?? '');
}

async function readBytes(label: string, path: string): Promise<Result<Uint8Array>> {
  try {
    const size = (await stat(path)).size;
    if (size > MAX_FILE) return fail(label, `has ${size} bytes; at most ${MAX_FILE} are read`);
    // Devices and pipes don't say how much they have.
    const chunks: Uint8Array[] = [];
    let read = 0;
    for await (const chunk of createReadStream(path, { end: MAX_FILE })) {
      chunks.push(chunk as Uint8Array);
      read += (chunk as Uint8Array).length;
    }
    if (read > MAX_FILE)
      return fail(label, `has more than ${MAX_FILE} bytes, which is the most that is read`);
    return { ok: true, value: Buffer.concat(chunks) };
  } catch (cause) {
    return fail(label, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'none';
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function fail(path: string, message: string): Result<never> {
  return { ok: false, error: { path, message } };
}
