import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FileChooser, Page } from 'playwright-core';
import { accessibility, count, sentence, useSite } from './open.ts';

type Files = Parameters<FileChooser['setFiles']>[0];

const site = useSite();
const { visit } = site;

const capture = (file: string): string =>
  fileURLToPath(new URL(`../../public/captures/x4-4k-48/${file}`, import.meta.url));

const testCapture = (file: string): string =>
  fileURLToPath(new URL(`../data/captures/${file}`, import.meta.url));

describe('importing', () => {
  const choose = async (page: Page, files: Files): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('import captured');
    await page.keyboard.press('Enter');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files' }).click();
    await (await chooser).setFiles(files);
  };

  it('takes a capture, walks it, and makes a link that carries the tables', async () => {
    await visit(async (page) => {
      await choose(page, [capture('tables.bin.gz'), capture('meta.json')]);
      await expect.poll(() => page.locator('h1').textContent()).toContain('First mapped region');
      expect(await page.locator('.intro').count()).toBe(0);
      await page.keyboard.press('End');
      const { at, of } = await count(page);
      expect(of).toBeGreaterThan(10);
      expect(at).toBe(of);
      const told = await sentence(page);
      await page.getByRole('button', { name: 'Share' }).click();
      await expect.poll(() => page.locator('dialog').textContent()).toContain('on your machine only');
      const link = await page.locator('dialog textarea').inputValue();
      await visit(
        async (other) => {
          expect(await count(other)).toEqual({ at: of, of });
          expect(await sentence(other)).toBe(told);
        },
        {},
        link.slice(site.url.length),
      );
    });
  });

  it('rebuilds the tables from the kernel’s texts, and says what a change of permissions would cost', async () => {
    await visit(async (page) => {
      const text = (name: string): string => testCapture(`x4-4k-48/${name}`);
      await choose(page, [text('efi_page_tables.txt'), text('kernel_page_tables.txt')]);
      await expect.poll(() => page.locator('h1').textContent()).toContain('First mapped region');
      expect(await page.locator('.notice').textContent()).toContain('rebuilt from the kernel’s text');
      const ask = async (address: string, call: string): Promise<string> => {
        await page.keyboard.press('/');
        await page.keyboard.type(address);
        await page.keyboard.press('Enter');
        await page.locator('#map-calls').click();
        const row = page.getByRole('menuitem', { name: new RegExp(`^${call} ?\\(`) }).first();
        await expect.poll(() => row.textContent(), { timeout: 15_000 }).toContain('returns');
        const said = `${await row.textContent()} | ${await page.locator('.calls footer').textContent()}`;
        await page.keyboard.press('Escape');
        return said;
      };
      // A page of the linear map in a contiguous group: the same as over the kernel’s own tables.
      expect(await ask('ffff000040800000', 'set_memory_valid')).toContain('1 contiguous group');
      expect(await ask('ffff800080010000', 'set_memory_ro')).toMatch(/returns 0 .*its alias is left out/);
    });
  });

  it('opens a scenario that was saved, and says where a wrong one is wrong', async () => {
    await visit(
      async (page) => {
        const title = await page.locator('h1').textContent();
        await page.getByRole('button', { name: 'Share' }).click();
        const download = page.waitForEvent('download');
        await page.getByRole('button', { name: 'Download Scenario' }).click();
        const saved = await (await download).path();
        await page.keyboard.press('Escape');
        const text = await readFile(saved, 'utf8');
        await page.evaluate(() => {
          location.hash = '#v1.l.first-walk';
        });
        await expect.poll(() => page.locator('h1').textContent()).not.toBe(title);
        await choose(page, [{ name: 'walk.json', mimeType: 'application/json', buffer: Buffer.from(text) }]);
        await expect.poll(() => page.locator('h1').textContent()).toBe(title);
        const wrong = text.replace(/"start": ?"0x/, '"start": "');
        expect(wrong).not.toBe(text);
        await choose(page, [{ name: 'walk.json', mimeType: 'application/json', buffer: Buffer.from(wrong) }]);
        await expect
          .poll(() => page.getByRole('alert').textContent())
          .toContain('contexts[0].calls[0].start');
      },
      {},
      '#v1.l.locked-walk',
    );
  });

  it('says what each kind of wrong file is, by its name', async () => {
    await visit(async (page) => {
      const efi = await readFile(testCapture('x4-4k-48/efi_page_tables.txt'));
      const files: readonly (readonly [string, Buffer, string])[] = [
        ['efi.txt', efi, 'efi.txt, line 2: begins at 0x0, as a text of efi_mm does'],
        ['tables.bin', Buffer.alloc(0), 'tables.bin is empty'],
        ['pic.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), 'pic.png is a picture'],
        ['x.json', Buffer.from('{"a": 1}'), 'x.json is JSON, but no scenario'],
        ['meta.json', Buffer.from('{}'), 'meta.json only describes a capture'],
        ['notes.txt', Buffer.from('some notes'), 'notes.txt is a text file'],
        [
          'tables.bin.gz',
          Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]),
          'tables.bin.gz: Its gzip data is damaged',
        ],
        ['tables.bin', Buffer.from([1, 2, 3, 4]), 'tables.bin is no capture'],
      ];
      for (const [name, buffer, says] of files) {
        await choose(page, [{ name, mimeType: 'application/octet-stream', buffer }]);
        await expect.poll(() => page.locator('.notice').textContent()).toContain(says);
        // One at a time, above the caption and not over the map.
        expect(await page.locator('.notice').count()).toBe(1);
      }
      const [notice, map, caption] = await Promise.all(
        ['.notice', '.map-pane', '.caption'].map((name) => page.locator(name).boundingBox()),
      );
      if (!notice || !map || !caption) throw new Error('something has no place');
      expect(map.y + map.height).toBeLessThanOrEqual(notice.y);
      expect(notice.y + notice.height).toBeLessThanOrEqual(caption.y);
      expect(await page.locator('.notice .more').textContent()).toMatch(/^1 of [23]$/);
      expect(await accessibility(page)).toEqual([]);
      // It is about this scene: the next one comes without it.
      await page.evaluate(() => {
        location.hash = '#v1.l.locked-walk';
      });
      await expect.poll(() => page.locator('.notice').count()).toBe(0);
    });
  });

  it('shows x86 tables to look at, and says why nothing can be run', async () => {
    await visit(async (page) => {
      const brotli = async (name: string): Promise<Buffer> =>
        brotliDecompressSync(await readFile(testCapture(`x86-48/${name}`)));
      await choose(page, [
        { name: 'tables.bin', mimeType: 'application/octet-stream', buffer: await brotli('tables.bin.br') },
        {
          name: 'meta.json',
          mimeType: 'application/json',
          buffer: await readFile(testCapture('x86-48/meta.json')),
        },
      ]);
      await expect.poll(() => page.locator('h1').textContent()).toBe('Tables of x86-48');
      expect(await sentence(page)).toContain('walks run on arm64 tables only for now');
      for (const gone of ['.intro', '.timeline', '.revisions', '#card-counters', '#card-locks'])
        expect(await page.locator(gone).count(), gone).toBe(0);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('w');
      expect(await page.locator('.walk-form').count()).toBe(0);
      expect(await accessibility(page)).toEqual([]);
    });
  });

  it('says what is missing without meta.json', async () => {
    await visit(async (page) => {
      await choose(page, [capture('tables.bin.gz')]);
      await expect.poll(() => page.locator('.notice').textContent()).toContain('meta.json');
    });
  });

  it('refuses another file in a sentence and keeps the scene', async () => {
    await visit(async (page) => {
      const title = await page.locator('h1').textContent();
      await choose(page, [capture('meta.json')]);
      await page.getByRole('alert').waitFor();
      const text = (await page.getByRole('alert').textContent()) ?? '';
      expect(text).toContain('Nothing was imported');
      expect(text).toContain('stays as it was');
      expect(await page.locator('h1').textContent()).toBe(title);
    });
  });
});
