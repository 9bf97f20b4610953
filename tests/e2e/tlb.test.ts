import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Site, Tab } from './open.ts';
import { accessibility, count, startSite } from './open.ts';

describe('what TLBs may still hold', () => {
  let site: Site;
  const tabs: Tab[] = [];
  const open = async (...args: Parameters<Site['open']>): Promise<Tab> => {
    const tab = await site.open(...args);
    tabs.push(tab);
    return tab;
  };

  beforeAll(async () => {
    site = await startSite();
  });

  afterAll(async () => {
    expect(tabs.flatMap((tab) => tab.troubles)).toEqual([]);
    await site.close();
  });

  it('is a card: what waits for a DSB, which ranges are stale and since when, until the flush', async () => {
    const { page } = await open({}, '#v1.l.one-page-in-a-block@71');
    const card = page.locator('[data-card="tlb"]');
    await expect.poll(() => card.textContent()).toContain('18 entries stale');
    const text = (await card.textContent()) ?? '';
    for (const words of ['CPU 0', 'lazy MMU mode', 'a store waits for a DSB', '2 MiB', 'block RW NX → table'])
      expect(text).toContain(words);
    expect(await accessibility(page)).toEqual([]);
    await card.getByRole('button', { name: 'since 15' }).click();
    await expect.poll(async () => (await count(page)).at).toBe(15);
    await expect.poll(() => card.textContent()).toContain('an entry stale');
    await page.keyboard.press('End');
    await expect.poll(() => card.textContent()).not.toContain('stale');
    expect(await card.textContent()).toContain('no store waits for a DSB');
  });

  it('is marked at the entries, in words too', async () => {
    const { page } = await open({}, '#v1.l.one-page-in-a-block@71');
    const map = page.locator('.map-host');
    await expect.poll(() => map.locator('text.stale').count()).toBe(1);
    expect(await map.locator('.stale-notch').count()).toBe(1);
    expect(await map.locator('[aria-label*="TLBs may still hold what it was"]').count()).toBe(1);
    await page.keyboard.press('End');
    await expect.poll(() => map.locator('text.stale').count()).toBe(0);
    expect(await map.locator('.stale-notch').count()).toBe(0);
  });

  it('is of no concern to a walk that only reads', async () => {
    const { page } = await open({}, '#v1.l.first-walk@20');
    await page.locator('[data-card="locks"]').waitFor();
    expect(await page.locator('[data-card="tlb"]').count()).toBe(0);
  });

  it('a read in a break-before-make window faults, and the caption says so', async () => {
    const { page } = await open({}, '#v1.l.broken-before-made.a1038b2@529');
    await expect.poll(() => page.locator('.caption').textContent()).toContain('a translation fault');
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => page.locator('.caption').textContent())
      .toContain('Fault in a break-before-make window');
  });
});
