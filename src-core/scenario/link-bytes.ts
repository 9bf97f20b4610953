import { deflateSync, Inflate } from 'fflate';

/**
 * Bytes as the text of a link and back. What comes in is not trusted: every function here is bounded by the length of its
 * argument or by a limit it is given, and answers undefined to what it can't read.
 */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const VALUES: Readonly<Record<string, number>> = Object.fromEntries([...DIGITS].map((c, i) => [c, i]));

/** base64url without padding (RFC 4648 §5). */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k < Math.min(left, 3) + 1; k++) text += DIGITS.charAt((word >>> (18 - 6 * k)) & 63);
  }
  return text;
}

/** The bytes, or undefined if the text is not base64url; unused low bits of the last character must be zero. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charAt(i)];
    if (value === undefined) return undefined;
    word = ((word << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[n++] = (word >>> bits) & 0xff;
    }
  }
  return (word & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}

/** CRC-32 as gzip and PNG have it. A link is short, so eight shifts a byte will do. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The same JSON in characters below 128: others are escaped. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** ASCII text, deflated, after its CRC-32 (little endian, over the deflated bytes). */
export function seal(ascii: string): Uint8Array {
  const text = new Uint8Array(ascii.length);
  for (let i = 0; i < ascii.length; i++) text[i] = ascii.charCodeAt(i);
  const deflated = deflateSync(text, { level: 9 });
  const sealed = new Uint8Array(4 + deflated.length);
  new DataView(sealed.buffer).setUint32(0, crc32(deflated), true);
  sealed.set(deflated, 4);
  return sealed;
}

export type Unsealed =
  | { readonly ok: true; readonly text: string }
  /** The checksum or the deflated data is wrong. */
  | { readonly ok: false; readonly why: 'damaged' }
  /** More than `limit` bytes come out: this many when that was noticed. */
  | { readonly ok: false; readonly why: 'too-big'; readonly inflated: number };

/** Inflated this many bytes at a time, so that a bomb is noticed after little work. */
const PIECE = 512;

/** Opens what `seal` made; at most `limit` characters come out. */
export function unseal(sealed: Uint8Array, limit: number): Unsealed {
  if (sealed.length < 5) return { ok: false, why: 'damaged' };
  const deflated = sealed.subarray(4);
  if (new DataView(sealed.buffer, sealed.byteOffset).getUint32(0, true) !== crc32(deflated))
    return { ok: false, why: 'damaged' };
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    const inflate = new Inflate((piece) => {
      size += piece.length;
      if (size <= limit) pieces.push(piece);
    });
    for (let i = 0; i < deflated.length; i += PIECE) {
      inflate.push(deflated.subarray(i, i + PIECE), i + PIECE >= deflated.length);
      if (size > limit) return { ok: false, why: 'too-big', inflated: size };
    }
  } catch {
    return { ok: false, why: 'damaged' };
  }
  let text = '';
  for (const piece of pieces) {
    for (const byte of piece) {
      if (byte > 127) return { ok: false, why: 'damaged' };
      text += String.fromCharCode(byte);
    }
  }
  return { ok: true, text };
}
