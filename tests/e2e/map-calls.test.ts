import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import type { Site, Tab } from './open.ts';
import { accessibility, count, sentence, startSite } from './open.ts';

const capture = (file: string): string =>
  fileURLToPath(new URL(`../data/captures/a72-4k-48-noalias/${file}`, import.meta.url));
const own = (file: string): string =>
  fileURLToPath(new URL(`../../public/captures/x4-4k-48/${file}`, import.meta.url));

const menu = (page: Page): Locator => page.locator('.calls');
const entry = (page: Page, label: string): Locator =>
  page.locator(`[role=treeitem][aria-label^="${label}"]`).first();
const call = (page: Page, name: string): Locator =>
  page.getByRole('menuitem', { name: new RegExp(`^${name} ?\\(`) }).first();

/** Until every call of the menu has been run. */
async function told(page: Page): Promise<void> {
  await expect.poll(() => call(page, 'walk_page_range_debug').count()).toBe(1);
  await expect.poll(() => menu(page).textContent(), { timeout: 15_000 }).not.toContain('running …');
}

async function choose(page: Page, files: string[]): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('import captured');
  await page.keyboard.press('Enter');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await chooser).setFiles(files);
}

async function go(page: Page, address: string): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(address);
  await page.keyboard.press('Enter');
}

describe('kernel calls from the map', () => {
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

  it('tells by a right click what each would do, and makes the chosen one the scenario', async () => {
    const page = await open({}, '#v1.l.one-page-in-a-block@30');
    await entry(page, 'PTE 0 to 15').click({ button: 'right', position: { x: 40, y: 6 } });
    await told(page);
    expect(await menu(page).locator('h2').textContent()).toMatch(/^Calls on PTE\[\d+\] of init_mm$/);
    const invalid = call(page, 'set_memory_valid');
    expect(await invalid.textContent()).toContain(
      'returns 0 · 1 block split · 1 contiguous group taken apart · 1 new table, 4 KiB · 530 stores · 2 DSB, 1 ISB · 1 TLBI',
    );
    expect(await call(page, 'set_memory_ro').textContent()).toContain('returns -22 (-EINVAL): 0xffff0000');
    expect(await accessibility(page)).toEqual([]);
    await invalid.click();
    await expect.poll(() => page.locator('h1').textContent()).toContain('set_memory_valid(ffff0000');
    expect(await menu(page).count()).toBe(0);
    expect(page.url()).toContain('#v1.z.');
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('.caption .sentence').textContent()).toBe('Returns 0.');
    // Undo brings the scene back where it stood, and so does the browser.
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.locator('h1').textContent()).toBe('One page in a 2 MiB block');
    expect((await count(page)).at).toBe(30);
    await page.goBack();
    await expect.poll(() => page.locator('h1').textContent()).toContain('set_memory_valid(ffff0000');
  });

  it('can put the call after those of the scenario, where it costs less', async () => {
    const page = await open({}, '#v1.l.one-page-in-a-block@30');
    await entry(page, 'PTE 0 to 15').click({ button: 'right', position: { x: 40, y: 6 } });
    await told(page);
    await page.getByRole('menuitemcheckbox').click();
    await expect.poll(() => call(page, 'set_memory_valid').textContent()).toContain('returns 0 · 1 store');
  });

  it('works by keyboard alone: a range, its menu, a choice; Escape gives the focus back', async () => {
    const page = await open({}, '#v1.l.first-walk');
    await go(page, 'ffff000042000000');
    await page.locator('.map-host').focus();
    const active = (): Promise<string | null | undefined> =>
      page.evaluate(() => {
        const id = document.querySelector('.map-host')?.getAttribute('aria-activedescendant');
        return document.getElementById(id ?? '')?.getAttribute('aria-label');
      });
    for (let i = 0; i < 20 && !(await active())?.startsWith('PMD 0 '); i++)
      await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+ArrowDown');
    expect(await page.locator('#map-calls').textContent()).toContain('Calls on this range');
    await page.keyboard.press('ContextMenu');
    await told(page);
    expect(await menu(page).locator('h2').textContent()).toMatch(
      /^Calls on P(MD|GD|UD)\[\d+–\d+\] of init_mm/,
    );
    expect(await menu(page).count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await menu(page).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('map-host');
    const before = await page.locator('h1').textContent();
    await page.keyboard.press('c');
    await told(page);
    // Keys of the menu are not the page's: nothing steps.
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await page.keyboard.press('w');
    expect((await count(page)).at).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('walk_');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('h1').textContent()).not.toBe(before);
  });

  it('a long press asks too, and no click follows it', async () => {
    const page = await open(
      { viewport: { width: 375, height: 760 }, hasTouch: true, isMobile: true, colorScheme: 'light' },
      '#v1.l.one-page-in-a-block@30',
    );
    const row = entry(page, 'PTE 0 to 15');
    await row.scrollIntoViewIfNeeded();
    const box = await row.boundingBox();
    if (box === null) throw new Error('no row');
    const cdp = await page.context().newCDPSession(page);
    const touch = (
      type: 'touchStart' | 'touchEnd',
      touchPoints: { x: number; y: number }[],
    ): Promise<unknown> => cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
    await touch('touchStart', [{ x: box.x + 60, y: box.y + 5 }]);
    await page.waitForTimeout(700);
    await touch('touchEnd', []);
    await told(page);
    expect(await menu(page).evaluate((m) => m.getBoundingClientRect().right <= innerWidth)).toBe(true);
    expect(
      await call(page, 'set_memory_valid').evaluate((m) => m.getBoundingClientRect().height),
    ).toBeGreaterThanOrEqual(44);
    expect(await accessibility(page)).toEqual([]);
    await page.touchscreen.tap(180, 20);
    await expect.poll(() => menu(page).count()).toBe(0);
  });

  it('over an imported capture: set_memory_ro() on vmalloc memory, by a link that carries what it needs', async () => {
    const page = await open();
    await choose(page, [own('tables.bin.gz'), own('meta.json')]);
    await expect.poll(() => page.locator('h1').textContent()).toContain('First mapped region');
    await go(page, 'ffff800080010000');
    await page.locator('#map-calls').click();
    await told(page);
    const readOnly = call(page, 'set_memory_ro');
    const text = (await readOnly.textContent()) ?? '';
    // The page and its linear alias: two flushes.
    expect(text).toMatch(/returns 0 · .*547 stores · .* 2 TLBIs/);
    expect(await menu(page).locator('footer').textContent()).toContain('one vmalloc area');
    await readOnly.click();
    await expect.poll(() => page.locator('h1').textContent()).toContain('set_memory_ro(ffff800080010000, 1)');
    await page.keyboard.press('End');
    const { of } = await count(page);
    await expect.poll(() => page.locator('.caption .sentence').textContent()).toBe('Returns 0.');
    await expect.poll(() => page.url()).toContain(`@${of}`);
    const other = await open({}, new URL(page.url()).hash);
    await expect.poll(() => count(other)).toEqual({ at: of, of });
    expect(await sentence(other)).toBe('Returns 0.');
  });

  it('over a kernel that splits nothing it says who refuses, and why', async () => {
    const page = await open();
    await choose(page, [capture('tables.bin.gz'), capture('meta.json')]);
    await expect.poll(() => page.locator('h1').textContent()).toContain('a72');
    expect(await readFile(capture('meta.json'), 'utf8')).toContain('"bbml": false');
    await page.locator('.map-host').focus();
    await page.keyboard.press('c');
    await told(page);
    expect(await call(page, 'split_kernel_leaf_mapping').textContent()).toContain(
      'nothing is done: this kernel does not split live blocks',
    );
  });
});
