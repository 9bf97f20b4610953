import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import type { Site, Tab } from './open.ts';
import { accessibility, count, startSite } from './open.ts';

describe('the form sets up any call', () => {
  let site: Site;
  const tabs: Tab[] = [];
  const open = async (...args: Parameters<Site['open']>): Promise<Page> => {
    const tab = await site.open(...args);
    tabs.push(tab);
    return tab.page;
  };
  const formOf = (page: Page): Locator => page.getByRole('form', { name: 'Set up a walk' });

  beforeAll(async () => {
    site = await startSite();
  });

  afterAll(async () => {
    expect(tabs.flatMap((tab) => tab.troubles)).toEqual([]);
    await site.close();
  });

  it('a walk of a process’s VMA with its locks, and a second context, by a link that holds it all', async () => {
    const page = await open();
    await page.keyboard.press('w');
    const form = formOf(page);
    await form.getByLabel('Function').selectOption('walk_page_vma');
    await expect.poll(() => form.getByRole('status').textContent()).toContain('these tables have none');
    await form.getByRole('button', { name: 'Use the tables of a small process' }).click();
    expect(await form.locator('#walk-vma').locator('option').count()).toBe(3);
    await form.getByRole('button', { name: 'Add a VMA' }).click();
    const added = form.getByRole('group', { name: 'VMA 3' });
    await added.getByLabel('Address after the last').fill('nonsense');
    expect(await form.getByRole('alert').textContent()).toContain('end of VMA 3');
    await added.getByRole('button', { name: 'Remove VMA 3' }).click();
    await form.locator('#walk-vma').selectOption('2');
    await form.getByLabel('walk_lock').selectOption({ label: 'PGWALK_RDLOCK' });
    await form.getByLabel('user.mmap_lock').first().selectOption('read');
    await form.getByRole('button', { name: 'Add a context' }).click();
    await form.getByLabel('Function').selectOption('retract_page_tables');
    await form.locator('#walk-addr').fill('0x40200000');
    expect(await accessibility(page)).toEqual([]);
    await form.getByRole('button', { name: 'Run the walk' }).click();
    await expect
      .poll(() => page.locator('h1').textContent())
      .toBe('walk_page_vma over user, retract_page_tables');
    await page.keyboard.press('End');
    const { of } = await count(page);
    expect(of).toBeGreaterThan(20);
    await expect.poll(() => page.url()).toContain(`@${of}`);
    const other = await open({}, new URL(page.url()).hash);
    await expect.poll(() => count(other)).toEqual({ at: of, of });
    // Filled from what is on the screen.
    await other.keyboard.press('w');
    const again = formOf(other);
    expect(await again.getByLabel('Function').inputValue()).toBe('walk_page_vma');
    await again.getByRole('button', { name: 'retract_page_tables' }).click();
    expect(await again.locator('#walk-addr').inputValue()).toBe('0x40200000');
  });

  it('takes the range that was chosen in the map; a fault of another call is told too', async () => {
    const page = await open({}, '#v1.l.one-page-in-a-block');
    const rows = page.locator('[role=treeitem][aria-label^="PMD"]');
    await rows.nth(3).click();
    await rows.nth(5).click({ modifiers: ['Shift'] });
    await page.keyboard.press('w');
    const form = formOf(page);
    await form.getByLabel('Function').selectOption('split_kernel_leaf_mapping');
    await form.getByRole('button', { name: 'Use the range chosen in the map' }).click();
    const start = await form.getByLabel('From').inputValue();
    expect(BigInt(await form.getByLabel('To, excluded').inputValue())).toBeGreaterThan(BigInt(start));
    await form.getByRole('button', { name: 'Add a call to context a' }).click();
    await form.getByLabel('From').fill('x');
    await form.getByRole('button', { name: 'split_kernel_leaf_mapping' }).first().click();
    await expect.poll(() => form.getByRole('alert').textContent()).toContain('“x”, is no hex number');
    expect(await form.getByRole('button', { name: 'Run the walk' }).isDisabled()).toBe(true);
  });

  it('fits a phone', async () => {
    const page = await open({ viewport: { width: 375, height: 760 }, hasTouch: true, isMobile: true });
    await page.keyboard.press('w');
    await formOf(page).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(375);
    expect(await accessibility(page)).toEqual([]);
  });
});
