/** One round of a 32-bit hash (the body of MurmurHash3). */
export function mix(h: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const r = h ^ k;
  return (Math.imul((r << 13) | (r >>> 19), 5) + 0xe6546b64) | 0;
}

/** 8 hex digits. */
export function hex32(n: number): string {
  return (n >>> 0).toString(16).padStart(8, '0');
}
