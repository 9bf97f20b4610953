import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { accessibility, count, useSite } from './open.ts';

const { visit } = useSite();

describe('the palette', () => {
  it('loses nothing that is typed right after its key, even before it is loaded', async () => {
    await visit(async (page) => {
      await page.evaluate(() => {
        const press = (key: string, ctrlKey = false): void =>
          void document.body.dispatchEvent(
            new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }),
          );
        press('k', true);
        for (const key of 'wfixm') press(key);
        press('Backspace');
        press('ArrowRight');
      });
      await expect.poll(() => page.getByRole('combobox').inputValue()).toBe('wfix');
      await page.keyboard.type('y');
      expect(await page.getByRole('combobox').inputValue()).toBe('wfixy');
      expect((await count(page)).at).toBe(0);
      expect(await page.locator('.walk-form').count()).toBe(0);
    });
  });

  it('runs what was typed and entered before it is loaded', async () => {
    await visit(async (page) => {
      await page.evaluate(() => {
        const press = (key: string, ctrlKey = false): void =>
          void document.body.dispatchEvent(
            new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }),
          );
        press('k', true);
        for (const key of ['l', 'a', 's', 't', ' ', 's', 't', 'e', 'p', 'Enter']) press(key);
      });
      await expect.poll(async () => (await count(page)).at).toBe((await count(page)).of);
      expect(await page.locator('dialog').count()).toBe(0);
    });
  });

  it('says of each walk of the library what it is', async () => {
    await visit(async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('library');
      const options = page.getByRole('option');
      await expect.poll(() => options.count()).toBeGreaterThan(3);
      for (const text of await options.allTextContents()) expect(text).toMatch(/[.!?]$/);
    });
  });
});

describe('the library beside the map', () => {
  it('has the chapter of the scene open, and another when that is asked for', async () => {
    await visit(
      async (page) => {
        const rail = page.getByRole('navigation', { name: 'Library' });
        const real = rail.getByRole('button', { name: /^6/ });
        await expect.poll(() => real.getAttribute('aria-expanded')).toBe('true');
        const here = rail.locator('li button[aria-current="page"]');
        expect(await here.innerText()).toBe('A reader nested behind a queued writer');
        expect(await here.getAttribute('title')).toMatch(/[.!?]$/);
        const titles = rail.locator('li');
        const six = await titles.count();
        await rail.getByRole('button', { name: /^1/ }).click();
        await expect.poll(() => real.getAttribute('aria-expanded')).toBe('false');
        expect(await titles.count()).not.toBe(six);
        expect(await accessibility(page)).toEqual([]);
        await titles.nth(1).getByRole('button').click();
        await expect.poll(() => page.locator('h1').textContent()).toContain('Three levels');
        await expect
          .poll(() => rail.getByRole('button', { name: /^1/ }).getAttribute('aria-expanded'))
          .toBe('true');
      },
      { viewport: { width: 1680, height: 1000 } },
      '#v1.l.nested-reader',
    );
  });
});

