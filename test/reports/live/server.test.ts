import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { lockFolder, unlockFolder } from '../../../src/record/lock.js';
import { type Dashboard, serveRun } from '../../../src/reports/live/server.js';
import { temporaryFolder } from '../../record/temp.js';
import { findBrowser, launchBrowser, newPage } from '../../support/browser.js';
import { FakeRun } from '../../tracking/delivery/support/run-folder.js';

const work = temporaryFolder();
const browserFile = findBrowser('the live page of a run');
const NETWORKS =
  '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400"><script>document.title = 1</script></svg>';
const EVIL = '<img src=x onerror="document.title=1">';

async function sampled(run: FakeRun, step: number, background: string): Promise<FakeRun> {
  const file = `samples/step-${step}.png`;
  mkdirSync(join(run.folder, 'samples'), { recursive: true });
  await sharp({ create: { width: 90 + step, height: 40, channels: 3, background } })
    .png()
    .toFile(join(run.folder, file));
  return run.append({ type: 'sample', step, file });
}

async function served(run: FakeRun): Promise<Dashboard> {
  const dashboard = await serveRun({ folder: run.folder, port: 0 });
  onTestFinished(() => dashboard.close());
  return dashboard;
}

/** As no browser would ask: any path and Host header, as they are written. */
function ask(
  url: string,
  path: string,
  { method = 'GET', host }: { readonly method?: string; readonly host?: string } = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, path, method, ...(host === undefined ? {} : { headers: { host } }) },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      },
    );
    asked.once('error', reject).end();
  });
}

describe('what is served', () => {
  test('is the page, its scripts and the samples that the journal names', async () => {
    const run = await sampled(new FakeRun(work).start().steps(1, 3), 3, '#f80');
    const { url } = await served(run);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    for (const path of ['/', '/uplot.js', '/uplot.css', '/style.css', '/live.js']) {
      const { status, headers } = await ask(url, path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    writeFileSync(join(run.folder, 'networks.svg'), NETWORKS);
    expect((await ask(url, '/networks.svg')).headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-security-policy': expect.stringContaining("script-src 'self'") as string,
    });
    const picture = await ask(url, '/samples/step-3.png');
    expect(picture).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } });
  });

  test.each([
    '/events.jsonl',
    '/resolved.yaml',
    '/lock',
    '/samples/other.png',
    '/samples/../resolved.yaml',
    '/samples/..%2fresolved.yaml',
    '/..%2f..%2f..%2fetc/passwd',
    '//etc/passwd',
    '/samples/step-3.png%00.txt',
    '/%',
    '/samples',
  ])('is not %s', async (path) => {
    const run = await sampled(new FakeRun(work).start(), 3, '#f80');
    writeFileSync(join(run.folder, 'samples', 'other.png'), 'not of the journal');
    const { status, body } = await ask((await served(run)).url, path);
    expect([status, body]).toEqual([404, 'There is nothing here.\n']);
  });

  test('is no file outside the folder, whatever the journal and links in it say', async () => {
    const run = new FakeRun(work).start();
    const outside = join(work, 'outside.png');
    writeFileSync(outside, 'secret');
    mkdirSync(join(run.folder, 'samples'));
    symlinkSync(outside, join(run.folder, 'samples', 'link.png'));
    run.append(
      { type: 'sample', step: 1, file: 'samples/link.png' },
      { type: 'sample', step: 2, file: '../../../outside.png' },
    );
    const { url } = await served(run);
    for (const path of ['/samples/link.png', '/../../../outside.png', '/..%2f..%2f..%2foutside.png'])
      expect((await ask(url, path)).body).not.toContain('secret');
  });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', 'a b'])(
    'is nothing for a site that calls this machine "%s"',
    async (host) => {
      const { url } = await served(new FakeRun(work).start());
      expect([400, 403]).toContain((await ask(url, '/', { host })).status);
    },
  );

  test.each(['localhost:6006', '127.0.0.1', '[::1]:80'])('is all there for %s', async (host) => {
    const { url } = await served(new FakeRun(work).start());
    expect((await ask(url, '/', { host })).status).toBe(200);
  });

  test('cannot be changed', async () => {
    const { url } = await served(new FakeRun(work).start());
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await ask(url, '/', { method })).status).toBe(405);
  });

  test('is refused with a remedy where the port is taken', async () => {
    const { url } = await served(new FakeRun(work).start());
    const port = Number(new URL(url).port);
    await expect(serveRun({ folder: new FakeRun(work).start().folder, port })).rejects.toMatchObject({
      message: `Port ${port} is taken.`,
      remedy: 'Choose another with --port; 0 takes one that is free.',
      exitCode: 2,
    });
  });
});

