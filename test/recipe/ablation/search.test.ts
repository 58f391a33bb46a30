import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { loadAblation } from '../../../src/recipe/ablation/node.js';
import { formatDiagnostics } from '../../../src/recipe/messages/findings.js';
import { REFERENCE, registry } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'gan-search-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// Evaluated every 5 of 200 epochs.
writeFileSync(join(folder, 'base.yaml'), REFERENCE);

const load = (search: string, vary: string) => {
  const report = 'report: { rows: patch, average: seed }';
  writeFileSync(
    join(folder, 'mine.yaml'),
    `name: s\nbase: ./base.yaml\nvary:\n${vary}\n${search}\n${report}\n`,
  );
  return loadAblation('mine.yaml', { registry, cwd: folder });
};
async function complaints(search: string, vary = LISTED): Promise<string> {
  const error: unknown = await load(search, vary).catch((reason: unknown) => reason);
  if (!(error instanceof UserError)) throw new Error('It is sound, or fails otherwise.', { cause: error });
  expect(error.exitCode).toBe(2);
  return formatDiagnostics(error.diagnostics);
}

const SEED = '  seed: { path: train.seed, values: [1, 2] }';
const LISTED = `  lambda: { path: game.updates.G.losses.l1.weight, values: [0, 1, 10, 100] }
  patch: { path: networks.D.patch, values: [1, 16, 70, 286] }
${SEED}`;
const RANGED = `  rate: { path: optimizer.learning_rate, range: [1e-5, 1e-2], scale: log }
  patch: { path: networks.D.patch, values: [1, 16] }
${SEED}`;

describe('a random search', () => {
  test('draws as many combinations as its budget says, each with every averaged level', async () => {
    const { trials } = await load('search: { type: random, budget: 5 }', LISTED);
    expect(trials).toHaveLength(10);
    const pairs = trials.map(({ cells }) => `${cells['lambda']} ${cells['patch']}`);
    expect(new Set(pairs).size).toBe(5);
    for (const pair of new Set(pairs)) expect(pairs.filter((each) => each === pair)).toHaveLength(2);
  });

  test('draws the same again, more of the same with a larger budget, and others by another seed', async () => {
    const of = async (search: string): Promise<readonly string[]> =>
      (await load(`search: { type: random, ${search} }`, LISTED)).trials.map(({ hash }) => hash);
    const five = await of('budget: 5');
    expect(await of('budget: 5, seed: 1')).toEqual(five);
    expect((await of('budget: 9')).slice(0, 10)).toEqual(five);
    expect(await of('budget: 5, seed: 2')).not.toEqual(five);
    // No more than there are.
    expect(new Set(await of('budget: 999')).size).toBe(32);
  });

  test('draws from ranges, as much from each power of ten where the scale is log', async () => {
    const { axes, trials } = await load('search: { type: random, budget: 60 }', RANGED);
    const rates = trials.map(({ recipe }) => recipe.recipe.game.updates['G']!.optimizer['learning_rate']);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-5);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1e-2);
    for (const from of [1e-5, 1e-4, 1e-3])
      expect(rates.filter((rate) => rate >= from && rate < 10 * from).length).toBeGreaterThan(2 * 10);
    const levels = axes.find(({ name }) => name === 'rate')!.levels.map(Number);
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(trials.map(({ cells }) => Number(cells['rate']))).toEqual(rates);
  });

  test('draws whole numbers inside a range, its ends among them', async () => {
    const vary = `  width: { path: networks.D.filters, range: [2, 5], whole: true }\n  patch: { path: networks.D.patch, values: [16] }\n${SEED}`;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
        const { axes } = await load(`search: { type: random, budget: 4, seed: ${seed} }`, vary);
        expect(axes[0]!.levels).toEqual(['2', '3', '4', '5']);
      }),
      { numRuns: 5 },
    );
  });

  test.each([
    ['{ type: random }', '7:9 error missing-key'],
    ['{ type: random, budget: 0 }', '7:33 error out-of-range'],
    ['{ type: random, budget: 3, keep: 0.5 }', '7:36 error idle-key'],
    ['{ type: random, budget: 3, metric: val/l1 }', '7:36 error idle-key'],
    ['{ type: grid, budget: 3 }', '7:23 error idle-key'],
    ['{ type: grid, seed: 3 }', '7:23 error idle-key'],
  ])('says what is wrong with %s where it is written', async (search, expected) => {
    expect(await complaints(`search: ${search}`)).toMatch(new RegExp(`^mine.yaml:${expected} `));
  });

  test('needs a budget to draw from a range', async () => {
    expect(await complaints('', RANGED)).toMatch(/^mine.yaml:4:3 error endless .* The axis rate is a range/);
  });

  test.each([
    ['range: [1, 0.1]'],
    ['range: [0, 1], scale: log'],
    ['range: [0.2, 0.8], whole: true'],
    ['values: [0.1], scale: log'],
    ['range: [0.1, 1], values: [1]'],
    ['range: [0.1, x]'],
  ])('says what is wrong with %s', async (range) => {
    const vary = `  rate: { path: optimizer.learning_rate, ${range} }\n  patch: { path: networks.D.patch, values: [1] }\n${SEED}`;
    expect(await complaints('search: { type: random, budget: 3 }', vary)).toMatchSnapshot();
  });

  test('draws no value that another axis writes', async () => {
    // Two axes may not write one value, drawn or not.
    const twice = `${RANGED}\n  again: { path: optimizer, values: [{ type: adam, learning_rate: 1e-4 }] }`;
    expect(await complaints('search: { type: random, budget: 3 }', twice)).toContain('axes-overlap');
  });
});

describe('a search by halving', () => {
  const halving = (keys: string): string => `search: { type: halving, metric: val/l1, ${keys} }`;

  test('takes all combinations, or draws those that begin', async () => {
    const whole = await load(halving('rungs: [5 epochs, 50 epochs]'), LISTED);
    expect(whole.trials).toHaveLength(32);
    expect(whole.search).toMatchObject({ type: 'halving', keep: 0.5, rungs: ['5 epochs', '50 epochs'] });
    expect((await load(halving('rungs: [5 epochs], budget: 3'), RANGED)).trials).toHaveLength(6);
  });

  test.each(['[5 epochs, 195 epochs]', '[5.0 epochs]'])('takes rungs %s', async (rungs) => {
    expect((await load(halving(`rungs: ${rungs}`), LISTED)).search).toMatchObject({
      metric: 'val/l1',
      seed: 1,
    });
  });

  test.each([
    ['[5 epochs, 5 epochs]', 'rung-order'],
    ['[12.5 epochs]', 'unmeasured-rung'],
    ['[205 epochs]', 'rung-order'],
  ])('takes no rungs %s', async (rungs, code) => {
    expect(await complaints(halving(`rungs: ${rungs}`))).toContain(` error ${code} `);
  });

  test.each([
    [halving('rungs: [7 epochs]')],
    [halving('rungs: [500 steps]')],
    [halving('rungs: [10 epochs, 5 epochs]')],
    [halving('rungs: [200 epochs]')],
    ['search: { type: halving, rungs: [5 epochs], metric: val/l2 }'],
    ['search: { type: halving, metric: val/l1 }'],
    [halving('rungs: [5 epochs], keep: 1')],
  ])('compares what is measured, and before the end: not %s', async (search) => {
    expect(await complaints(search)).toMatchSnapshot();
  });
});
