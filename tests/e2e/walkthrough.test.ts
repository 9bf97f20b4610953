import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { findLibraryEntry } from '../../src-core/index.ts';
import { WALKTHROUGHS } from '../../src-core/scenario/walkthroughs.ts';
import { accessibility, count, sentence, useSite } from './open.ts';

const site = useSite();
const { visit } = site;

const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true } as const;

const at = (stop: string): string => `#v1.l.first-walk&stop=first-walk.${stop}`;
const player = (page: Page) => page.getByRole('region', { name: 'Walkthrough' });
const place = async (page: Page): Promise<string> =>
  (await player(page).locator('.progress').textContent()) ?? '';
const heading = (page: Page): Promise<string | null> => player(page).locator('h2').textContent();
const step = async (page: Page): Promise<number> => (await count(page)).at;
const looks = (page: Page): Promise<string | null> => page.locator('.app').getAttribute('data-look');
const hash = (page: Page): string => new URL(page.url()).hash;

describe('a walkthrough', () => {
  it('starts from the introduction and goes from stop to stop by keys and by buttons', async () => {
    await visit(async (page) => {
      await page.getByRole('button', { name: 'be led through a first walk' }).click();
      await expect.poll(() => place(page)).toBe('Stop 1 of 8');
      expect(await heading(page)).toContain('A range of addresses');
      // Who is led needs no introduction.
      expect(await page.getByRole('complementary', { name: 'Introduction' }).count()).toBe(0);
      expect(await player(page).getByRole('button', { name: 'Previous stop' }).isDisabled()).toBe(true);
      await page.keyboard.press('n');
      await expect.poll(() => place(page)).toBe('Stop 2 of 8');
      expect(await sentence(page)).toContain('p4d_offset');
      await player(page).getByRole('button', { name: 'Next stop' }).click();
      await expect.poll(() => place(page)).toBe('Stop 3 of 8');
      expect(await page.locator('#card-entry h2').textContent()).toContain('PUD[1]');
      const third = await step(page);
      await page.keyboard.press('p');
      await expect.poll(() => place(page)).toBe('Stop 2 of 8');
      expect(await step(page)).toBeLessThan(third);
      // The arrows still step.
      await page.keyboard.press('ArrowRight');
      expect(await place(page)).toBe('Stop 2 of 8');
    });
  });

  it('points at what to look at, and only at its step', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => looks(page)).toBe('address entry');
        const corners = (selector: string): Promise<string> =>
          page.locator(selector).evaluate((element) => getComputedStyle(element, '::after').content);
        expect(await corners('.address')).toBe('""');
        expect(await corners('.map-pane')).toBe('none');
        await page.keyboard.press('ArrowRight');
        await expect.poll(() => looks(page)).toBeNull();
        expect(await corners('.address')).toBe('none');
        await player(page).getByRole('button', { name: 'Back to the stop' }).click();
        await expect.poll(() => looks(page)).toBe('address entry');
      },
      {},
      at('index'),
    );
  });

  it('opens a card that it points at, though it was closed, and brings it into view', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => place(page)).toBe('Stop 7 of 8');
        await page.getByRole('button', { name: 'Close counters' }).click();
        await page.keyboard.press('n');
        await expect.poll(() => place(page)).toBe('Stop 8 of 8');
        const card = page.locator('#card-counters');
        await expect.poll(() => card.getAttribute('data-closed')).toBeNull();
        await expect
          .poll(async () => {
            const box = await card.boundingBox();
            return box === null ? 9999 : box.y + box.height;
          })
          .toBeLessThanOrEqual(721);
        expect(await player(page).getByRole('button', { name: 'Next stop' }).isDisabled()).toBe(true);
      },
      {},
      at('hole'),
    );
  });

  it('has a link for each stop: a reload and the browser’s back button restore it', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => place(page)).toBe('Stop 4 of 8');
        const fourth = await step(page);
        await page.keyboard.press('n');
        await expect.poll(() => hash(page)).toBe('#v1.l.first-walk@20&stop=first-walk.contiguous');
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowRight');
        await expect.poll(() => hash(page)).toBe('#v1.l.first-walk@22&stop=first-walk.contiguous');
        await page.reload();
        await expect.poll(() => place(page)).toBe('Stop 5 of 8');
        expect(await step(page)).toBe(22);
        await player(page).getByRole('button', { name: 'Back to the stop' }).click();
        expect(await step(page)).toBe(20);
        await page.goBack();
        await expect.poll(() => place(page)).toBe('Stop 4 of 8');
        expect(await step(page)).toBe(fourth);
      },
      {},
      at('table'),
    );
  });

  it('stays while another run is looked at, and can be left', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => place(page)).toBe('Stop 5 of 8');
        await page.keyboard.press('Control+k');
        await page.keyboard.type('firmware');
        await page.keyboard.press('Enter');
        await expect.poll(() => page.locator('h1').textContent()).toContain('firmware');
        expect(await player(page).textContent()).toContain('another run');
        expect(hash(page)).not.toContain('stop=');
        expect(await looks(page)).toBeNull();
        await player(page).getByRole('button', { name: 'Back to the stop' }).click();
        await expect.poll(() => page.locator('h1').textContent()).toContain('A walk through');
        expect(await step(page)).toBe(20);
        expect(hash(page)).toContain('stop=first-walk.contiguous');
        await player(page).getByRole('button', { name: 'Leave the walkthrough' }).click();
        expect(await player(page).count()).toBe(0);
        expect(hash(page)).toBe('#v1.l.first-walk@20');
        // Without a walkthrough its keys do nothing.
        await page.keyboard.press('n');
        expect(await step(page)).toBe(20);
      },
      {},
      at('contiguous'),
    );
  });

  it('ends with a way to break it, and the walkthrough that follows', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => place(page)).toBe('Stop 8 of 8');
        await player(page).getByRole('button', { name: 'Break it' }).click();
        await expect.poll(() => page.locator('h1').textContent()).toContain('An empty range');
        expect(await sentence(page)).toContain('EINVAL');
        await player(page).getByRole('button', { name: 'Back to the stop' }).click();
        await player(page)
          .getByRole('button', { name: /^Next: / })
          .click();
        const after = WALKTHROUGHS[1];
        await expect.poll(() => place(page)).toBe(`Stop 1 of ${after?.stops.length}`);
        expect(await page.locator('h1').textContent()).toBe(findLibraryEntry(after?.library ?? '')?.title);
      },
      {},
      at('done'),
    );
  });

  it('a link with a stop or a walkthrough that there is not says so', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => place(page)).toBe('Stop 1 of 8');
        expect(await page.locator('.notice').textContent()).toContain('no stop nowhere');
      },
      {},
      at('nowhere'),
    );
    await visit(
      async (page) => {
        await expect.poll(() => page.locator('.notice').count()).toBe(1);
        expect(await page.locator('.notice').textContent()).toContain('the walkthrough unheard');
        expect(await player(page).count()).toBe(0);
      },
      {},
      '#v1.l.first-walk@3&stop=unheard.x',
    );
  });

  it('costs nothing before it is asked for', async () => {
    await visit(async (page) => {
      const loaded = (): Promise<{ readonly name: string; readonly from: number; readonly to: number }[]> =>
        page.evaluate(() =>
          performance.getEntriesByType('resource').map((entry) => ({
            name: entry.name,
            from: entry.startTime,
            to: entry.startTime + entry.duration,
          })),
        );
      // Fetched once the page stands, so that it works offline; never before the tables are here.
      const parts = /\/(walkthroughs|Player|Compare|guide|LibraryDialog)-/;
      const tables = (await loaded()).find(({ name }) => name.endsWith('/tables.bin.gz'));
      expect(
        (await loaded()).filter(({ name, from }) => parts.test(name) && from < (tables?.to ?? 0)),
      ).toEqual([]);
      await page.getByRole('button', { name: 'be led through a first walk' }).click();
      await expect.poll(() => place(page)).toBe('Stop 1 of 8');
      expect((await loaded()).some(({ name }) => name.includes('/walkthroughs-'))).toBe(true);
    });
  });
});

