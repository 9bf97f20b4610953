import { describe, expect, it } from 'vitest';
import { accessibility, sentence, useSite } from './open.ts';

const site = useSite();

describe('a deadlock', () => {
  it('is called one, with who waits for whom: in the caption, at the lanes and in the card of locks', async () => {
    await site.visit(
      async (page) => {
        await expect
          .poll(() => sentence(page))
          .toContain('Deadlock: nobody can go on. a waits for init_mm.mmap_lock');
        const lanes = page.locator('.lane-head[data-waits="deadlock"]');
        expect(await lanes.count()).toBe(2);
        expect(await lanes.nth(0).innerText()).toContain('waits for b, init_mm.mmap_lock');
        expect(await lanes.nth(1).innerText()).toContain('waits for a, init_mm.mmap_lock');
        const card = page.locator('[data-card="locks"]');
        expect(await card.innerText()).toContain('▲ deadlock');
        const edges = card.locator('.deadlock li');
        expect(await edges.nth(0).innerText()).toContain(
          'waits for init_mm.mmap_lock for write, which is held by b',
        );
        expect(await edges.nth(1).innerText()).toContain('behind a, which has queued for it for write');
        expect(await accessibility(page)).toEqual([]);
        // Two steps before, b could still go on: nothing is a deadlock yet.
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('ArrowLeft');
        await expect.poll(() => lanes.count()).toBe(0);
        expect(await card.innerText()).not.toContain('deadlock');
      },
      {},
      '#v1.l.nested-reader.b14a4@20',
    );
  });
});
