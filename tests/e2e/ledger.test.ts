import { describe, expect, it } from 'vitest';
import { accessibility, count, useSite } from './open.ts';

const PHONE = { viewport: { width: 375, height: 740 } };

describe('constructors, ptlocks and accounting on the page', () => {
  const site = useSite();

  it('tells a table’s life at the cursor, and leads to the steps of it', async () => {
    await site.visit(
      async (page) => {
        const card = page.locator('[data-card="table"]');
        await expect.poll(() => card.textContent()).toContain('allocated at 6');
        const text = (await card.textContent()) ?? '';
        for (const words of ['allocated at 6', 'constructed at 7', 'pmd_alloc_one()', 'init_mm'])
          expect(text).toContain(words);
        expect(text).toContain('constructed · ptlock apart, 32 bytes · counted');
        expect(await accessibility(page)).toEqual([]);
        await card.getByRole('button', { name: 'at 6' }).click();
        await expect.poll(async () => (await count(page)).at).toBe(6);
      },
      {},
      '#v1.l.lock-saved@25',
    );
  });

  it('what no step tells of a table stays unknown, or says why it is inferred', async () => {
    await site.visit(
      async (page) => {
        const card = page.locator('[data-card="table"]');
        await expect.poll(() => card.locator('[data-known]').getAttribute('data-known')).toBe('inferred');
        expect(await card.textContent()).toContain('inferred: the root of init_mm');
        const map = page.locator('.map-host');
        await expect.poll(() => map.locator('.ledger').count()).toBeGreaterThan(3);
        expect(await map.locator('.ledger.unsure').count()).toBeGreaterThan(3);
        await page.keyboard.press('End');
        await expect.poll(() => map.textContent()).toContain('CLA +1');
        expect(await map.textContent()).toContain('constructed · ptlock apart · counted');
        await expect.poll(() => map.locator('.legend').textContent()).toContain('C constructed · L ptlock');
      },
      { viewport: { width: 1280, height: 900 } },
      '#v1.l.lock-saved@1',
    );
  });

  it('lets an allocation fail, and says what comes of it', async () => {
    await site.visit(
      async (page) => {
        const fails = page.locator('.ctor-bar .fails');
        await fails.getByLabel('ptlock').fill('1');
        await page.keyboard.press('Tab');
        await expect
          .poll(async () => {
            await page.keyboard.press('End');
            return page.locator('.caption').textContent();
          })
          .toContain('ENOMEM');
        expect(await accessibility(page)).toEqual([]);
        await fails.getByLabel('ptlock').fill('');
        await expect.poll(() => page.locator('.caption').textContent()).not.toContain('ENOMEM');
      },
      {},
      '#v1.l.kernel-tables-made@1',
    );
  });

  it('says which tables a hook in constructors has write-protected, and which it missed', async () => {
    await site.visit(
      async (page) => {
        await page.keyboard.press('End');
        const guards = page.locator('[data-card="ledger"] [data-guards]');
        await expect.poll(() => guards.textContent()).toContain('The hook write-protects 2 tables.');
        expect(await guards.textContent()).toContain(
          'It misses the PTE table 0x41008000: no constructor ran.',
        );
        expect(await accessibility(page)).toEqual([]);
      },
      {},
      '#v1.l.ctor-hook@1',
    );
  });

  it('keeps books by level and owner, in words, with a curve for each figure', async () => {
    await site.visit(
      async (page) => {
        const ledger = page.locator('[data-card="ledger"]');
        await expect.poll(() => ledger.locator('tbody tr').count()).toBe(7);
        expect(await ledger.locator('tbody tr').first().allInnerTexts()).toEqual([
          expect.stringMatching(/PTE\s+none\s+1\s+0\s+1\s+32\s+\+1/),
        ]);
        expect(await ledger.textContent()).toContain(
          'NR_PAGETABLE has changed by +7, as the tables held now ask for.',
        );
        const counters = page.locator('[data-card="counters"]');
        const row = counters.locator('tr', { hasText: 'NR_PAGETABLE' });
        expect(await row.locator('td').first().textContent()).toBe('7');
        expect(await row.locator('.spark path.now').count()).toBe(1);
        await page.keyboard.press('Home');
        await expect.poll(() => row.locator('td').first().textContent()).toBe('0');
        expect(await ledger.textContent()).toContain('No table has been made or freed yet.');
      },
      {},
      '#v1.l.tables-by-owner@66',
    );
  });

  it('a step that upsets the books is named, and reached', async () => {
    await site.visit(
      async (page) => {
        const ledger = page.locator('[data-card="ledger"]');
        await expect.poll(() => ledger.locator('.faults li').count()).toBeGreaterThan(0);
        const fault = ledger.locator('.faults button').first();
        const [, step] = /(\d+)/.exec((await fault.textContent()) ?? '') ?? [];
        await fault.click();
        await expect.poll(async () => (await count(page)).at).toBe(Number(step));
        await expect.poll(() => ledger.textContent()).toContain('▲ a fault');
        expect(await accessibility(page)).toEqual([]);
      },
      {},
      '#v1.l.memory-comes-and-goes@1',
    );
  });

  it('says what each of the eleven patches does, and goes there', async () => {
    await site.visit(
      async (page) => {
        const bar = page.locator('.ctor-bar');
        await expect
          .poll(() => bar.locator('.effect').textContent())
          .toContain('Since ctor-p4: Kernel PTE tables of sparc64');
        await bar.locator('summary').click();
        expect(await bar.locator('ol li').count()).toBe(11);
        expect(await accessibility(page)).toEqual([]);
        await bar.getByRole('button', { name: 'ctor-p6' }).click();
        await expect
          .poll(() => bar.locator('.effect').textContent())
          .toContain('init_mm’s PMD tables get no lock');
        await expect
          .poll(() => page.locator('[data-card="table"]').textContent())
          .toContain('constructed · no ptlock · counted');
      },
      {},
      '#v1.l.lock-saved@25',
    );
  });

  it('the architecture is part of the scenario: in the link, and undone', async () => {
    await site.visit(
      async (page) => {
        const select = page.locator('.ctor-bar select');
        await select.selectOption('csky');
        await expect.poll(() => page.url()).not.toContain('v1.l.');
        await expect.poll(() => select.inputValue()).toBe('csky');
        const url = page.url();
        await page.keyboard.press('Control+z');
        await expect.poll(() => select.inputValue()).toBe('arm64');
        await page.goto('about:blank');
        await page.goto(url);
        await expect.poll(() => select.inputValue()).toBe('csky');
      },
      {},
      '#v1.l.lock-saved@25',
    );
  });

  it('efi_mm as a kernel mm leaves its locks out', async () => {
    await site.visit(
      async (page) => {
        const pte = page.locator('[data-card="ledger"] tbody tr').first();
        await expect.poll(() => pte.textContent()).toBe('PTEefi_mm10132+1');
        await page.getByLabel('efi_mm as kernel').click();
        await expect.poll(() => page.locator('.ctor-bar input[type=checkbox]').isChecked()).toBe(true);
        await expect.poll(() => pte.textContent()).toBe('PTEefi_mm1000+1');
      },
      {},
      '#v1.l.efi-built@999',
    );
  });

  it('has room on a phone', async () => {
    await site.visit(
      async (page) => {
        await page.getByRole('tab', { name: 'ledger' }).click();
        await expect.poll(() => page.locator('[data-card="ledger"] tbody tr').count()).toBe(7);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
        expect(await accessibility(page)).toEqual([]);
      },
      PHONE,
      '#v1.l.tables-by-owner@66',
    );
  });

  it('a walk that makes no table has no books', async () => {
    await site.visit(
      async (page) => {
        await page.locator('[data-card="counters"]').waitFor();
        expect(await page.locator('[data-card="ledger"], .ctor-bar, .map-host .ledger').count()).toBe(0);
        expect(await page.locator('[data-card="table"]').textContent()).toContain('? constructed');
      },
      {},
      '#v1.l.first-walk@20',
    );
  });

  it('marks strips that are too thin for letters, and says them when such a strip is pointed at', async () => {
    await site.visit(
      async (page) => {
        const dots = page.locator('.map-host .known-dot');
        await expect.poll(() => dots.count()).toBeGreaterThan(2);
        const box = await dots.first().boundingBox();
        if (box === null) throw new Error('no dot');
        await page.mouse.move(box.x - 30, box.y + box.height / 2);
        await expect
          .poll(() => page.locator('.map-tip').innerText())
          .toMatch(/ptdesc\s*CLA \+1\s+constructed/);
        // A title too long for its line takes two before it is cut, and is whole for those who point at it.
        expect(await page.locator('h1').getAttribute('title')).toBe('The firmware’s tables are built');
        const title = await page
          .locator('h1')
          .evaluate((h1) => [h1.scrollHeight - h1.clientHeight, h1.clientHeight]);
        expect(title).toEqual([0, 34]);
      },
      {},
      '#v1.l.efi-built@9000',
    );
  });

  it('is a place that a walkthrough points at', async () => {
    await site.visit(
      async (page) => {
        await expect.poll(() => page.locator('.app').getAttribute('data-look')).toContain('ledger');
        const corners = await page
          .locator('[data-card="ledger"]')
          .evaluate((card) => getComputedStyle(card, '::after').content);
        expect(corners).toBe('""');
      },
      {},
      '#v1.l.kernel-tables-made@31&stop=kernel-tables-made.done',
    );
  });
});