describe('the look of it', () => {
  const theme = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => document.documentElement.dataset.theme);

  it('follows the system’s theme until one is chosen, and remembers the choice', async () => {
    await visit(
      async (page) => {
        expect(await theme(page)).toBe('light');
        await page.emulateMedia({ colorScheme: 'dark' });
        await expect.poll(() => theme(page)).toBe('dark');
        await page.getByRole('button', { name: 'Use the light theme' }).click();
        expect(await theme(page)).toBe('light');
        await page.reload();
        await page.locator('.caption').waitFor();
        expect(await theme(page)).toBe('light');
      },
      { colorScheme: 'light' },
    );
  });

  for (const colorScheme of ['dark', 'light'] as const) {
    it(`has no accessibility violations (${colorScheme})`, async () => {
      await visit(
        async (page) => {
          expect(await accessibility(page)).toEqual([]);
          await page.keyboard.press('w');
          expect(await accessibility(page)).toEqual([]);
          await page.keyboard.press('Escape');
          for (const open of ['Share', 'All keys and words']) {
            await page.getByRole('button', { name: open }).click();
            await page.locator('dialog').waitFor();
            expect(await accessibility(page)).toEqual([]);
            await page.keyboard.press('Escape');
          }
        },
        { colorScheme },
        '#v1.l.locked-walk@25',
      );
    });
  }

  it('keeps the cards where they are from step to step, and their controls on the screen', async () => {
    await visit(async (page) => {
      const places = new Set<number>();
      for (let n = 1; n <= 30; n++) {
        await page.keyboard.press('ArrowRight');
        const box = await page.locator('#card-table').boundingBox();
        places.add(Math.round(box?.y ?? 0));
        for (const fold of await page.locator('.card .fold').all()) {
          const at = await fold.boundingBox();
          expect((at?.x ?? 9999) + (at?.width ?? 0)).toBeLessThanOrEqual(1280);
        }
      }
      expect([...places]).toHaveLength(1);
      expect(await page.locator('#card-stack .card-body').isVisible()).toBe(true);
      // What never happens in this run is folded away.
      expect(await page.locator('#card-counters table').textContent()).not.toContain('entry stores');
      expect(await page.locator('#card-counters').textContent()).toContain('none in this run: entry stores');
    });
  });

  it('names a leaf’s permission and type bits whatever their value, and keeps every field open', async () => {
    await visit(
      async (page) => {
        const names = async (): Promise<string[]> =>
          page.locator('#card-entry .fields-table tbody th').allTextContents();
        await expect
          .poll(async () => (await names()).slice(0, 7).sort())
          .toEqual(['AttrIndx', 'CONT', 'PXN', 'RDONLY', 'USER', 'UXN', 'nG'].sort());
        const some = (await names()).length;
        await page.getByRole('button', { name: 'Every field' }).click();
        const all = (await names()).length;
        expect(all).toBeGreaterThan(some);
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowRight');
        expect((await names()).length).toBeGreaterThanOrEqual(all);
      },
      {},
      '#v1.l.first-walk@19',
    );
  });

  it('shows everything at 1280 × 720 without scrolling', async () => {
    await visit(async (page) => {
      for (const name of ['.address', '.map-pane', '.caption', '.timeline', '.revisions', '.inspector']) {
        const box = await page.locator(name).boundingBox();
        expect(box, name).not.toBeNull();
        if (box !== null) expect(box.y + box.height, name).toBeLessThanOrEqual(720);
      }
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(720);
    });
  });

  it('works on a phone: no sideways scrolling, targets large enough, tabs for the cards', async () => {
    await visit(
      async (page) => {
        await page.getByRole('button', { name: 'Step forward' }).click();
        expect((await count(page)).at).toBe(1);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
        const box = await page.getByRole('button', { name: 'Step forward' }).boundingBox();
        expect(box?.height).toBeGreaterThanOrEqual(44);
        expect(box?.width).toBeGreaterThanOrEqual(44);
        // The entry is there to be seen while stepping, even with the introduction open.
        const entry = await page.locator('#card-entry h2').boundingBox();
        const bar = await page.locator('.timeline-head').boundingBox();
        expect((entry?.y ?? 9999) + 60).toBeLessThanOrEqual(bar?.y ?? 0);
        expect(await page.locator('.intro .by-touch').isVisible()).toBe(true);
        expect(await page.locator('.intro .by-key').isVisible()).toBe(false);
        expect((await page.locator('h1').boundingBox())?.width).toBeGreaterThan(150);
        for (const button of await page.locator('button:visible:not(.plain)').all()) {
          const target = await button.boundingBox();
          const name = (await button.getAttribute('aria-label')) ?? (await button.textContent()) ?? '';
          expect(Math.min(target?.height ?? 0, target?.width ?? 0), name).toBeGreaterThanOrEqual(44);
        }
        await page.getByRole('tab', { name: 'Counters' }).click();
        await page.locator('#card-counters').waitFor();
        expect(await page.locator('#card-entry').isVisible()).toBe(false);
        expect(await accessibility(page)).toEqual([]);
      },
      { viewport: { width: 375, height: 800 }, hasTouch: true, isMobile: true },
    );
  });
});
