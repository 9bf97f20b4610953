import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserContextOptions, FileChooser, Page } from 'playwright-core';
import type { Site, Tab } from './open.ts';
import { accessibility, count, startSite } from './open.ts';

type Files = Parameters<FileChooser['setFiles']>[0];

let site: Site;

beforeAll(async () => {
  site = await startSite();
});

afterAll(async () => {
  await site?.close();
});

/** Opens the page for one test and closes it; whatever goes wrong on it fails the test. */
async function visit(
  test: (page: Page, tab: Tab) => Promise<void>,
  options: BrowserContextOptions = {},
  hash = '',
): Promise<void> {
  const tab = await site.open(options, hash);
  try {
    await test(tab.page, tab);
    expect(tab.troubles).toEqual([]);
  } finally {
    await tab.context.close();
  }
}

const capture = (file: string): string =>
  fileURLToPath(new URL(`../../public/captures/x4-4k-48/${file}`, import.meta.url));

const testCapture = (file: string): string =>
  fileURLToPath(new URL(`../data/captures/${file}`, import.meta.url));

const sentence = async (page: Page): Promise<string> =>
  (await page.locator('.caption .sentence').textContent()) ?? '';

describe('stepping', () => {
  it('opens the first walk before its first step and steps forward and back', async () => {
    await visit(async (page) => {
      await expect.poll(() => page.locator('h1').textContent()).toContain('A walk through');
      const start = await count(page);
      expect(start.at).toBe(0);
      expect(start.of).toBeGreaterThan(50);
      const before = await sentence(page);
      await page.getByRole('button', { name: 'Step forward' }).click();
      expect((await count(page)).at).toBe(1);
      expect(await sentence(page)).not.toBe(before);
      await page.getByRole('button', { name: 'Step forward' }).click();
      const two = await sentence(page);
      await page.getByRole('button', { name: 'Step forward' }).click();
      await page.getByRole('button', { name: 'Step back' }).click();
      expect((await count(page)).at).toBe(2);
      expect(await sentence(page)).toBe(two);
    });
  });

  it('answers the keys, and none of them while someone types', async () => {
    await visit(async (page) => {
      const { of } = await count(page);
      const at = async (): Promise<number> => (await count(page)).at;
      await page.keyboard.press('ArrowRight');
      expect(await at()).toBe(1);
      await page.keyboard.press('End');
      expect(await at()).toBe(of);
      await page.keyboard.press('ArrowLeft');
      expect(await at()).toBe(of - 1);
      await page.keyboard.press('Home');
      expect(await at()).toBe(0);
      await page.keyboard.press('Shift+ArrowRight');
      const interesting = await at();
      expect(interesting).toBeGreaterThan(1);
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowLeft');
      expect(await at()).toBe(interesting);
      await page.keyboard.press('1');
      expect(await at()).toBe(interesting + 1);
      await page.keyboard.press('/');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('End');
      await page.keyboard.type('1 f');
      expect(await at()).toBe(interesting + 1);
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowRight');
      expect(await at()).toBe(interesting + 2);
    });
  });

  it('plays and pauses', async () => {
    await visit(async (page) => {
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await expect.poll(async () => (await count(page)).at, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
      await page.keyboard.press('Space');
      const { at } = await count(page);
      await page.waitForTimeout(700);
      expect((await count(page)).at).toBe(at);
    });
  });

  it('scrubs by dragging and is a slider for those who can’t drag', async () => {
    await visit(async (page) => {
      const slider = page.getByRole('slider', { name: 'Step' });
      const box = await slider.boundingBox();
      if (box === null) throw new Error('the timeline has no place');
      await page.mouse.move(box.x + 20, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y + 40, { steps: 5 });
      await page.mouse.up();
      const { at, of } = await count(page);
      expect(at).toBeGreaterThan(of * 0.4);
      expect(at).toBeLessThan(of * 0.6);
      await slider.focus();
      await page.keyboard.press('PageDown');
      expect((await count(page)).at).toBe(at + 10);
      await page.keyboard.press('ArrowRight');
      expect((await count(page)).at).toBe(at + 11);
      expect(await slider.getAttribute('aria-valuenow')).toBe(String(at + 11));
      expect(await slider.getAttribute('aria-valuetext')).toContain(await sentence(page));
    });
  });
});

describe('addresses', () => {
  it('goes to an address, and follows the steps again with F', async () => {
    await visit(async (page) => {
      const shown = async (): Promise<string> => (await page.locator('.address-shown').textContent()) ?? '';
      const walked = await shown();
      await page.keyboard.press('/');
      await page.keyboard.type('0xffff_8000 8000 0000');
      await page.keyboard.press('Enter');
      await expect.poll(shown).toBe('ffff800080000000');
      expect(await page.locator('.field.of-pgd .number').textContent()).toBe('256');
      await page.keyboard.press('f');
      await expect.poll(shown).toBe(walked);
    });
  });

  it('answers where an address leads and selects its deepest entry', async () => {
    await visit(async (page) => {
      const ask = async (address: string): Promise<string> => {
        await page.keyboard.press('/');
        await page.keyboard.type(address);
        await page.keyboard.press('Enter');
        await expect.poll(() => page.locator('#address').inputValue()).toBe('');
        return (await page.locator('.answer').textContent()) ?? '';
      };
      expect(await ask('ffff00007c7fc123')).toContain('PA 7c7fc123 (page RW NX cont, 4 KiB)');
      expect(await page.locator('#card-entry h2').textContent()).toContain('PTE[508]');
      expect(await page.locator('#card-table h2').textContent()).toContain('7fff9000');
      expect(await ask('ffff00007c000000')).toMatch(/PA 7c000000 \(block .*2 MiB\)/);
      expect(await ask('fffffdffbfa00000')).toMatch(/not mapped: P[A-Z]+\[\d+\] is none/);
      // A low address, in a capture without a user mm.
      expect(await ask('7fc03000')).toContain('PA 7fc03000');
      expect(await page.locator('.answer').textContent()).toContain('looked up in efi_mm');
      expect(await page.locator('#card-table').textContent()).toContain('efi_mm');
      // The leading digits left out.
      const low = await ask('8000802c0000');
      expect(low).toContain('not mapped');
      expect(low).toContain('looked up in efi_mm');
      expect(low).toContain('Did you mean ffff8000802c0000?');
      await page.getByRole('button', { name: 'ffff8000802c0000' }).click();
      await expect.poll(() => page.locator('.answer').textContent()).toContain('ffff8000802c0000 → PA ');
      await page.keyboard.press('f');
      await expect.poll(() => page.locator('.answer').count()).toBe(0);
      expect(await page.locator('#card-entry').textContent()).not.toContain('let go');
    });
  });

  it('says in a sentence what is no address, and leaves the scene alone', async () => {
    await visit(async (page) => {
      const h1 = await page.locator('h1').textContent();
      await page.keyboard.press('/');
      await page.keyboard.type('kernel');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => page.locator('.address-field [role=alert]').textContent())
        .toContain('no hex number');
      await page.locator('#address').fill('8000000000000000');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('.address-field [role=alert]').textContent()).toContain('48-bit');
      await page.keyboard.press('Escape');
      expect(await page.locator('h1').textContent()).toBe(h1);
    });
  });
});

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
      const ptdump = await readFile(testCapture('x4-4k-48/kernel_page_tables.txt'));
      const files: readonly (readonly [string, Buffer, string])[] = [
        ['kernel_page_tables.txt', ptdump, 'kernel_page_tables.txt is the kernel’s text'],
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
