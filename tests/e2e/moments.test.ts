import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { Site, Tab } from './open.ts';
import { accessibility, count, sentence, startSite } from './open.ts';

/** Steps of the library's split: 13 fills the new table, 15 links it. */
const SPLIT = '#v1.l.one-page-in-a-block';

describe('a table that takes a block’s place, runs of stores, pictures', () => {
  let site: Site;
  const tabs: Tab[] = [];
  const open = async (...args: Parameters<Site['open']>): Promise<Page> => {
    const tab = await site.open(...args);
    tabs.push(tab);
    return tab.page;
  };

  beforeAll(async () => {
    site = await startSite();
  });

  afterAll(async () => {
    expect(tabs.flatMap((tab) => tab.troubles)).toEqual([]);
    await site.close();
  });

  /** Motions that begin inside the map by a key, without the stylesheet's own. */
  const motionsBy = (page: Page, key: string): Promise<number> =>
    page.evaluate(async (pressed) => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: pressed }));
      await new Promise((done) => setTimeout(done, 0));
      const map = document.querySelector('.map-host');
      const all = map?.getAnimations({ subtree: true }) ?? [];
      return all.filter((motion) => !(motion instanceof CSSTransition)).length;
    }, key);

  it('unfolds from the block when it is linked, goes back with the step, and moves for nothing else', async () => {
    const page = await open({ reducedMotion: 'no-preference' }, `${SPLIT}@14`);
    await expect.poll(() => page.locator('.caption').textContent()).toContain('DSB');
    expect(await motionsBy(page, 'ArrowRight')).toBeGreaterThan(3);
    expect(await page.locator('.replaced').textContent()).toBe('block → table');
    expect(await motionsBy(page, 'ArrowLeft')).toBeGreaterThan(3);
    await page.waitForTimeout(500);
    // Nothing stays of what has gone.
    expect(await page.locator('.map-stage svg > g > g:not([data-key])').count()).toBe(0);
    expect(await motionsBy(page, 'ArrowLeft')).toBe(0);
    const still = await open({ reducedMotion: 'reduce' }, `${SPLIT}@14`);
    await expect.poll(() => still.locator('.caption').textContent()).toContain('DSB');
    expect(await motionsBy(still, 'ArrowRight')).toBe(0);
    expect(await still.locator('.replaced').count()).toBe(1);
  });

  it('a run of stores opens into its single ones and closes again, at the step that corresponds', async () => {
    const page = await open({}, `${SPLIT}@13`);
    const folded = await count(page);
    const control = page.locator('.run-control');
    await expect.poll(() => control.textContent()).toBe('Unfold this run 512');
    expect(await accessibility(page)).toEqual([]);
    await control.click();
    await expect.poll(() => count(page)).toEqual({ at: 13, of: folded.of + 511 });
    await expect.poll(() => page.url()).toContain('fold=never');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    expect(await sentence(page)).toContain('PTE[3]');
    await control.click();
    await expect.poll(() => count(page)).toEqual(folded);
    await page.keyboard.press('Control+z');
    await expect.poll(() => count(page)).toEqual({ at: 16, of: folded.of + 511 });
  });

  it('gives the map as a picture that needs nothing else, in the theme of now', async () => {
    const page = await open({ colorScheme: 'light' }, `${SPLIT}@15`);
    await page.waitForTimeout(500);
    await page.getByRole('button', { name: 'Share' }).click();
    const saved = async (name: string): Promise<Buffer> => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: `Download ${name}`, exact: true }).click();
      return readFile(await (await download).path());
    };
    const svg = (await saved('SVG')).toString('utf8');
    const ground = await page.evaluate(() =>
      getComputedStyle(document.documentElement).getPropertyValue('--bg').trim(),
    );
    expect(svg).toContain(`fill="${ground}"`);
    expect(svg).toContain('Writes PMD[15]');
    expect(svg).toContain('data:image/png;base64,');
    expect(svg).not.toMatch(/\bclass=|[^-]style=|var\(|color\(srgb|https?:(?!\/\/www\.w3\.org)/);
    // It stands alone: as large as it says, and every pattern that it uses is in it.
    const size = await page.evaluate(async (text) => {
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
      const missing = [...parsed.querySelectorAll('[fill^="url"]')].filter(
        (shape) =>
          parsed.getElementById(/#(.*)\)/.exec(shape.getAttribute('fill') ?? '')?.[1] ?? '') === null,
      );
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
      await image.decode();
      return { width: image.width, missing: missing.length };
    }, svg);
    expect(size.width).toBeGreaterThan(800);
    expect(size.missing).toBe(0);
    const png = await saved('PNG');
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(size.width * 2);
    const short = (await saved('Short trace')).toString('utf8');
    const long = (await saved('Text trace')).toString('utf8');
    expect(short.length).toBeLessThan(long.length);
    expect(Math.max(...short.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
  });
});
