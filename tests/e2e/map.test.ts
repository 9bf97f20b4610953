import { describe, expect, it } from 'vitest';
import { accessibility, useSite } from './open.ts';

const { visit } = useSite();

describe('the map and the timeline', () => {
  it('a callback and a hole keep the mark of their entry, and the walker', async () => {
    await visit(
      async (page) => {
        const map = page.locator('.map-host');
        await expect.poll(() => map.textContent()).toContain('pte_entrystep 20');
        expect(await map.locator('.walker').count()).toBe(1);
        await page.keyboard.press('End');
        await page.keyboard.press('ArrowLeft');
        await expect.poll(() => map.locator('.read.hole').count()).toBe(1);
        expect(await map.locator('[aria-label*="the hole of this step"]').count()).toBe(1);
        expect(await map.locator('.walker').count()).toBe(1);
      },
      {},
      '#v1.l.first-walk@20',
    );
  });

  it('zooms four times at most, towards the pointer, keeps a table in view, and 0 or a double click fits', async () => {
    await visit(
      async (page) => {
        const drawn = page.locator('.map-stage svg > g');
        const at = (): Promise<{ k: number; x: number; y: number }> =>
          drawn.evaluate((g) => {
            const m = g instanceof SVGGraphicsElement ? g.transform.baseVal.consolidate()?.matrix : undefined;
            return { k: m?.a ?? 1, x: m?.e ?? 0, y: m?.f ?? 0 };
          });
        const box = await page.locator('.map-stage').boundingBox();
        if (box === null) throw new Error('no map');
        const closer = async (x: number, y: number): Promise<void> => {
          await page.mouse.move(box.x + x, box.y + y);
          for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -400);
        };
        await closer(500, 150);
        await expect.poll(at).toEqual({ k: 4, x: -1500, y: -450 });
        await page.mouse.dblclick(box.x + 500, box.y + 150);
        await expect.poll(at).toEqual({ k: 1, x: 0, y: 0 });
        // The corner of the legend, where there is no table.
        await closer(60, box.height - 5);
        await expect.poll(async () => (await at()).k).toBe(4);
        const inView = await page.locator('.map-stage .row > .hit').evaluateAll((rows) => {
          const host = document.querySelector('.map-stage')?.getBoundingClientRect();
          return rows.filter((row) => {
            const r = row.getBoundingClientRect();
            return host !== undefined && r.bottom > host.top && r.top < host.bottom && r.right > host.left;
          }).length;
        });
        expect(inView).toBeGreaterThan(0);
        await page.locator('.map-host').focus();
        await page.keyboard.press('0');
        await expect.poll(at).toEqual({ k: 1, x: 0, y: 0 });
      },
      {},
      '#v1.l.first-walk@1',
    );
  });

  it('the legend has every kind of step of the run, in a line or behind its button', async () => {
    await visit(
      async (page) => {
        const all = page.locator('.legend > ul li');
        const names = await all.allTextContents();
        expect(names).toEqual(
          expect.arrayContaining(['load', 'callback', 'hole', 'lock', 'unlock', 'assertion']),
        );
        const button = page.getByRole('button', { name: 'All kinds of steps' });
        await button.click();
        await expect.poll(() => page.locator('.legend-all li').allTextContents()).toEqual(names);
        for (const item of await page.locator('.legend-all li').all())
          expect(await item.isVisible()).toBe(true);
        expect(await accessibility(page)).toEqual([]);
        await page.keyboard.press('Escape');
        expect(await page.locator('.legend-all').isVisible()).toBe(false);
      },
      {},
      '#v1.l.locked-walk@30',
    );
  });

  it('needs no button for the legend where the line has room for it', async () => {
    await visit(
      async (page) => {
        await page.waitForTimeout(200);
        expect(await page.getByRole('button', { name: 'All kinds of steps' }).count()).toBe(0);
      },
      { viewport: { width: 1900, height: 900 } },
      '#v1.l.locked-walk@30',
    );
  });

  it('a step lays the page out once', async () => {
    await visit(
      async (page, { context }) => {
        const cdp = await context.newCDPSession(page);
        await cdp.send('Performance.enable');
        const layouts = async (): Promise<number> =>
          (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'LayoutCount')?.value ??
          0;
        const before = await layouts();
        await page.evaluate(async () => {
          for (let i = 0; i < 30; i++) {
            window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
            await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
          }
        });
        expect((await layouts()) - before).toBeLessThanOrEqual(36);
      },
      {},
      '#v1.l.first-walk@20',
    );
  });
});
