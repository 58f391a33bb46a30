import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** A Chromium on PATH. Without one a suite is left out, which is said; in CI, which installs it, that is a failure. */
export function findBrowser(suite: string): string | undefined {
  const file = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((each) => existsSync(each));
  if (file !== undefined) return file;
  if (process.env['CI'] === 'true')
    throw new Error('There is no Chromium, and .ci/run should have installed it.');
  console.warn(`Left out, no Chromium on PATH: ${suite}`);
  return undefined;
}

/** Chromium's own sandbox needs rights that a container's root does not have. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: 0 });
}

/** A page that is waited for as long as a test may take. */
export async function newPage(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(0);
  return page;
}
