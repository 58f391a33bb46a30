import { describe, expect, test } from 'vitest';
import { planNetwork } from '../../src/plan/network.js';
import { patchesOf } from '../../src/plan/patches.js';
import { registry } from '../support/plan.js';

const inference = { dropout: false, batch_statistics: false };
const plan = (config: { type: string; [key: string]: unknown }, side = 256, channels = 6) =>
  planNetwork('D', { ...config, inference }, [side, side, channels], registry);
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
});
