import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importCapture } from '../import/capture.ts';
import type { EfiLog } from '../import/efi-log.ts';
import { parseEfiLog } from '../import/efi-log.ts';
import type { World } from '../scenario/world.ts';
import { tableLedger } from '../scenario/run-ledger.ts';
import { checkEfi, rebuildEfi } from './live-efi.ts';

const CAPTURES = ['x4-4k-48', 'a72-4k-48-noalias', 'max-16k-52'] as const;

function captured(name: (typeof CAPTURES)[number]): { readonly world: World; readonly log: EfiLog } {
  const file = (part: string): Buffer =>
    readFileSync(new URL(`../../tests/data/captures/${name}/${part}`, import.meta.url));
  const meta = JSON.parse(file('meta.json').toString('utf8')) as unknown;
  const read = importCapture(file('tables.bin.gz'), meta, name);
  if (!read.ok) throw new Error(read.error.message);
  return { world: read.value.world, log: parseEfiLog(file('efi-map.txt').toString('utf8')) };
}

const { world, log } = captured('x4-4k-48');

describe('efi_mm of a captured kernel', () => {
  it('reads the firmware’s memory out of the kernel log', () => {
    expect(log.map.filter((r) => r.attr.bit(63)).map((r) => r.type)).toEqual([5, 6, 5, 5, 6, 11, 11]);
    expect(log.attributes).toHaveLength(21);
  });

  it.each(CAPTURES)('%s: is rebuilt entry for entry', (name) => {
    const capture = captured(name);
    expect(checkEfi(capture.world, capture.log)).toBeUndefined();
  });

  it('differs where the map is another, or a permission is not applied', () => {
    const shorter = { ...log, map: log.map.filter((r) => r.type !== 6) };
    expect(checkEfi(world, shorter)).toMatch(/the live kernel/);
    expect(checkEfi(world, { ...log, attributes: [] })).toMatch(/^pte entry of 0x7c440000/);
  });

  it('has a lock on every PTE and PMD table, and none above', () => {
    const run = rebuildEfi(world, log);
    if (!run.ok) throw new Error(run.error.message);
    const { rows, faults } = tableLedger(run.value).at(run.value.steps.length);
    expect(faults).toEqual([]);
    expect(rows.map((r) => `${r.level} ${r.owner ?? ''} ${r.allocated} ${r.ctors} ${r.locks}`)).toEqual([
      'pte efi_mm 5 5 5',
      'pmd efi_mm 2 2 2',
      'pud efi_mm 1 1 0',
      'pgd efi_mm 1 1 0',
    ]);
  });
});
