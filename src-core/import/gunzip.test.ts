import { gzipSync, crc32 as nodeCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { importCapture } from './capture.ts';

const sample = Buffer.from('page tables '.repeat(5000));

function wrong(bytes: Uint8Array, limit?: number): string {
  const out = gunzip(bytes, limit === undefined ? {} : { limit });
  return out.ok ? 'ok' : out.error.message;
}

describe('gunzip', () => {
  it('unpacks what gzip packs, of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000 }), (bytes) => {
        const out = gunzip(gzipSync(bytes));
        expect(out.ok && Buffer.compare(Buffer.from(out.value), Buffer.from(bytes))).toBe(0);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('tells gzip by its first bytes', () => {
    expect([isGzip(gzipSync(sample)), isGzip(sample), isGzip(new Uint8Array([0x1f, 0x8b]))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(wrong(sample)).toBe('is no gzip file');
  });

  it('does not believe an end that no such file could have', () => {
    const cut = Uint8Array.from(gzipSync(sample).subarray(0, 60));
    new DataView(cut.buffer).setUint32(56, 187_893_641, true);
    expect(wrong(cut, 64 * 1024 * 1024)).toBe(
      'is cut off or damaged: its end says 187893641 bytes, more than 60 can hold',
    );
  });

  it('refuses a file cut off anywhere', () => {
    const packed = gzipSync(sample);
    for (let n = 3; n < packed.length; n++) {
      expect(wrong(packed.subarray(0, n))).toMatch(/too short|cut off|holds \d+ bytes/);
    }
  });

  it('never throws on a damaged file, and never gives other content', () => {
    const content = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i) & 255));
    const packed = gzipSync(content);
    let refused = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: packed.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const copy = Buffer.from(packed);
          copy[at] = (copy[at] ?? 0) ^ flip;
          const out = gunzip(copy);
          if (out.ok) expect(Buffer.compare(Buffer.from(out.value), content)).toBe(0);
          else refused++;
        },
      ),
      { seed: 2, numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(450);
  });

  it('refuses two members joined, and bytes behind the end', () => {
    expect(wrong(Buffer.concat([gzipSync(sample), gzipSync(sample)]))).toMatch(
      /members joined|cut off or damaged/,
    );
    expect(wrong(Buffer.concat([gzipSync(sample), Buffer.alloc(40)]))).not.toBe('ok');
  });

  it('refuses a bomb by what it promises, and one that lies about it before it has unpacked much', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(wrong(bomb, 1 << 20)).toBe('holds 67108864 bytes; at most 1048576 are read');
    bomb.writeUInt32LE(1000, bomb.length - 4);
    let seen = 0;
    const out = gunzip(bomb, {
      limit: 1 << 20,
      refuse: (head) => {
        seen = head.length;
        return undefined;
      },
    });
    expect(out).toMatchObject({
      ok: false,
      error: { message: 'holds more than 1048576 bytes, which is the most that is read' },
    });
    expect(seen).toBe(24);
  });

  it('refuses a bomb that is no capture by its first bytes', () => {
    const bomb = gzipSync(Buffer.alloc(60 * 1024 * 1024));
    const begun = performance.now();
    expect(importCapture(bomb, undefined, 'x')).toEqual({
      ok: false,
      error: { path: 'gzip', message: 'is no capture of page tables: it does not begin with "PTTABS1"' },
    });
    // Unpacking it whole takes some hundred milliseconds; one piece of it takes a few.
    expect(performance.now() - begun).toBeLessThan(150);
  });
});

describe('crc32', () => {
  it('is the checksum of RFC 1952', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
        const whole = crc32(Buffer.concat([a, b]));
        expect(crc32(b, crc32(a))).toBe(whole);
        if (typeof nodeCrc32 === 'function') expect(whole).toBe(nodeCrc32(Buffer.concat([a, b])));
      }),
      { seed: 3 },
    );
  });
});
