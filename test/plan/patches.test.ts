import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.js';
import { planNetwork } from '../../src/plan/network.js';
import { patchesOf } from '../../src/plan/patches.js';
import { registry } from '../support/plan.js';

const inference = { dropout: false, batch_statistics: false };
type Config = { type: string; [key: string]: unknown };
const plan = (config: Config, side = 256, channels = 6) =>
  planNetwork('D', { ...config, inference }, [side, side, channels], registry);
const score = { id: 'score', type: 'conv', filters: 1, kernel: 3, padding: 0 };
/** Patches of layers that read images of 16 rows and 33 columns. */
const ofLayers = (layers: readonly Json[], more = {}) =>
  patchesOf(planNetwork('D', { type: 'layers', layers, inference, ...more }, [16, 33, 3], registry));
const CHAIN = [1, 4, 7, 16, 34, 70, 142, 286];

describe('patches', () => {
  test.each([
    [1, [1], 256, 256],
    [16, [1, 4, 7, 16], 126, 128],
    [34, [1, 4, 7, 16, 34], 62, 64],
    [70, [1, 4, 7, 16, 34, 70], 30, 32],
    [142, [1, 4, 7, 16, 34, 70, 142], 14, 16],
  ])(
    'patch %i is counted back from a score: %j; %i scores a side, %i by `same`',
    (patch, chain, grid, same) => {
      const [found, ...more] = patchesOf(plan({ type: 'patchgan', patch }));
      expect(more).toEqual([]);
      expect(found).toEqual({ chain, grid: [grid, grid], same: [same, same] });
      const [padded] = patchesOf(plan({ type: 'patchgan', patch, padding: 'same' }));
      expect(padded).toEqual({ chain, grid: [same, same], same: [same, same] });
    },
  );

  test('`image` covers the input with the first of the chain that does', () => {
    for (const side of [64, 128, 256]) {
      const [found] = patchesOf(plan({ type: 'patchgan', patch: 'image' }, side));
      const seen = found!.chain.at(-1)!;
      expect(seen).toBe(CHAIN.find((patch) => patch >= side));
    }
  });

  test('each scale has a grid of its own, which sees twice as far', () => {
    const [fine, coarse] = patchesOf(plan({ type: 'patchgan', patch: 34, scales: 2 }));
    expect(fine!.chain.at(-1)).toBe(34);
    expect(coarse).toMatchObject({ chain: [1, 4, 7, 16, 34, 68], grid: [30, 30] });
  });

  test('`score: mean` is one score, and its patches are still told', () => {
    const mean = plan({ type: 'patchgan', patch: 70, score: 'mean', output: { activation: 'sigmoid' } });
    expect(mean.output).toEqual([1]);
    expect(mean.probabilities).toBe(true);
    expect(mean.parameters).toBe(plan({ type: 'patchgan', patch: 70 }).parameters);
    expect(patchesOf(mean)[0]).toMatchObject({ chain: [1, 4, 7, 16, 34, 70], grid: [30, 30] });
  });

  test('are of no generator, and of no vector', () => {
    expect(patchesOf(plan({ type: 'unet', depth: 4, filters: 4 }))).toEqual([]);
    expect(patchesOf(plan({ type: 'dcgan-discriminator', filters: 4 }, 64, 3))).toEqual([]);
  });

  test('have rows and columns of their own, and by `same` those that every stride leaves of them, rounded up', () => {
    const strided = { type: 'conv', filters: 2, kernel: 4, stride: 2, padding: 1 };
    // 16 -> 8 -> 6 and 33 -> 16 -> 14; by `same` 8 and 17. Back from a score: 3, then (3 - 1) 2 + 4.
    expect(ofLayers([strided, score])).toEqual([{ chain: [1, 3, 8], grid: [6, 14], same: [8, 17] }]);
    const dilated = { type: 'dilated-conv', filters: 1, kernel: 3, dilation: 2 };
    expect(ofLayers([strided, dilated])).toEqual([{ chain: [1, 5, 12], grid: [8, 16], same: [8, 17] }]);
  });

  test('are counted in the input that they see', () => {
    const inputs = { first: [4, 4, 3], second: [16, 33, 3] };
    const layers = [{ ...score, from: 'second' }];
    expect(patchesOf(planNetwork('D', { type: 'layers', layers, inference }, inputs, registry))).toEqual([
      { chain: [1, 3], grid: [14, 31], same: [16, 33] },
    ]);
  });

  const conv = { type: 'conv', filters: 4 };
  test.each<[string, readonly Json[], object?]>([
    ['behind a sum of two ways', [{ id: 'a', ...conv }, { type: 'add', from: ['a', 'a'] }, score]],
    ['of several channels', [{ ...score, filters: 2 }]],
    ['behind what enlarges', [conv, { type: 'upsample' }, score]],
    ['with a name each', [score], { outputs: { score: 'score' } }],
    ['that weighs many channels into one score', [conv, { type: 'dense', units: 1 }]],
  ])('are of no network %s', (_, layers, more) => {
    expect(ofLayers(layers, more)).toEqual([]);
  });
});
