import { describe, expect, it } from 'vitest';
import { captureWorld, libraryRun } from '../../tests/support/page-runs.ts';
import type { ShapeMark } from './shape.ts';
import { runShape } from './shape.ts';

const world = captureWorld();
const COLUMNS = 132;
const shape = (id: string): ShapeMark[] => runShape(libraryRun(id, world), COLUMNS);
const width = (marks: readonly ShapeMark[], wanted: (m: ShapeMark) => boolean): number =>
  marks.filter(wanted).reduce((sum, m) => sum + m.n, 0);

describe('the shape of a run', () => {
  it('of a walk: down the levels, mostly in the PMD table, nothing written', () => {
    const marks = shape('first-walk');
    expect(marks.some((m) => m.tone !== 'read')).toBe(false);
    const first = (row: ShapeMark['row']): number =>
      Math.min(...marks.filter((m) => m.row === row).map((m) => m.from));
    expect(first('pgd')).toBeLessThan(first('pud'));
    expect(first('pud')).toBeLessThan(first('pmd'));
    expect(first('pmd')).toBeLessThan(first('pte'));
    expect(width(marks, (m) => m.row === 'pmd')).toBeGreaterThan(COLUMNS / 2);
  });

  it('of a split: what is written stands out, in the PMD and the PTE table', () => {
    const marks = shape('one-page-in-a-block');
    for (const row of ['pmd', 'pte'] as const)
      expect(width(marks, (m) => m.row === row && m.tone === 'written')).toBeGreaterThan(0);
  });

  it('marks what goes wrong', () => {
    expect(shape('forgot-the-lock').filter((m) => m.tone === 'bad')).toHaveLength(1);
    expect(shape('locked-walk').filter((m) => m.tone === 'bad')).toEqual([]);
  });

  it('stays within its columns and never overlaps', () => {
    for (const id of ['first-walk', 'one-page-in-a-block', 'empty-range']) {
      const marks = shape(id);
      expect(marks.length).toBeGreaterThan(0);
      for (const m of marks) {
        expect(m.n).toBeGreaterThan(0);
        expect(m.from + m.n).toBeLessThanOrEqual(COLUMNS);
        const others = marks.filter((o) => o !== m && o.row === m.row);
        expect(others.some((o) => o.from < m.from + m.n && m.from < o.from + o.n)).toBe(false);
      }
    }
  });
});
