import { describe, expect, test } from 'vitest';
import { planRecipe } from '../../src/plan/plan.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { registry } from './support.js';

const planOf = async (name: string) => {
  const { recipe } = await loadRecipe(`recipes/${name}.yaml`, { registry });
  return planRecipe(recipe, registry);
};

/** The paper's U-Net (its output's bias alone), and the biases of its 8 convolutions down and 7 up. */
const UNET = 54_413_955 + (64 + 128 + 256 + 5 * 512) + (4 * 512 + 256 + 128 + 64);
/** Values that a block of the decoder reads from its skip link, times the 4x4 kernels and filters that read them. */
const SKIPPED = 16 * (512 * 512 + 512 * 512 + 512 * 512 + 512 * 256 + 256 * 128 + 128 * 64 + 64 * 3);

describe('the tutorial’s pix2pix', () => {
  test('has its two networks, with a bias in every convolution', async () => {
    const { networks, play } = await planOf('tutorial-pix2pix-maps');
    expect(networks['G']!.parameters).toBe(UNET);
    // 4x4 kernels of 6-64-128-256-512-512-1 channels, their biases, and 4 norms.
    const kernels = 16 * (6 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512 * 512 + 512);
    expect(networks['D']!.parameters).toBe(
      kernels + (64 + 128 + 256 + 512 + 512 + 1) + 2 * (128 + 256 + 512 + 512),
    );
    expect(networks['D']!.parameters).toBe(6_965_441);
    expect(networks['D']!.output).toEqual([16, 16, 1]);
    expect(networks['D']!.receptiveField).toBe(142);
    expect(networks['D']!.probabilities).toBe(true);
    expect(play).toEqual([['D_real'], ['D_fake'], ['G']]);
  });

  test.each([
    ['tutorial-lambda-100', UNET, 6],
    ['tutorial-l2', UNET, 6],
    ['tutorial-unconditional', UNET, 3],
    ['tutorial-resize-conv', UNET, 6],
    ['tutorial-dilated-conv', UNET, 6],
    ['tutorial-no-skips', UNET - SKIPPED, 6],
  ])('%s: G has %i parameters, D sees %i channels', async (name, parameters, channels) => {
    const { networks } = await planOf(name);
    expect(networks['G']!.parameters).toBe(parameters);
    expect(networks['G']!.output).toEqual([256, 256, 3]);
    expect(networks['D']!.input).toEqual([256, 256, channels]);
  });

  test('the alternatives change what they are named for', async () => {
    const loss = (await planOf('tutorial-lambda-100')).updates['G']!.losses.find(
      ({ name }) => name === 'l1',
    )!;
    expect(loss.config).toMatchObject({ type: 'l1', weight: 100 });
    const squared = (await planOf('tutorial-l2')).updates['G']!.losses.find(({ name }) => name === 'l1')!;
    expect(squared.config).toMatchObject({ type: 'l2', weight: 0.01 });
  });
});
