import { describe, expect, it } from 'vitest';
import { whyNoCapture } from './recognise.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('what a wrong file is', () => {
  it.each([
    ['a/empty.bin', bytes(''), 'empty.bin is empty.'],
    ['pic.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13]), 'pic.png is a picture (PNG)'],
    ['vmlinux', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2]), 'vmlinux is an ELF file'],
    ['meta.json', bytes('{"name": "x"}'), 'meta.json only describes a capture'],
    ['walk.txt', bytes('{"format": "pagewalk/scenario"'), 'walk.txt is a scenario, but'],
    ['other.json', bytes('[1]'), 'other.json is JSON, but no scenario'],
    ['notes.md', bytes('# notes\n'), 'notes.md is a text file'],
    ['rand.bin', new Uint8Array([1, 2, 3, 250]), 'rand.bin is no capture of page tables'],
  ])('%s', (path, head, says) => {
    expect(whyNoCapture(path, head)).toContain(says);
    expect(whyNoCapture(path, head)).toMatch(/\.$/);
  });
});
