import { describe, expect, test } from 'vitest';
import { planRecipe } from '../../src/plan/plan.js';
import { loadRecipe } from '../../src/recipe/node.js';
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
    ['tutorial-transposed-conv', UNET, 6],
    ['tutorial-resize-conv', UNET, 6],
    ['tutorial-dilated-conv', UNET, 6],
    ['tutorial-no-skips', UNET - SKIPPED, 6],
  ])('%s: G has %i parameters, D sees %i channels', async (name, parameters, channels) => {
    const { networks } = await planOf(name);
    // D's first 4x4 kernels read fewer channels where it does not see the source.
    expect(networks['D']!.parameters).toBe(6_965_441 - 16 * (6 - channels) * 64);
    expect(networks['G']!.parameters).toBe(parameters);
    expect(networks['G']!.output).toEqual([256, 256, 3]);
    expect(networks['D']!.input).toEqual([256, 256, channels]);
  });

  test('trains and records as it is described', async () => {
    const { recipe, updates, play } = await planOf('tutorial-pix2pix-maps');
    const weights = play
      .flat()
      .flatMap((update) =>
        updates[update]!.losses.map(({ name, config }) => [update, name, config.type, config.weight]),
      );
    expect(weights).toEqual([
      ['D_real', 'adversarial', 'bce', 0.5],
      ['D_fake', 'adversarial', 'bce', 0.5],
      ['G', 'adversarial', 'bce', 1],
      ['G', 'l1', 'l1', 0.01],
    ]);
    for (const { optimizer } of Object.values(updates))
      expect(optimizer).toMatchObject({ type: 'adam', learning_rate: 2e-4, beta1: 0.5 });
    const { train, checkpoint, sample, data } = recipe;
    expect([train, checkpoint]).toMatchObject([
      { for: '100 epochs', batch: 8 },
      { every: '1 epoch', keep: 'all' },
    ]);
    expect(sample).toMatchObject({ every: '10 epochs', show: ['source', 'fake', 'target'] });
    expect(data['pairs']).toMatchObject({
      size: { height: 256, width: 256 },
      interpolation: 'bilinear',
      augment: { flip: 'none' },
    });
    expect(data['pairs']!.augment).not.toHaveProperty('jitter');
  });

  test('the ways up differ in the layers that enlarge', async () => {
    const enlarging = async (name: string): Promise<readonly string[]> => {
      const { layers } = (await planOf(name)).networks['G']!;
      return [...new Set(layers.map(({ config }) => config.type))].filter((type) =>
        /conv|upsample/.test(type),
      );
    };
    expect(await enlarging('tutorial-pix2pix-maps')).toEqual(['conv', 'transposed-conv']);
    expect(await enlarging('tutorial-transposed-conv')).toEqual(['conv', 'transposed-conv']);
    expect(await enlarging('tutorial-resize-conv')).toEqual(['conv', 'resize-conv']);
    expect(await enlarging('tutorial-dilated-conv')).toEqual(['conv', 'upsample', 'dilated-conv']);
    const skips = async (name: string): Promise<number> =>
      (await planOf(name)).networks['G']!.layers.filter(({ config }) => config.type === 'concat').length;
    expect([await skips('tutorial-pix2pix-maps'), await skips('tutorial-no-skips')]).toEqual([7, 0]);
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
