import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../record/temp.js';
import { findBrowser, launchBrowser, newPage } from '../../support/browser.js';
import { gan } from '../../support/gan.js';
import { FakeRun } from '../../tracking/delivery/support/run-folder.js';

const work = temporaryFolder();
const browserFile = findBrowser('the page of a comparison');

/** A run whose metrics and pictures are as given, by step. */
async function runOf(
  name: string,
  weight: number,
  metrics: Readonly<Record<number, number>>,
  colours: Readonly<Record<number, string>>,
): Promise<FakeRun> {
  const run = new FakeRun(work, name).start({ steps: 200 });
  writeFileSync(
    join(run.folder, 'resolved.yaml'),
    `name: ${name}\ngame: { updates: { G: { losses: { l1: { weight: ${weight} } } } } }\n`,
  );
  run.append({
    type: 'params',
    step: 0,
    params: {},
    changes: {
      from: 'base.yaml',
      values: { 'G.losses.l1.weight': { before: '100', after: String(weight) } },
    },
  });
  run.steps(1, 200);
  for (const [step, value] of Object.entries(metrics))
    run.append({ type: 'evaluation', step: Number(step), metrics: { 'val/l1': value, 'val/psnr': -value } });
  mkdirSync(join(run.folder, 'samples'));
  for (const [step, background] of Object.entries(colours)) {
    const file = `samples/step-${step}.png`;
    await sharp({ create: { width: 60, height: 20, channels: 3, background } })
      .png()
      .toFile(join(run.folder, file));
    run.append({ type: 'sample', step: Number(step), file });
  }
  return run.append({ type: 'end', step: 200, status: 'finished' });
}

beforeAll(async () => {
  await runOf('low', 10, { 100: 20, 200: 25 }, { 100: '#f00', 200: '#800' });
  await runOf('high', 100, { 100: 30, 200: 15 }, { 50: '#0f0', 200: '#080' });
});

test('gan runs lists how far, how well and what each changes', async () => {
  const { code, stdout } = await gan(work, 'runs');
  expect(code).toBe(0);
  const line = (name: string): string => stdout.split('\n').find((each) => each.includes(`${name}/`))!;
  expect(line('low')).toMatch(/finished +200 +val\/l1 20 +at 100 .* l1\.weight 100 -> 10/);
  expect(line('high')).toMatch(/finished +200 +val\/l1 15 +at 200/);
  const json = JSON.parse((await gan(work, 'runs', 'low', '--format', 'json')).stdout) as unknown[];
  expect(json).toMatchObject([{ name: 'low', status: 'finished', best: { value: 20, step: 100 } }]);
  expect((await gan(work, 'runs', '--runs', 'nowhere')).stdout).toBe(
    'There is no run in nowhere yet. Train one: gan run RECIPE\n',
  );
});

test('gan show draws curves and says what was best', async () => {
  const { code, stdout } = await gan(work, 'show', 'low/last');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^status +finished$/m);
  expect(stdout).toContain('D/loss-0');
  expect(stdout).toContain('┤');
  expect(stdout).toMatch(/val\/l1 +25 +20 +at 100/);
  expect(stdout).toMatch(/val\/psnr +-25 +-20 +at 100/);
  expect(stdout).toMatch(/^sample +runs\/low\/.*samples\/step-200\.png$/m);
});

describe('gan compare', () => {
  test('calls runs of one recipe by what differs, where that is little', async () => {
    const runs = [
      await runOf('one', 10, { 200: 20 }, { 200: '#800' }),
      await runOf('one', 100, { 200: 15 }, { 200: '#080' }),
    ];
    const ids = runs.map(({ folder }) => basename(folder));
    const { stdout } = await gan(work, 'compare', ...runs.map(({ folder }) => folder), '--out', 'one.html');
    expect(stdout.split('\n')[0]!.trim()).toMatch(/^l1\.weight 10 +l1\.weight 100$/);
    expect(stdout).toMatch(new RegExp(`^ +run +${ids.join(' +')}$`, 'm'));
  });

  test('says what differs, and which run did better', async () => {
    const { code, stdout } = await gan(work, 'compare', 'low/last', 'high/last', '--out', 'two.html');
    expect(code).toBe(0);
    expect(stdout).toMatch(/val\/l1 +20 at 100 +15 at 200/);
    expect(stdout).toMatch(/^ +game\.updates\.G\.losses\.l1\.weight +10 +100$/m);
    expect(stdout).not.toMatch(/^ +name/m);
    const json = (await gan(work, 'compare', 'low/last', 'high/last', '--format', 'json')).stdout;
    expect(JSON.parse(json)).toMatchObject({ metrics: [{ name: 'val/l1', winner: 1 }, { winner: 1 }] });
  });

  test('of one run is a mistake that is taught', async () => {
    expect(await gan(work, 'compare', 'low/last', 'low/last')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is nothing to compare one run with.') as string,
    });
  });

  test.skipIf(browserFile === undefined)(
    'makes a page with curves over each other and the pictures of one step',
    async () => {
      await gan(work, 'compare', 'low/last', 'high/last', '--out', 'page.html');
      expect(readFileSync(join(work, 'page.html'), 'utf8')).not.toMatch(/(src|href)="(?!data:)/);
      const browser = await launchBrowser(browserFile!);
      try {
        const page = await newPage(browser);
        const errors: string[] = [];
        page.on('pageerror', ({ message }) => errors.push(message));
        await page.goto(`file://${join(work, 'page.html')}`);
        await expect.poll(() => page.locator('.plot canvas').count()).toBe(3);
        expect(await page.locator('.chart').first().locator('.series').allInnerTexts()).toMatchObject([
          expect.stringContaining('low'),
          expect.stringContaining('high'),
        ]);
        const captions = (): Promise<string[]> => page.locator('.side figcaption').allInnerTexts();
        expect((await captions()).map((text) => text.trim())).toEqual(['low', 'high']);
        const slider = page.locator('#step');
        await slider.focus();
        await slider.press('ArrowLeft');
        expect(await page.locator('#at-step').innerText()).toBe('step 100');
        // The newest of what there was by then.
        expect((await captions()).map((text) => text.trim())).toEqual(['low', 'high of step 50']);
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