describe.skipIf(browserFile === undefined)('what a person sees of a run that trains', () => {
  let browser: Browser;
  let page: Page;
  let run: FakeRun;
  let dashboard: Dashboard;
  const errors: string[] = [];
  beforeAll(async () => {
    run = new FakeRun(work, 'seen').start({ steps: 500 });
    // Whatever of a run's texts may come from elsewhere.
    writeFileSync(join(run.folder, 'resolved.yaml'), JSON.stringify({ name: 'seen', summary: EVIL }));
    writeFileSync(join(run.folder, 'networks.svg'), NETWORKS);
    lockFolder(run.folder);
    run.steps(1, 100, 2).append({ type: 'evaluation', step: 100, metrics: { 'val/l1': 20, [EVIL]: 1 } });
    await sampled(run, 100, '#f80');
    dashboard = await serveRun({ folder: run.folder, port: 0 });
    browser = await launchBrowser(browserFile!);
    page = await newPage(browser, { viewport: { width: 1200, height: 2400 } });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(dashboard.url);
  });
  afterAll(async () => {
    await browser.close();
    await dashboard.close();
    unlockFolder(run.folder);
    expect(errors).toEqual([]);
  });

  const shown = (selector: string): Promise<string> => page.locator(selector).innerText();
  const source = async (): Promise<string> =>
    new URL((await page.locator('.show img').getAttribute('src'))!, dashboard.url).pathname;

  test('status, progress, time left, curves and the newest sample', async () => {
    expect(await shown('.pill')).toBe('running');
    expect(await shown('#heading')).toContain('step 100 of 500');
    expect(await shown('#headline')).toContain('about');
    // Two losses in one chart, two metrics, the time of a step.
    await expect.poll(() => page.locator('.plot canvas').count()).toBe(4);
    expect(await source()).toBe('/samples/step-100.png');
    expect(await shown('header')).toContain(EVIL);
    expect(await shown('#headline')).toContain(EVIL);
  });

  test('pictures in their own proportions, also in a low window; the networks, too', async () => {
    const proportions = (selector: string): Promise<number[]> =>
      page.locator(selector).evaluate((element) => {
        const { naturalWidth, naturalHeight, clientWidth, clientHeight } = element as unknown as Record<
          string,
          number
        >;
        return [naturalWidth! / naturalHeight!, clientWidth! / clientHeight!];
      });
    await page.setViewportSize({ width: 1200, height: 40 });
    await expect.poll(async () => (await proportions('.show img'))[0]).toBeGreaterThan(0);
    const [made, drawn] = await proportions('.show img');
    expect(Math.abs(drawn! / made! - 1)).toBeLessThan(0.05);
    await page.setViewportSize({ width: 1200, height: 2400 });
    await expect.poll(() => proportions('.networks img')).toEqual([2, 2]);
  });

  test('what comes later, without loading the page again', async () => {
    await page.evaluate('window.before = true');
    run.steps(101, 200, 2).append({
      type: 'health',
      step: 200,
      check: 'discriminator-won',
      level: 'warning',
      text: `The discriminator has won. ${EVIL}`,
      evidence: 'It told all of them rightly.',
      remedy: 'Hold it back.',
    });
    run.append({ type: 'evaluation', step: 200, metrics: { 'val/l1': 15, 'val/ssim': 0.5 } });
    await sampled(run, 200, '#08f');
    await expect.poll(() => shown('#heading')).toContain('step 200 of 500');
    // What a run says is text, whatever it looks like.
    expect(await shown('#health')).toContain(EVIL);
    await expect.poll(() => page.locator('.plot canvas').count()).toBe(5);
    // The charts of losses were there before, and answer once.
    const chip = page.locator('#losses .series').first();
    await chip.click();
    expect(await chip.getAttribute('aria-pressed')).toBe('false');
    expect(await page.locator('[data-kind=metric] .note').first().innerText()).toBe('between 15 and 20');
    await expect.poll(source).toBe('/samples/step-200.png');
    expect(await page.evaluate('window.before')).toBe(true);
    expect(await page.title()).toMatch(/^40 % · seen/);
    expect(await page.locator('[onerror]').count()).toBe(0);
  });

  test('an earlier sample stays for who looks at it', async () => {
    const slider = page.locator('#moment');
    await slider.focus();
    await slider.press('ArrowLeft');
    expect(await source()).toBe('/samples/step-100.png');
    await sampled(run, 300, '#0f0');
    await expect.poll(() => page.locator('.strip button').count()).toBe(3);
    expect(await source()).toBe('/samples/step-100.png');
  });

  test('a resumed run goes back to where it was resumed', async () => {
    run.start({ type: 'resume', step: 150, steps: 500 }).steps(151, 160, 2);
    await expect.poll(() => shown('#heading')).toContain('step 160 of 500');
    // The sample of step 100 is the only one that counts.
    await expect.poll(() => page.locator('.strip button').count()).toBe(1);
  });

  test('its end', async () => {
    unlockFolder(run.folder);
    run.append({ type: 'end', step: 160, status: 'failed', reason: 'The disk is full.' });
    await expect.poll(() => shown('#heading')).toContain('The disk is full.');
    expect(await shown('.pill')).toBe('failed');
  });
});
