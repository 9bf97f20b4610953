import { describe, expect, it } from 'vitest';
import { accessibility, count, sentence, useSite } from './open.ts';

const { visit } = useSite();

describe('a walk of one’s own', () => {
  it('is set up, run, undone and redone; a bad range is refused in a sentence', async () => {
    await visit(async (page) => {
      const first = await page.locator('h1').textContent();
      await page.keyboard.press('w');
      const form = page.getByRole('form', { name: 'Set up a walk' });
      await form.getByLabel('From').fill('nonsense');
      await expect.poll(() => form.getByRole('alert').allTextContents()).toHaveLength(1);
      expect(await form.getByRole('alert').textContent()).toContain('no hex number');
      expect(await form.getByRole('button', { name: 'Run the walk' }).isDisabled()).toBe(true);
      expect(await page.locator('h1').textContent()).toBe(first);

      await form.getByLabel('Function').selectOption('walk_page_range_debug');
      await form.getByLabel('Tables of').selectOption('efi_mm');
      await form.getByLabel('From').fill('0x7fc00000');
      await form.getByLabel('To, excluded').fill('0x7fc02000');
      await form.getByLabel('init_mm.mmap_lock').selectOption('write');
      await form.getByLabel('efi_mm.mmap_lock').selectOption('write');
      await form.getByRole('button', { name: 'Run the walk' }).click();
      await expect.poll(() => page.locator('h1').textContent()).toContain('efi_mm');
      await page.keyboard.press('End');
      const { of } = await count(page);
      expect(of).toBeGreaterThan(5);

      await page.keyboard.press('Control+z');
      await expect.poll(() => page.locator('h1').textContent()).toBe(first);
      await page.keyboard.press('Control+Shift+Z');
      await expect.poll(() => page.locator('h1').textContent()).toContain('efi_mm');
      expect(await count(page)).toEqual({ at: of, of });
    });
  });

  it('a range goes along with the mm it is chosen for; one of the other half is warned about', async () => {
    await visit(async (page) => {
      await page.keyboard.press('w');
      const form = page.getByRole('form', { name: 'Set up a walk' });
      expect(await form.getByLabel('From').inputValue()).toMatch(/^0xffff/);
      await form.getByLabel('Function').selectOption('walk_page_range_debug');
      await form.getByLabel('Tables of').selectOption('efi_mm');
      expect(await form.getByLabel('From').inputValue()).not.toMatch(/^0xffff/);
      await form.getByLabel('From').fill('0xffff00007fc00000');
      await form.getByLabel('To, excluded').fill('0xffff00007fc02000');
      await expect.poll(() => form.getByRole('status').textContent()).toContain('upper half');
      await form.getByRole('button', { name: 'Run the walk' }).click();
      await expect.poll(() => page.locator('h1').textContent()).toContain('efi_mm');
      const { of } = await count(page);
      for (let n = 1; n <= of; n++) {
        await page.keyboard.press('ArrowRight');
        const entry = (await page.locator('#card-entry h2').textContent()) ?? '';
        const [, level, idx] = /^(P[A-Z4]+)\[(\d+)\]/.exec(entry) ?? [];
        const field = page.locator(`.field.of-${(level ?? 'pgd').toLowerCase()} .number`);
        if (idx !== undefined && !/ignored/.test((await page.locator('#card-entry').textContent()) ?? ''))
          expect(`${level} ${await field.textContent()}`).toBe(`${level} ${idx}`);
      }
    });
  });

  it('replays at another revision', async () => {
    await visit(
      async (page) => {
        await page.getByRole('radio', { name: /(^| )v6\.12$/ }).check();
        await expect.poll(() => page.evaluate(() => location.hash)).toContain('rev=v6.12');
        const { at } = await count(page);
        expect(at).toBeGreaterThan(0);
        await page.goBack();
        await expect.poll(() => page.getByRole('radio', { name: 'v7.3' }).isChecked()).toBe(true);
      },
      {},
      '#v1.l.locked-walk@20',
    );
  });
});

describe('a revision without the function', () => {
  it('is marked, and choosing it offers what can be run there, in words', async () => {
    await visit(async (page) => {
      const bar = page.locator('.revision-bar');
      expect(await bar.textContent()).toContain('not in v6.12');
      await page.getByRole('radio', { name: /(^| )v6\.12$/ }).click({ force: true });
      await expect
        .poll(() => page.locator('.revision-offer').textContent())
        .toContain(
          'v6.12 has no walk_kernel_page_table_range_lockless. Run walk_kernel_page_table_range with init_mm’s mmap_lock held for read instead?',
        );
      expect(await page.locator('body').textContent()).not.toContain('contexts[');
      expect(await accessibility(page)).toEqual([]);
      await page.getByRole('button', { name: 'Run it at v6.12' }).click();
      await expect.poll(() => page.locator('h1').textContent()).toContain('with the lock');
      expect(await page.getByRole('radio', { name: /(^| )v6\.12$/ }).isChecked()).toBe(true);
      expect(await page.getByRole('radio', { name: 'v6.12', exact: true }).count()).toBe(1);
      await page.keyboard.press('End');
      expect(await sentence(page)).toContain('Releases init_mm.mmap_lock');
      await page.keyboard.press('Control+z');
      await expect.poll(() => page.getByRole('radio', { name: 'v7.3' }).isChecked()).toBe(true);
    });
  });

  it('can’t be run from the form either', async () => {
    await visit(async (page) => {
      await page.keyboard.press('w');
      const form = page.getByRole('form', { name: 'Set up a walk' });
      await form.getByLabel('Revision').selectOption('v6.12');
      expect(await form.getByRole('alert').allTextContents()).toEqual([
        'v6.12 has no walk_kernel_page_table_range_lockless.',
      ]);
      expect(await form.getByRole('button', { name: 'Run the walk' }).isDisabled()).toBe(true);
    });
  });
});
