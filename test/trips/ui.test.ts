import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncRun } from '../../src/tracking/index.js';
import { describeMlflow, sharedServer } from '../tracking/mlflow/support/server.js';
import { findBrowser, launchBrowser, newPage } from '../support/browser.js';
import { FakeRun } from '../tracking/delivery/support/run-folder.js';

const work = mkdtempSync(join(tmpdir(), 'gan-ui-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const browserFile = findBrowser('what a person sees in MLflow');

/** Charts with a curve in them. */
const CHART = '.js-plotly-plot:has(.scatterlayer path.js-line)';

describeMlflow('what a person sees in MLflow', () => {
  const orange = { width: 320, height: 120, channels: 3 as const, background: '#ff8800' };
  let browser: Browser;
  let page: Page;
  let url: string;
  beforeAll(async () => {
    if (browserFile === undefined) return;
    const server = await sharedServer();
    const run = new FakeRun(work, `seen-${Date.now()}`).start({ user: 'ada', source: 'maps.yaml' });
    run.append(
      { type: 'params', step: 0, params: { 'game.updates.G.losses.l1.weight': '100' } },
      { type: 'data', step: 0, sources: { pairs: { type: 'x', counts: { train: 3 }, digest: 'd1ce' } } },
    );
    run.steps(1, 40, 2);
    mkdirSync(join(run.folder, 'samples'));
    for (const step of [20, 40]) {
      await sharp({ create: orange })
        .png()
        .toFile(join(run.folder, 'samples', `step-${step}.png`));
      run.append(
        { type: 'evaluation', step, metrics: { 'val/psnr': step } },
        { type: 'system', step, metrics: { 'system/cpu_utilization_percentage': step } },
        { type: 'sample', step, file: `samples/step-${step}.png` },
      );
    }
    run.append({ type: 'end', step: 40, status: 'finished' });
    const result = await syncRun(run.folder, { uri: server.uri }, (text) => expect.fail(text));
    expect(result.failure).toBeUndefined();
    url = result.url!;
    browser = await launchBrowser(browserFile);
    // High enough for all charts: the page draws only what is in view.
    page = await newPage(browser, { viewport: { width: 1400, height: 3000 } });
    return async () => {
      await browser.close();
      await server.stop();
    };
  });

  test.skipIf(browserFile === undefined)('status, user, parameters, data set and last values', async () => {
    await page.goto(url);
    for (const text of ['Finished', 'ada', 'game.updates.G.losses.l1.weight', 'd1ce', 'val/psnr']) {
      await page.getByText(text).first().waitFor();
    }
  });

  test.skipIf(browserFile === undefined)(
    'curves by step, and pictures with a slider for the step',
    async () => {
      await page.goto(`${url}/model-metrics`);
      const drawn = page.locator(CHART);
      // Two losses, three speeds, the epoch and a metric.
      await expect.poll(() => drawn.count()).toBe(7);
      const path = await drawn.first().locator('.scatterlayer path.js-line').first().getAttribute('d');
      expect(path!.split('L').length).toBeGreaterThan(1);
      const slider = page.getByRole('slider');
      await slider.waitFor();
      await slider.focus();
      await slider.press('ArrowRight');
      const widths = (): Promise<number[]> =>
        page
          .locator('img')
          .evaluateAll((all) =>
            all.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
          );
      await expect.poll(widths).toContain(orange.width);
    },
  );

  test.skipIf(browserFile === undefined)('the machine on its own page', async () => {
    await page.goto(`${url}/system-metrics`);
    await page.getByText('cpu_utilization_percentage').first().waitFor();
    await expect.poll(() => page.locator(CHART).count()).toBe(1);
  });
});