describe('a question', () => {
  const said = (page: Page) => player(page).getByRole('status').textContent();

  it('comes before what it asks about, and is answered by its number', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => heading(page)).toContain('How many PTE entries');
        const before = await step(page);
        // Nothing gives the answer away.
        expect(await player(page).textContent()).not.toContain('A block ends the walk');
        expect(await looks(page)).toBeNull();
        expect(await said(page)).toContain('3: None.');
        await page.keyboard.press('3');
        await expect.poll(() => heading(page)).toContain('A block ends the walk');
        expect(await step(page)).toBe(before + 1);
        expect(await player(page).locator('.outcome').textContent()).toMatch(/Right\./);
        expect(await said(page)).toMatch(/^Stop 6 of 8\. Right\. .*A block ends the walk/);
        // A digit steps that context again.
        await page.keyboard.press('1');
        expect(await step(page)).toBe(before + 2);
      },
      {},
      at('block'),
    );
  });

  it('is answered with the arrows and Enter; the way on is from the heading', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => heading(page)).toContain('How many PTE entries');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await expect.poll(() => player(page).locator('.outcome').textContent()).toContain('Not “32');
        await expect
          .poll(() => page.evaluate(() => document.activeElement?.textContent))
          .toContain('A block ends the walk');
      },
      {},
      at('block'),
    );
  });

  it('may be passed over, and is not asked again', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => place(page)).toBe('Stop 5 of 8');
        await page.keyboard.press('n');
        await expect.poll(() => heading(page)).toContain('How many PTE entries');
        await page.keyboard.press('n');
        await expect.poll(() => heading(page)).toContain('A block ends the walk');
        expect(await player(page).locator('.outcome').count()).toBe(0);
        await page.keyboard.press('n');
        await expect.poll(() => place(page)).toBe('Stop 7 of 8');
        await page.keyboard.press('p');
        await expect.poll(() => heading(page)).toContain('A block ends the walk');
        await page.reload();
        await expect.poll(() => heading(page)).toContain('A block ends the walk');
      },
      {},
      at('contiguous'),
    );
  });
});

