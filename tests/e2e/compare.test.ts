import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { accessibility, count, useSite } from './open.ts';

const { visit } = useSite();

const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true } as const;
/** The same walk where the tests of an entry were macros, and read it once more. */
const OLD = '#v1.l.locked-walk@8&compare=v6.12';

const compare = (page: Page) => page.getByRole('main', { name: 'Two revisions side by side' });
const list = (page: Page) => page.getByRole('listbox', { name: 'Steps of v7.3 and v6.12' });
const chosen = (page: Page) => compare(page).locator('.row[aria-selected="true"]');
const at = async (page: Page): Promise<number> => Number(await chosen(page).getAttribute('data-row'));
const hash = (page: Page): string => new URL(page.url()).hash;

describe('two revisions side by side', () => {
  it('are opened from the revision bar, and closing goes back to the step that was looked at', async () => {
    await visit(
      async (page) => {
        await page.getByRole('button', { name: 'Compare' }).click();
        await compare(page).waitFor();
        // Of the revisions before, the nearest at which something else happens.
        const right = await page.getByRole('combobox', { name: 'Right revision' }).inputValue();
        expect(right).not.toBe('v7.3');
        expect(await compare(page).locator('.verdict').textContent()).toMatch(
          /first difference is in row \d+/,
        );
        expect(hash(page)).toBe(`#v1.l.locked-walk@20&compare=${right}`);
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('Escape');
        await page.locator('.caption').waitFor();
        expect((await count(page)).at).toBeGreaterThanOrEqual(20);
        expect(hash(page)).not.toContain('compare=');
        await page.goBack();
        await compare(page).waitFor();
        await page.keyboard.press('v');
        await page.locator('.caption').waitFor();
      },
      {},
      '#v1.l.locked-walk@20',
    );
  });

  it('stand in rows, what only one does beside a gap, the first difference marked', async () => {
    await visit(
      async (page) => {
        expect(await compare(page).locator('.outcome-line').allTextContents()).toEqual([
          expect.stringMatching(/^returns 0 · 136 steps · 0 warnings$/),
          expect.stringMatching(/^returns 0 · \d+ steps · 0 warnings$/),
        ]);
        const first = compare(page).locator('.row', { hasText: 'first difference' });
        expect(await first.count()).toBe(1);
        expect(await first.getAttribute('data-kind')).toBe('right');
        expect(await first.locator('.gap').count()).toBe(1);
        expect(await first.textContent()).toContain('load PUD[1] pud_leaf');
        // Each side counts its own steps: below, the same step has another number.
        const n = Number(await first.getAttribute('data-row'));
        const after = await compare(page)
          .locator(`[data-row="${n + 1}"] .n`)
          .allTextContents();
        expect(after).toEqual([String(n), String(n + 1)]);
      },
      {},
      OLD,
    );
  });

  it('move together, by row and from difference to difference', async () => {
    await visit(
      async (page) => {
        expect(await at(page)).toBe(8);
        await page.keyboard.press('ArrowRight');
        expect(await at(page)).toBe(9);
        await page.keyboard.press('Shift+ArrowRight');
        const first = await at(page);
        expect(await chosen(page).textContent()).toContain('first difference');
        const told = compare(page).locator('.told');
        expect(await told.first().textContent()).toContain('Nothing here on this side');
        expect(await told.last().textContent()).toContain('pud_leaf');
        expect(await compare(page).locator('.apart').textContent()).toContain('Only v6.12 does this.');
        await page.keyboard.press('Shift+ArrowRight');
        expect(await at(page)).toBeGreaterThan(first);
        await page.keyboard.press('Shift+ArrowLeft');
        expect(await at(page)).toBe(first);
        await compare(page).getByRole('button', { name: 'Last row' }).click();
        expect(await told.first().textContent()).toContain('Releases');
        expect(await told.last().textContent()).toContain('Releases');
        await list(page).focus();
        await page.keyboard.press('ArrowUp');
        await page.keyboard.press('PageUp');
        const rows = Number((await compare(page).locator('.count').textContent())?.split('/')[1]);
        expect(await at(page)).toBe(rows - 11);
        // The row is in view, though few of all are in the document.
        expect(await chosen(page).isVisible()).toBe(true);
        expect(await compare(page).locator('.row').count()).toBeLessThan(80);
        await compare(page).getByRole('button', { name: 'First row' }).click();
        expect(await compare(page).locator('.apart').textContent()).toContain('Before the first step');
      },
      {},
      OLD,
    );
  });

  it('show in which fields a pair differs', async () => {
    await visit(
      async (page) => {
        await page.keyboard.press('End');
        const cells = (part: string): Promise<string[]> =>
          compare(page).locator(`.apart ${part} :is(th, td)`).allTextContents();
        expect(await cells('thead')).toEqual(['differs in', 'v7.2', 'v6.12']);
        expect(await cells('tbody')).toEqual(['returned', '0', '-22 (-EINVAL)']);
        expect(await chosen(page).locator('.sign').textContent()).toContain('differs');
        // A block could not be split then: the tables end otherwise, too.
        expect(await compare(page).locator('.verdict').textContent()).toMatch(
          /At the end \d+ entries hold something else/,
        );
        expect(await compare(page).locator('.outcome-line').last().textContent()).toContain('1 warning');
      },
      {},
      '#v1.l.one-page-in-a-block&compare=v6.12',
    );
  });

  it('show what a review asked for: the same walk, and an assertion that the first posting did not make', async () => {
    await visit(
      async (page) => {
        expect(await compare(page).locator('.outcome-line').allTextContents()).toEqual([
          'returns 0 · 30 steps · 0 warnings',
          'returns 0 · 31 steps · 1 warning',
        ]);
        expect(await compare(page).locator('.verdict').textContent()).toContain('1 of 31 rows differ');
        await page.keyboard.press('Shift+ArrowRight');
        expect(await chosen(page).textContent()).toContain('mmap_assert_write_locked fails');
        expect(await compare(page).locator('.told').last().textContent()).toContain('not held for write');
        // Locks by the names they have elsewhere, and no frame that another part's styles would draw.
        expect(await compare(page).innerText()).not.toMatch(/mmap:/);
        const calls = compare(page).locator('.told-calls').first();
        expect(await calls.evaluate((p) => getComputedStyle(p).borderTopWidth)).toBe('0px');
        // All rows are as high as each other and stand on their line.
        const tops = await compare(page)
          .locator('.row')
          .evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().top)));
        tops.sort((a, b) => a - b);
        for (const [i, top] of tops.entries()) if (i > 0) expect(top - (tops[i - 1] ?? 0)).toBe(22);
      },
      {},
      '#v1.l.nolock-user-walk&compare=nolock-review',
    );
  });

  it('keep their place in the link, and can be chosen and swapped', async () => {
    await visit(
      async (page) => {
        await page.keyboard.press('ArrowRight');
        await expect.poll(() => hash(page)).toBe('#v1.l.locked-walk@9&compare=v6.12');
        await page.reload();
        await compare(page).waitFor();
        expect(await at(page)).toBe(9);
        await page.getByRole('button', { name: 'Swap the sides' }).click();
        await expect.poll(() => hash(page)).toBe('#v1.l.locked-walk@9&rev=v6.12&compare=v7.3');
        const side = (name: string): Promise<string> =>
          page.getByRole('combobox', { name: `${name} revision` }).inputValue();
        expect([await side('Left'), await side('Right')]).toEqual(['v6.12', 'v7.3']);
        expect(await compare(page).locator('.row[data-kind="left"]').count()).toBeGreaterThan(0);
        await page.getByRole('combobox', { name: 'Right revision' }).selectOption('v6.12');
        await expect
          .poll(() => compare(page).locator('.verdict').textContent())
          .toContain('The same happens in all');
      },
      {},
      OLD,
    );
  });

  it('say why one of them can’t be run, and leave the choice', async () => {
    await visit(
      async (page) => {
        expect(await compare(page).getByRole('alert').textContent()).toContain(
          'At v6.12 this can’t be run. Function: walk_kernel_page_table_range_lockless does not exist in v6.12.',
        );
        await page.getByRole('combobox', { name: 'Right revision' }).selectOption('v7.2');
        await expect
          .poll(() => compare(page).locator('.verdict').textContent())
          .toContain('The same happens in all 133 steps');
      },
      {},
      '#v1.l.first-walk&compare=v6.12',
    );
  });

  it('are left for another scenario, and for a walkthrough’s stop', async () => {
    await visit(
      async (page) => {
        await page.getByRole('region', { name: 'Walkthrough' }).waitFor();
        // The walkthrough says what to compare with.
        await page.keyboard.press('v');
        await compare(page).waitFor();
        expect(hash(page)).toContain('stop=locked-walk.assertion&compare=v6.12');
        await page.keyboard.press('n');
        await page.locator('.caption').waitFor();
        expect(await page.getByRole('region', { name: 'Walkthrough' }).textContent()).toContain(
          'Stop 4 of 5',
        );
        expect(hash(page)).not.toContain('compare');
        await page.keyboard.press('n');
        await page.getByRole('button', { name: 'Compare with v6.12' }).click();
        await compare(page).waitFor();
        expect(hash(page)).toContain('stop=locked-walk.unlock&compare=v6.12');
        await page.keyboard.press('Control+k');
        await page.keyboard.type('firmware');
        await page.keyboard.press('Enter');
        await expect.poll(() => page.locator('h1').textContent()).toContain('firmware');
        expect(await compare(page).count()).toBe(0);
      },
      {},
      '#v1.l.locked-walk@3&stop=locked-walk.assertion',
    );
  });

  it.each(['dark', 'light'] as const)('have nothing that axe objects to, %s', async (colorScheme) => {
    await visit(
      async (page) => {
        expect(await accessibility(page)).toEqual([]);
        await page.keyboard.press('Shift+ArrowRight');
        expect(await accessibility(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(720);
      },
      { colorScheme },
      OLD,
    );
  });

  it('fit a phone', async () => {
    await visit(
      async (page) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
        for (const button of await compare(page).getByRole('button').all()) {
          if ((await button.getAttribute('class')) === 'plain') continue;
          const box = await button.boundingBox();
          const name = (await button.getAttribute('aria-label')) ?? (await button.textContent()) ?? '';
          expect(Math.min(box?.height ?? 0, box?.width ?? 0), name).toBeGreaterThanOrEqual(44);
        }
        await compare(page).getByRole('button', { name: 'Next difference' }).tap();
        expect(await chosen(page).isVisible()).toBe(true);
        expect(await accessibility(page)).toEqual([]);
      },
      PHONE,
      OLD,
    );
  });
});
