import { describe, expect, it } from 'vitest';
import { accessibility, count, useSite } from './open.ts';

const { visit } = useSite();

describe('what TLBs may still hold', () => {
  it('is a card: what waits for a DSB, which ranges are stale and since when, until the flush', async () => {
    await visit(
      async (page) => {
        const card = page.locator('[data-card="tlb"]');
        await expect.poll(() => card.textContent()).toContain('18 entries stale');
        const text = (await card.textContent()) ?? '';
        for (const words of [
          'CPU 0',
          'lazy MMU mode',
          'a store waits for a DSB',
          '2 MiB',
          'block RW NX → table',
        ])
          expect(text).toContain(words);
        expect(await accessibility(page)).toEqual([]);
        await card.getByRole('button', { name: 'since 15' }).click();
        await expect.poll(async () => (await count(page)).at).toBe(15);
        await expect.poll(() => card.textContent()).toContain('an entry stale');
        await page.keyboard.press('End');
        await expect.poll(() => card.textContent()).not.toContain('stale');
        expect(await card.textContent()).toContain('no store waits for a DSB');
      },
      {},
      '#v1.l.one-page-in-a-block@71',
    );
  });

  it('is marked at the entries, in words too', async () => {
    await visit(
      async (page) => {
        const map = page.locator('.map-host');
        await expect.poll(() => map.locator('text.stale').count()).toBe(1);
        expect(await map.locator('.stale-notch').count()).toBe(1);
        expect(await map.locator('[aria-label*="TLBs may still hold what it was"]').count()).toBe(1);
        await page.keyboard.press('End');
        await expect.poll(() => map.locator('text.stale').count()).toBe(0);
        expect(await map.locator('.stale-notch').count()).toBe(0);
      },
      {},
      '#v1.l.one-page-in-a-block@71',
    );
  });

  it('is of no concern to a walk that only reads', async () => {
    await visit(
      async (page) => {
        await page.locator('[data-card="locks"]').waitFor();
        expect(await page.locator('[data-card="tlb"]').count()).toBe(0);
      },
      {},
      '#v1.l.first-walk@20',
    );
  });

  it('a read in a break-before-make window faults, and the caption says so', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => page.locator('.caption').textContent()).toContain('a translation fault');
        await page.keyboard.press('ArrowRight');
        await expect
          .poll(() => page.locator('.caption').textContent())
          .toContain('Fault in a break-before-make window');
      },
      {},
      '#v1.l.broken-before-made.a1038b2@529',
    );
  });

  it('the card of the entry shows what an access may have used: by a walk, and from what TLBs kept', async () => {
    await visit(
      async (page) => {
        const card = page.locator('[data-card="entry"]');
        const outcomes = card.getByRole('region', { name: 'What the CPU may use' });
        await expect.poll(() => outcomes.locator('li').count()).toBe(3);
        expect(await card.innerText()).toContain('used at 567');
        expect(await outcomes.innerText()).toContain('CPU 1 reads');
        const rows = await outcomes.locator('li').allInnerTexts();
        expect(rows[0]).toMatch(/a walk\s*PTE\[5\] page RW NX\s*works/);
        expect(rows[1]).toMatch(/TLB may hold\s*PMD\[15\] block RW NX\s*works/);
        expect(await accessibility(page)).toEqual([]);
        // A selected entry is shown for itself.
        await page.locator('.map-host').focus();
        await page.keyboard.press('Enter');
        await expect.poll(() => outcomes.count()).toBe(0);
      },
      {},
      '#v1.l.split-in-use@567',
    );
  });
});
