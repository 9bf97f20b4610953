import { describe, expect, it } from 'vitest';
import { accessibility, count, useSite } from './open.ts';

const site = useSite();
const MUNMAP = '#v1.l.nolock-meets-munmap@53';

describe('the life of a table, under the lanes', () => {
  it('has a part for each of its states, to the scale of the steps; a part says its step and goes there', async () => {
    await site.visit(
      async (page) => {
        const life = page.getByRole('list', { name: 'The life of the PTE table 48015000' });
        await life.waitFor();
        expect(await page.locator('.life-head').innerText()).toContain('destructed');
        const parts = life.getByRole('button');
        const names = await parts.evaluateAll((all) => all.map((part) => part.getAttribute('aria-label')));
        expect(names.map((name) => name?.split(',')[0])).toEqual([
          'linked',
          'unlinked',
          'RCU pending',
          'destructed',
          'freed',
        ]);
        expect(await accessibility(page)).toEqual([]);
        const boxes = await life
          .locator('li')
          .evaluateAll((all) => all.map((li) => li.getBoundingClientRect().left));
        expect(boxes).toEqual(boxes.toSorted((a, b) => a - b));
        const unlinked = Number(/step (\d+)/.exec(names[1] ?? '')?.[1]);
        await parts.nth(1).focus();
        await expect.poll(() => page.locator('.hover-step').innerText()).toContain(`${unlinked}`);
        await page.keyboard.press('Enter');
        await expect.poll(async () => (await count(page)).at).toBe(unlinked);
        expect(await page.locator('.life-head').innerText()).toContain('unlinked');
      },
      {},
      MUNMAP,
    );
  });

  it('is not there for a walk that only reads', async () => {
    await site.visit(async (page) => {
      await page.keyboard.press('ArrowRight');
      await expect.poll(async () => (await count(page)).at).toBe(1);
      expect(await page.locator('.life').count()).toBe(0);
    });
  });

  it('is within a finger’s reach on a phone', async () => {
    await site.visit(
      async (page) => {
        const parts = page.locator('.life button');
        await expect.poll(() => parts.count()).toBe(5);
        for (const box of await parts.evaluateAll((all) => all.map((part) => part.getBoundingClientRect())))
          expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
        await parts.nth(0).click();
        await expect.poll(async () => (await count(page)).at).toBe(0);
      },
      { viewport: { width: 375, height: 800 }, hasTouch: true, isMobile: true },
      MUNMAP,
    );
  });
});
