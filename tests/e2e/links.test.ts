import { describe, expect, it } from 'vitest';
import { accessibility, count, sentence, useSite } from './open.ts';

const site = useSite();
const { visit } = site;

describe('links', () => {
  it('opens a copied link elsewhere at the same scenario and step', async () => {
    await visit(
      async (page, { context }) => {
        await context.grantPermissions(['clipboard-read', 'clipboard-write']);
        for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowRight');
        await page.getByRole('button', { name: 'Share' }).click();
        await page.getByRole('button', { name: 'Copy link' }).click();
        await expect.poll(() => page.locator('.said').textContent()).toContain('copied');
        const link = await page.evaluate(() => navigator.clipboard.readText());
        const told = await sentence(page);
        const title = await page.locator('h1').textContent();
        expect(link.startsWith(site.url)).toBe(true);
        await visit(
          async (other) => {
            await expect.poll(() => other.locator('h1').textContent()).toBe(title);
            expect((await count(other)).at).toBe(7);
            expect(await sentence(other)).toBe(told);
          },
          {},
          link.slice(site.url.length),
        );
      },
      {},
      '#v1.l.efi-debug-walk',
    );
  });

  it('keeps the place over a reload', async () => {
    await visit(async (page) => {
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
      const told = await sentence(page);
      await expect.poll(() => page.evaluate(() => location.hash)).toBe('#v1.l.first-walk@5');
      await page.reload();
      await page.locator('.caption').waitFor();
      await expect.poll(async () => (await count(page)).at).toBe(5);
      expect(await sentence(page)).toBe(told);
    });
  });

  it('tells what is wrong with a garbled link and shows the first walk', async () => {
    for (const hash of ['#v1.z.AAAA', '#v1.l.no-such-walk', '#garbage', '#v9.l.first-walk', '#%']) {
      await visit(
        async (page) => {
          await page.getByRole('alert').waitFor();
          expect(await page.getByRole('alert').textContent()).toMatch(/link|library/i);
          expect((await count(page)).of).toBeGreaterThan(50);
          await expect.poll(() => page.evaluate(() => location.hash)).toBe('#v1.l.first-walk');
        },
        {},
        hash,
      );
    }
  });

  it('keeps the scene when the address is edited into a link that does not work', async () => {
    await visit(
      async (page) => {
        const title = await page.locator('h1').textContent();
        await page.evaluate(() => {
          location.hash = '#v1.z.broken';
        });
        await page.getByRole('alert').waitFor();
        expect(await page.getByRole('alert').textContent()).toContain('stays as it was');
        expect(await page.locator('h1').textContent()).toBe(title);
        expect(await page.evaluate(() => location.hash)).toBe('#v1.l.locked-walk@9');
      },
      {},
      '#v1.l.locked-walk@9',
    );
  });
});

describe('in a frame', () => {
  it('is a small page with the map, the caption, the steps and the way to the whole page', async () => {
    for (const { touch, ...viewport } of [
      { width: 320, height: 400, touch: true },
      { width: 320, height: 400, touch: false },
      { width: 720, height: 480, touch: false },
    ]) {
      await visit(
        async (page) => {
          for (const gone of ['.topbar', '.rail', '.side', '.timeline', '.address', '.intro'])
            expect(await page.locator(gone).count(), gone).toBe(0);
          expect((await count(page)).at).toBe(5);
          await page.getByRole('button', { name: 'Step forward' }).click();
          // A dialog that was asked for would take the next key.
          await page.keyboard.press('w');
          await page.keyboard.press('?');
          await page.keyboard.press('ArrowRight');
          expect((await count(page)).at).toBe(7);
          expect(await page.locator('dialog').count()).toBe(0);
          const open = page.getByRole('link', { name: 'Open in Pagewalk' });
          expect(await open.getAttribute('href')).toBe('#v1.l.first-walk@7');
          await expect.poll(() => page.evaluate(() => location.hash)).toBe('#v1.l.first-walk@7&embed');
          const map = await page.locator('.map-host').boundingBox();
          expect(map?.height).toBeGreaterThan(220);
          const { scrollWidth, scrollHeight } = await page.evaluate(() => ({
            scrollWidth: document.documentElement.scrollWidth,
            scrollHeight: document.documentElement.scrollHeight,
          }));
          expect([scrollWidth, scrollHeight]).toEqual([viewport.width, viewport.height]);
          const link = await open.boundingBox();
          expect((link?.x ?? 0) + (link?.width ?? 9999)).toBeLessThanOrEqual(viewport.width);
          expect(await accessibility(page)).toEqual([]);
        },
        { viewport, hasTouch: touch, isMobile: touch },
        '#v1.l.first-walk@5&embed',
      );
    }
  });

  it('is offered as HTML, and that HTML shows it', async () => {
    await visit(
      async (page, { context }) => {
        await context.grantPermissions(['clipboard-read', 'clipboard-write']);
        await page.getByRole('button', { name: 'Share' }).click();
        await page.getByRole('button', { name: 'Copy Embed' }).click();
        await expect.poll(() => page.locator('.said').textContent()).toContain('copied');
        const html = await page.evaluate(() => navigator.clipboard.readText());
        const src = /^<iframe src="([^"]+)" title="[^"<>]+"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
        expect(src).toBe(`${site.url}#v1.l.first-walk@9&embed`);
      },
      {},
      '#v1.l.first-walk@9',
    );
  });
});
