import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchOptions } from '../../scripts/lib/browser.mjs';
import { serve } from '../../scripts/lib/serve.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The built page, served, and a browser to open it with. */
export interface Site {
  readonly url: string;
  open(options?: BrowserContextOptions, hash?: string): Promise<Tab>;
  close(): Promise<void>;
}

/** A page on its own, and everything that went wrong on it. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught exceptions, policy violations, failed answers, requests to other places. */
  readonly troubles: string[];
}

export async function startSite(): Promise<Site> {
  const server = await serve(fileURLToPath(new URL('../../dist', import.meta.url)), { port: 0 });
  const browser: Browser = await chromium.launch(launchOptions());
  const open = async (options: BrowserContextOptions = {}, hash = ''): Promise<Tab> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
    const page = await context.newPage();
    // Someone must listen for choosers from the start, or the first may be cancelled before it is caught.
    page.on('filechooser', () => undefined);
    const troubles: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => troubles.push(`uncaught: ${error.message}`));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(server.url) && !/^(data|blob):/.test(url)) troubles.push(`left the origin: ${url}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
    });
    await page.goto(server.url + hash);
    await page.locator('.caption, .compare-list, .compare-refused').first().waitFor();
    return { page, context, troubles };
  };
  return {
    url: server.url,
    open,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** What a file of tests needs of a site: its address, and a page for one test. */
export interface Visits {
  readonly url: string;
  /** Opens the page for one test and closes it; whatever goes wrong on it fails the test. */
  visit(
    test: (page: Page, tab: Tab) => Promise<void>,
    options?: BrowserContextOptions,
    hash?: string,
  ): Promise<void>;
}

/** A site for the tests of one file, started before the first and closed after the last. */
export function useSite(): Visits {
  let site: Site | undefined;
  const started = (): Site => {
    if (site === undefined) throw new Error('a page is opened outside a test');
    return site;
  };
  beforeAll(async () => {
    site = await startSite();
  });
  afterAll(async () => {
    await site?.close();
  });
  return {
    get url() {
      return started().url;
    },
    async visit(test, options = {}, hash = '') {
      const tab = await started().open(options, hash);
      try {
        await test(tab.page, tab);
        expect(tab.troubles).toEqual([]);
      } finally {
        await tab.context.close();
      }
    },
  };
}

/** The sentence of the step, once what puts steps into sentences is there. */
export async function sentence(page: Page): Promise<string> {
  await page.locator('.caption .sentence:not([data-brief])').waitFor();
  return (await page.locator('.caption .sentence').textContent()) ?? '';
}

/** The step the page stands at, and how many there are. */
export async function count(page: Page): Promise<{ readonly at: number; readonly of: number }> {
  const text = (await page.locator('.count').textContent()) ?? '';
  const [, at, of] = /(\d+)\s*\/\s*(\d+)/.exec(text) ?? [];
  return { at: Number(at), of: Number(of) };
}

/** Accessibility violations as axe finds them: rule and elements, empty when there are none. */
export async function accessibility(page: Page): Promise<string[]> {
  // The page's policy forbids inline scripts; evaluate() is not one.
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResult> } };
    interface AxeResult {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    }
    const { violations } = await axe.run();
    return violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary.slice(0, 200)}`),
    );
  });
}
