import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { loadAblation } from '../../src/recipe/ablation/load.js';
import { formatDiagnostics } from '../../src/recipe/diagnostics.js';
import { REFERENCE, registry } from './support.js';

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

  test('says what is wrong with it where it is written', async () => {
    expect(await complaints('search: { type: random }')).toMatch(
      /mine\.yaml:\d+:9 error missing-key .*needs budget/,
    );
    expect(await complaints('search: { type: random, budget: 0 }')).toMatch(/mine\.yaml/);
    expect(await complaints('search: { type: random, budget: 3, keep: 0.5 }')).toContain('no keep');
    expect(await complaints('', RANGED)).toMatch(/mine\.yaml:4:3 error endless/);
    const wrong = (range: string): Promise<string> =>
      complaints(
        'search: { type: random, budget: 3 }',
        `  rate: { path: optimizer.learning_rate, ${range} }\n  patch: { path: networks.D.patch, values: [1] }\n${SEED}`,
      );
    expect(await wrong('range: [1, 0.1]')).toContain('no range');
    expect(await wrong('range: [0, 1], scale: log')).toContain('cannot begin at 0');
    expect(await wrong('range: [0.2, 0.8], whole: true')).toContain('no whole number');
    expect(await wrong('values: [0.1], scale: log')).toContain('said of a range');
    expect(await wrong('range: [0.1, 1], values: [1]')).toContain('a range of the values at one path');
    expect(await wrong('range: [0.1, x]')).toMatch(/mine\.yaml/);
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

  test('compares what is measured, and before the end', async () => {
    expect(await complaints(halving('rungs: [7 epochs]'))).toMatch(
      /mine\.yaml:\d+:\d+ error unmeasured-rung .*\n(.*\n)*.*multiple of `evaluate\.every`, 5 epochs/,
    );
    expect(await complaints(halving('rungs: [500 steps]'))).toContain('say rungs in epochs');
    expect(await complaints(halving('rungs: [10 epochs, 5 epochs]'))).toContain('Rungs go up');
    expect(await complaints(halving('rungs: [200 epochs]'))).toContain('Training ends after 200 epochs');
    expect(await complaints('search: { type: halving, rungs: [5 epochs], metric: val/l2 }')).toContain(
      'Did you mean "val/l1"?',
    );
    expect(await complaints('search: { type: halving, metric: val/l1 }')).toContain('needs rungs');
    expect(await complaints(halving('rungs: [5 epochs], keep: 1'))).toMatch(/mine\.yaml/);
  });
});
