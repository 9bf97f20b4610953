import { describe, expect, it } from 'vitest';
import { heldName, heldWords } from './locks.ts';

describe('what is held, in words', () => {
  it('is a lock by its name in the kernel and how it is held', () => {
    expect(heldWords('mmap:init_mm/read')).toBe('init_mm.mmap_lock for read');
    expect(heldWords('mem_hotplug/write')).toBe('mem_hotplug_lock for write');
  });

  it('is a section for RCU', () => {
    expect(heldName('rcu')).toBe('RCU read section');
    expect(heldWords('rcu/read')).toBe('RCU read section');
  });
});
