import { describe, expect, it } from 'vitest';
import { projectStep } from '../../src-core/golden/project.ts';
import { runContexts } from './run.ts';

describe('tables that v6.12 builds for a permission change', () => {
  it('are told as the recorded programs’ stand-ins tell them: the level, the store, no lock and no constructor', () => {
    const run = runContexts({ revision: 'v6.12' }, [
      { calls: [{ fn: 'set_memory_valid', addr: '0xffff000000200000', numpages: 1, enable: true }] },
    ]);
    const told = run.steps.flatMap((s) => {
      const event = projectStep(s);
      if (event === undefined) return [];
      return event.ev === 'alloc'
        ? [`alloc ${String(event['level'])} ${Object.keys(event).length}`]
        : [event.ev];
    });
    const level = (name: string): string[] => [`alloc ${name} 3`, 'set', 'dsb', 'isb'];
    expect(told).toEqual([...level('pud'), ...level('pmd'), ...level('pte'), 'lazy', 'set', 'lazy', 'tlbi']);
    // They are locked and, above the PTE, constructed all the same.
    expect(run.steps.filter((s) => s.ev === 'lock')).toHaveLength(3);
    expect(run.steps.filter((s) => s.ev === 'ctor').map((s) => (s.ev === 'ctor' ? s.level : ''))).toEqual([
      'pud',
      'pmd',
    ]);
  });
});
