import { describe, expect, it } from 'vitest';
import { TablePage } from './page.ts';

describe('TablePage.alike', () => {
  it('compares whole entries of a range', () => {
    const page = new TablePage(0x1000, 3, 'init_mm', undefined, new Int32Array(2 * 512), 1);
    expect(page.alike(0, 512)).toBe(true);
    page.set(7, 0, 1);
    expect([page.alike(0, 7), page.alike(0, 8), page.alike(7, 1), page.alike(8, 504)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    page.set(8, 1, 1);
    expect(page.alike(7, 2)).toBe(false);
  });
});
