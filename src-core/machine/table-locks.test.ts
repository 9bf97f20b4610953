import { describe, expect, it } from 'vitest';
import { TableLocks } from './table-locks.ts';

describe('split locks of tables', () => {
  it('are initialised from constructor to destructor', () => {
    const locks = new TableLocks();
    expect(locks.uninitialised('ptl@0x1000')).toBeUndefined();
    locks.noteAlloc(0x1000);
    expect(locks.uninitialised('ptl@0x1000')).toBe(0x1000);
    expect(locks.uninitialised('pmd_lock@0x1000')).toBe(0x1000);
    locks.noteCtor(0x1000, undefined);
    expect(locks.uninitialised('ptl@0x1000')).toBe(0x1000);
    locks.noteCtor(0x1000, 'kmem');
    expect(locks.uninitialised('ptl@0x1000')).toBeUndefined();
    locks.noteDtor(0x1000);
    expect(locks.uninitialised('ptl@0x1000')).toBe(0x1000);
  });

  it('of tables from before the run are taken to be in order, and other locks are none of theirs', () => {
    const locks = new TableLocks();
    locks.noteAlloc(0x1000);
    locks.noteDtor(0x2000);
    for (const name of ['ptl@0x2000', 'ptl', 'page_table_lock:user', 'mmap:init_mm'])
      expect(locks.uninitialised(name)).toBeUndefined();
  });
});
