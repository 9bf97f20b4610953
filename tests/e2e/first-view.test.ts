import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { count, sentence, useSite } from './open.ts';

const site = useSite();

/** Gzipped bytes of scripts that the first view may take. Most of it is React's DOM (62 kB) and the engine that runs the walk. */
const MOST = 184_000;

describe('the first view', () => {
  it('is drawn from few scripts; the rest comes after it', async () => {
    await site.visit(async (page) => {
      await page.addInitScript(() => {
        const seen = new MutationObserver(() => {
          if (document.querySelector('.caption') === null) return;
          seen.disconnect();
          requestAnimationFrame(() =>
            document.documentElement.setAttribute('data-drawn-at', `${performance.now()}`),
          );
        });
        seen.observe(document, { childList: true, subtree: true });
      });
      await page.reload();
      await expect
        .poll(() => page.evaluate(() => performance.getEntriesByType('resource').map((r) => r.name)))
        .toEqual(expect.arrayContaining([expect.stringContaining('calls-others')]));
      const first = await page.evaluate(() => {
        const drawn = Number(document.documentElement.getAttribute('data-drawn-at'));
        return performance
          .getEntriesByType('resource')
          .filter((r) => r.name.endsWith('.js') && r.startTime < drawn)
          .map((r) => r.name);
      });
      expect(first.join(' ')).not.toMatch(/calls-others|library|telling|EntryFacts|pointing|LifeBar/);
      let bytes = 0;
      for (const name of first)
        bytes += gzipSync(await (await page.request.get(name)).body(), { level: 9 }).length;
      expect(bytes).toBeGreaterThan(100_000);
      expect(bytes).toBeLessThan(MOST);
    });
  });

  it('steps, tells and opens other scenarios while what they take is still on its way', async () => {
    await site.visit(async (page) => {
      await page.route(
        /\/(calls-others|library|telling|EntryFacts|Answer|goto|pointing|LifeBar)-[^/]*\.js$/,
        async (route) => {
          await new Promise((done) => setTimeout(done, 1500));
          await route.continue();
        },
      );
      await page.reload();
      await page.locator('.caption').waitFor();
      await page.keyboard.press('ArrowRight');
      await expect.poll(async () => (await count(page)).at).toBe(1);
      // A few words of the step at once, its sentence when that has come.
      expect(await sentence(page)).toContain('walk_kernel_page_table_range_lockless');
      await page.keyboard.press('ArrowRight');
      // A click that the map can't answer yet is not lost.
      await page.locator('.map-host .row .hit').nth(1).click();
      await expect.poll(() => sentence(page)).toMatch(/\.$/);
      await expect.poll(() => page.locator('[data-card="entry"]').innerText()).toContain('selected');
      await page.evaluate(() => (location.hash = '#v1.l.one-page-in-a-block'));
      await expect.poll(() => page.locator('h1').textContent()).toContain('page');
      await expect.poll(() => page.locator('.caption').textContent()).toContain('set_memory');
      expect((await count(page)).of).toBeGreaterThan(5);
    });
  });
});
