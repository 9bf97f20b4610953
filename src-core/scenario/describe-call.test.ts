import { describe, expect, it } from 'vitest';
import { CALL_NAMES } from './calls.ts';
import { describeCall } from './describe-call.ts';

const kinds = (fn: Parameters<typeof describeCall>[0]): string =>
  describeCall(fn)
    .arguments.map((a) => `${a.name}${a.optional ? '?' : ''} ${a.kind}`)
    .join(', ');

describe('describeCall', () => {
  it('tells arguments and their kinds', () => {
    expect(kinds('set_memory_valid')).toBe('addr address, numpages count, enable yes-no');
    expect(kinds('update_range_prot')).toBe('start address, size bytes, set bits, clear bits');
    expect(kinds('walk_page_range_debug')).toContain(
      'mm mm, start address, end address, pgd? root, ops callbacks',
    );
    expect(kinds('walk_page_vma')).toContain('vma vma, ops callbacks, walkLock walk-lock');
    expect(describeCall('set_memory_ro').takesLocks).toBe(true);
  });

  it('knows a kind and says a sentence for every argument of every call', () => {
    for (const fn of CALL_NAMES) {
      for (const { name, kind, about } of describeCall(fn).arguments) {
        // Lists of regions are written as JSON.
        if (name !== 'regions' && name !== 'attributes') expect(kind, `${fn} ${name}`).not.toBe('json');
        expect(about, `${fn} ${name}`).not.toBe('');
      }
    }
  });
});
