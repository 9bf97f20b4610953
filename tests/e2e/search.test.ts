import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { encodeLink, findLibraryEntry } from '../../src-core/index.ts';
import { accessibility, count, sentence, useSite } from './open.ts';

const { visit } = useSite();

const RACE = '#v1.l.read-lock-is-not-enough';
const SAFE = '#v1.l.vma-walk-meets-munmap';
const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true } as const;

const panel = (page: Page) => page.getByRole('region', { name: 'Search all interleavings' });
const verdict = (page: Page) => panel(page).locator('.search-verdict h3');
const step = (page: Page, ctx: string) =>
  page.locator('.lane-heads').getByRole('button', { name: `Step ${ctx}` });
const hash = (page: Page): string => new URL(page.url()).hash;

async function search(page: Page): Promise<void> {
  await page.keyboard.press('s');
  await verdict(page).waitFor();
}

describe('the search of all interleavings', () => {
  it('says what it found, how, and how much of it', async () => {
    await visit(
      async (page) => {
        await page.getByRole('button', { name: 'Search all interleavings' }).click();
        await verdict(page).waitFor();
        expect(await verdict(page).textContent()).toMatch(
          /unsafe: b reads a PMD table that has been freed, \d+ steps, 3 switches/,
        );
        const text = (await panel(page).textContent()) ?? '';
        expect(text).toContain('under sequential consistency');
        expect(text).toContain('as the scenario expects');
        expect(text).toMatch(/every interleaving, optimal partial order reduction/);
        expect(text).toMatch(/executions\d+ for \d+ classes/);
        expect(text).toMatch(/states\d+ distinct/);
        expect(text).toMatch(/completedyes/);
        expect(text).toContain('mmap_assert_write_locked in walk_page_range_debug()');
        expect(await accessibility(page)).toEqual([]);
        // The verdict stays with the scenario while its panel is closed, and goes with another.
        const badge = page.locator('.search-button');
        await page.keyboard.press('Escape');
        expect(await badge.textContent()).toContain('unsafe');
        await page.keyboard.press('Shift+ArrowRight');
        expect(await badge.textContent()).toContain('unsafe');
        await page.keyboard.press('Control+k');
        await page.keyboard.type('With VMAs, the read lock');
        await page.keyboard.press('Enter');
        await expect.poll(() => hash(page)).toContain('vma-walk-meets-munmap');
        expect(await badge.textContent()).not.toContain('unsafe');
      },
      {},
      RACE,
    );
  });

  it('opens its witness where it goes wrong, and back undoes that', async () => {
    await visit(
      async (page) => {
        await search(page);
        await panel(page).getByRole('button', { name: 'Open: b reads a PMD table' }).click();
        await expect.poll(() => sentence(page)).toMatch(/^Use of a freed table/);
        const { at } = await count(page);
        await expect.poll(() => hash(page)).toMatch(new RegExp(`^${RACE}\\.[ab0-9]+@${at}$`));
        // The map shows the freed table, and what went wrong in it.
        expect(await page.locator('.map-host').textContent()).toContain('freed');
        expect(await page.locator('.map-host').textContent()).toMatch(/pointer read at step \d+/);
        await page.keyboard.press('Escape');
        // One step before, b is about to use a pointer to it.
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('ArrowLeft');
        const pointers = page.getByRole('list', { name: 'Pointers read before' });
        expect(await pointers.textContent()).toMatch(
          /goes on in the PMD table 48014000: pointer read from PUD\[1\] at step \d+.*Freed since, by a at step \d+/,
        );
        await page.goBack();
        await expect.poll(() => hash(page)).toBe(RACE);
        await expect.poll(async () => (await count(page)).at).toBe(0);
      },
      {},
      RACE,
    );
  });

  it('copies a report fit for a mail', async () => {
    await visit(
      async (page) => {
        await search(page);
        await panel(page).getByRole('button', { name: 'Copy report' }).click();
        await panel(page).getByRole('button', { name: 'Copied' }).waitFor();
        const text = await page.evaluate(() => navigator.clipboard.readText());
        const lines = text.split('\n').filter((line) => !line.includes('#v1.'));
        expect(lines.filter((line) => line.length > 72)).toEqual([]);
        expect(text).toMatch(/premise at \d+: b read the pointer/);
        expect(text).toMatch(/broken at \d+: a freed it/);
        expect(text).toContain(RACE);
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
      RACE,
    );
  });

  it('says safe where nothing is found, and why there is nothing to search where one context runs', async () => {
    await visit(
      async (page) => {
        await search(page);
        expect(await verdict(page).textContent()).toMatch(/^safe: no violation in any interleaving/);
        await page.goto(page.url().replace(SAFE, '#v1.l.locked-walk'));
        await expect.poll(() => page.locator('h1').textContent()).not.toContain('VMAs, the read lock');
        await page.keyboard.press('Escape');
        await page.keyboard.press('s');
        await panel(page).waitFor();
        expect(await panel(page).textContent()).toContain('one context');
      },
      {},
      SAFE,
    );
  });
});

describe('interleaving by hand', () => {
  it('comes to the same violation by the steps of the witness', async () => {
    await visit(
      async (page) => {
        await search(page);
        await panel(page).getByRole('button', { name: 'Open: b reads a PMD table' }).click();
        await expect.poll(() => sentence(page)).toMatch(/^Use of a freed table/);
        const said = await sentence(page);
        const { at } = await count(page);
        // Who made each step, told by the run itself.
        await page.keyboard.press('Escape');
        await page.keyboard.press('Home');
        const order: string[] = [];
        for (let n = 1; n <= at; n++) {
          await page.keyboard.press('ArrowRight');
          order.push((await page.locator('.caption .ctx').first().textContent()) ?? '');
        }
        await page.goto(page.url().replace(/#.*/, RACE));
        await expect.poll(async () => (await count(page)).at).toBe(0);
        for (const ctx of order) await page.keyboard.press(ctx.trim() === 'a' ? '1' : '2');
        await expect.poll(() => sentence(page)).toBe(said);
      },
      {},
      RACE,
    );
  }, 60_000);

  it('a context that waits says for what; another choice in the past leaves a fork to return to', async () => {
    await visit(
      async (page) => {
        for (let i = 0; i < 4; i++) await step(page, 'b').click();
        await step(page, 'a').click();
        expect((await count(page)).at).toBe(5);
        const waits = /waits for user\.mmap_lock for write, held by b for read/;
        expect(await step(page, 'a').getAttribute('aria-label')).toMatch(waits);
        await page.keyboard.press('1');
        expect((await count(page)).at).toBe(5);
        expect(await page.locator('.notice, [role="status"]', { hasText: waits }).count()).toBeGreaterThan(0);
        await expect.poll(() => hash(page)).toBe(`${RACE}.b4@5`);
        // The way it first ran is kept.
        const forks = page.getByRole('button', { name: /^\d+ forks?$/ });
        expect(await forks.textContent()).toBe('1 fork');
        // Back in the past, chosen otherwise.
        await page.keyboard.press('Home');
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('1');
        await expect.poll(() => hash(page)).toBe(`${RACE}.ba@2`);
        expect(await forks.textContent()).toBe('2 forks');
        expect(await accessibility(page)).toEqual([]);
        await forks.click();
        await page.getByRole('list', { name: 'Forks' }).getByRole('button', { name: /b4/ }).click();
        await expect.poll(() => hash(page)).toMatch(/\.b4@1$/);
        expect((await count(page)).at).toBe(1);
        expect(await forks.textContent()).toBe('2 forks');
        // History goes the same way.
        await page.goBack();
        await expect.poll(() => hash(page)).toBe(`${RACE}.ba@2`);
      },
      {},
      RACE,
    );
  });
});

it('a search can be cancelled, and says how far it came', async () => {
  await visit(
    async (page) => {
      await page.route('**/worker-*.js', async (route) => {
        await new Promise((done) => setTimeout(done, 1500));
        await route.continue();
      });
      await page.keyboard.press('s');
      await panel(page).getByRole('button', { name: 'Cancel' }).click();
      expect(await verdict(page).textContent()).toBe('Unknown: the search was cancelled');
      await page.unroute('**/worker-*.js');
      await panel(page).getByRole('button', { name: 'Search again' }).click();
      await expect.poll(() => verdict(page).textContent()).toMatch(/unsafe/);
    },
    {},
    RACE,
  );
});

/** A race that something is found in at once, and that takes minutes to search: four contexts. */
function longRace(): string {
  const entry = findLibraryEntry('zap-under-nothing');
  if (entry === undefined) throw new Error('no scenario');
  const { expect: _, ...scenario } = entry.scenario;
  const contexts = [...scenario.contexts, ...scenario.contexts].map((context, cpu) => ({ ...context, cpu }));
  const link = encodeLink({
    source: { scenario: { ...scenario, contexts } },
    schedule: '',
    revision: scenario.revision,
    options: {},
  });
  if (!link.ok) throw new Error(link.error.message);
  return link.value;
}

it('lists what it has found while it goes on, and when it is cancelled; witnesses open all the while', async () => {
  await visit(
    async (page) => {
      await page.keyboard.press('s');
      const findings = panel(page).locator('.findings li');
      await expect.poll(() => findings.count()).toBeGreaterThan(0);
      expect(await panel(page).getByRole('button', { name: 'Cancel' }).count()).toBe(1);
      // It is heard of often: the longest silence of a second and a half.
      const silence = await panel(page).evaluate(async (element) => {
        const heard: number[] = [performance.now()];
        const watch = new MutationObserver(() => heard.push(performance.now()));
        watch.observe(element, { subtree: true, characterData: true, childList: true });
        await new Promise((done) => setTimeout(done, 1500));
        watch.disconnect();
        return Math.max(...heard.slice(1).map((at, i) => at - (heard[i] ?? 0)));
      });
      console.log(`the search was silent for at most ${Math.round(silence)} ms`);
      expect(silence).toBeLessThan(600);
      await findings.first().getByRole('button', { name: /^Open/ }).click();
      await expect.poll(async () => (await count(page)).at).toBeGreaterThan(0);
      await expect
        .poll(() => sentence(page))
        .toMatch(/^(Use of a freed table|Wild|Lost|Lock that|Bad free|Table freed|Page still|Entry set)/);
      // The search has gone on meanwhile.
      await panel(page).getByRole('button', { name: 'Cancel' }).click();
      expect(await verdict(page).textContent()).toMatch(/^▲ unsafe: /);
      expect(await panel(page).textContent()).toContain('cancelled before everything was looked at');
      expect(await findings.count()).toBeGreaterThan(0);
      expect(await page.locator('.search-button').textContent()).toContain('unsafe');
      expect(await findings.getByRole('button').count()).toBe(await findings.count());
      expect(await accessibility(page)).toEqual([]);
    },
    {},
    longRace(),
  );
});

it('a captured machine’s tables reach the search, too', async () => {
  await visit(
    async (page) => {
      await search(page);
      expect(await verdict(page).textContent()).toMatch(/^safe: /);
    },
    {},
    '#v1.l.dump-and-owner',
  );
});

it('on a phone the panel and the step buttons are within reach', async () => {
  await visit(
    async (page) => {
      await page.getByRole('button', { name: 'Search all interleavings' }).tap();
      await panel(page).getByRole('button', { name: 'Open: b reads a PMD table' }).tap();
      await expect.poll(() => sentence(page)).toMatch(/^Use of a freed table/);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
      expect(await accessibility(page)).toEqual([]);
    },
    PHONE,
    RACE,
  );
});