describe('the library', () => {
  it('lists walkthroughs by chapter, with pictures of their runs, and starts one', async () => {
    await visit(async (page) => {
      await page.keyboard.press('l');
      const library = page.getByRole('dialog', { name: 'Library' });
      await library.waitFor();
      expect(await library.getByRole('region', { name: 'How the kernel walks its tables' }).count()).toBe(1);
      const card = library.locator('.library-card', { hasText: 'One page in a 2 MiB block' });
      expect(await card.locator('.facts').textContent()).toContain('9 stops');
      await expect.poll(() => card.locator('.run-picture .written').count()).toBeGreaterThan(2);
      expect(await accessibility(page)).toEqual([]);
      await card.getByRole('button', { name: /^Start/ }).click();
      await expect.poll(() => page.locator('h1').textContent()).toContain('One page');
      await expect.poll(() => place(page)).toBe('Stop 1 of 9');
      await page.keyboard.press('2');
      await expect.poll(() => player(page).locator('.outcome').textContent()).toContain('Right.');
    });
  });

  it('remembers what was walked through, and the timeline shows the stops', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => page.locator('.stop-mark').count()).toBe(8);
        expect(await page.locator('.stop-mark.at').count()).toBe(1);
        await page.keyboard.press('n');
        await expect.poll(() => place(page)).toBe('Stop 8 of 8');
        await page.goto(site.url);
        await page.locator('.caption').waitFor();
        await page.keyboard.press('l');
        const card = page.locator('.library-card', { hasText: 'A walk through a real kernel' });
        await expect.poll(() => card.locator('.facts').textContent()).toContain('✓ walked through');
        expect(await page.getByRole('group', { name: 'Chapters' }).textContent()).toMatch(/^1 .*? 1\/\d+2 /);
      },
      {},
      at('hole'),
    );
  });

  it('opens an entry without its stops', async () => {
    await visit(async (page) => {
      await page.getByRole('button', { name: 'Walkthroughs' }).first().click();
      await page
        .getByRole('button', { name: 'Open without stops: The same walk under the mmap lock' })
        .click();
      await expect.poll(() => page.locator('h1').textContent()).toContain('under the mmap lock');
      expect(await player(page).count()).toBe(0);
    });
  });
});

describe('a walkthrough is for everyone', () => {
  it.each(['dark', 'light'] as const)('has nothing that axe objects to, %s', async (colorScheme) => {
    await visit(
      async (page) => {
        await expect.poll(() => heading(page)).toContain('How many PTE entries');
        expect(await accessibility(page)).toEqual([]);
        await page.keyboard.press('1');
        await expect.poll(() => heading(page)).toContain('A block ends');
        expect(await accessibility(page)).toEqual([]);
        await page.keyboard.press('n');
        await page.keyboard.press('n');
        await expect.poll(() => place(page)).toBe('Stop 8 of 8');
        expect(await accessibility(page)).toEqual([]);
      },
      { colorScheme },
      at('block'),
    );
  });

  it('works on a phone: words first, fingers’ size, nothing wider than the screen', async () => {
    await visit(
      async (page) => {
        await expect.poll(() => heading(page)).toContain('How many PTE entries');
        const wide = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
        expect(await wide()).toBeLessThanOrEqual(375);
        for (const button of await player(page).getByRole('button').all()) {
          const box = await button.boundingBox();
          expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44);
        }
        expect(await accessibility(page)).toEqual([]);
        await player(page).getByRole('button', { name: 'None' }).tap();
        await expect.poll(() => heading(page)).toContain('A block ends');
        // From far down the page, the next stop's words are brought back.
        await page.locator('.inspector').scrollIntoViewIfNeeded();
        await player(page).getByRole('button', { name: 'Next stop' }).tap();
        await expect.poll(() => place(page)).toBe('Stop 7 of 8');
        const top = (await player(page).locator('h2').boundingBox())?.y ?? -1;
        expect(top).toBeGreaterThanOrEqual(48);
        expect(top).toBeLessThan(400);
        expect(await wide()).toBeLessThanOrEqual(375);
      },
      PHONE,
      at('block'),
    );
  });
});
