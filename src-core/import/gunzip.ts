import { Gunzip } from 'fflate';
import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { crc32 } from './crc32.ts';

/** Output of one file is at most this many bytes, whatever the caller allows. */
export const MAX_INFLATED = 256 * 1024 * 1024;

/** Input goes in by small pieces: deflate makes at most 1032 bytes of one, so a bomb is seen before it is large. */
const PIECE = 4096;
/** Bytes of the content that are shown to `refuse`. */
const HEAD = 24;

export interface GunzipOptions {
  /** Most bytes the content may have (default and maximum: 256 MiB). */
  readonly limit?: number;
  /** Sees the first bytes of the content (24 or all there are) and may refuse them: returns why. */
  readonly refuse?: (head: Uint8Array) => string | undefined;
}

/** True when the bytes begin as a gzip member does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/**
 * The content of a gzip file of one member, its length and checksum verified. A file that is cut off, damaged, or has
 * more content than `limit` is refused with a Problem.
 */
export function gunzip(bytes: Uint8Array, options: GunzipOptions = {}): Result<Uint8Array> {
  const limit = Math.min(options.limit ?? MAX_INFLATED, MAX_INFLATED);
  if (!isGzip(bytes)) return problem('gzip', 'is no gzip file');
  if (bytes.length < 20)
    return problem('gzip', `ends after ${bytes.length} bytes: too short for a gzip file`);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const promised = trailer.getUint32(4, true);
  // Deflate makes at most 1032 bytes of one: an end that says more is no end.
  if (promised > 1032 * bytes.length)
    return problem(
      'gzip',
      `is cut off or damaged: its end says ${promised} bytes, more than ${bytes.length} can hold`,
    );
  if (promised > limit) return problem('gzip', `holds ${promised} bytes; at most ${limit} are read`);

  const pieces: Uint8Array[] = [];
  let total = 0;
  let checked = false;
  let members = 0;
  let refused: string | undefined;
  const stream = new Gunzip((piece) => {
    if (refused !== undefined || piece.length === 0) return;
    total += piece.length;
    pieces.push(piece);
    if (!checked && total >= HEAD) {
      checked = true;
      refused = options.refuse?.(join(pieces, total).subarray(0, HEAD));
    }
    if (total > limit) refused ??= `holds more than ${limit} bytes, which is the most that is read`;
  });
  stream.onmember = () => {
    members++;
  };
  for (let at = 0; at < bytes.length && refused === undefined; at += PIECE) {
    try {
      stream.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
    } catch {
      return problem(
        'gzip',
        `is damaged or cut off: the compressed data makes no sense near byte ${at} of ${bytes.length}`,
      );
    }
  }
  if (refused !== undefined) return problem('gzip', refused);
  if (members > 1) return problem('gzip', `has ${members} members joined; one is expected`);
  const content = join(pieces, total);
  if (!checked) refused = options.refuse?.(content.subarray(0, HEAD));
  if (refused !== undefined) return problem('gzip', refused);
  if (content.length !== promised) {
    return problem(
      'gzip',
      `is cut off or damaged: it unpacks to ${content.length} bytes and its end says ${promised}`,
    );
  }
  if (crc32(content) !== trailer.getUint32(0, true))
    return problem('gzip', 'is damaged: the checksum of its content differs');
  return ok(content);
}

function join(pieces: readonly Uint8Array[], total: number): Uint8Array {
  if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0];
  const all = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
