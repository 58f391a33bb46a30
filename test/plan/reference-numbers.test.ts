import { describe, expect, test } from 'vitest';
import { formatShape } from '../../src/core/shape.js';
import { planNetwork } from '../../src/plan/network.js';
import type { NetworkPlan } from '../../src/plan/types.js';
import { parse, REFERENCE, registry } from '../recipe/support.js';

const inference = { dropout: false, batch_statistics: false };

function network(
  config: { type: string; [key: string]: unknown },
  size: number,
  channels: number,
): NetworkPlan {
  return planNetwork('N', { inference, ...config }, [size, size, channels], registry);
}

describe('U-Net, 3 to 3 channels, 64 filters', () => {
  test.each([
    [8, 256, 'batch', false, 54_413_955],
    [8, 256, 'instance', 'auto', 54_409_603],
    [7, 128, 'batch', false, 41_828_995],
    [7, 128, 'instance', 'auto', 41_825_667],
    // A bias where no norm follows, in the first and the innermost convolution, is a common slip.
    [8, 256, 'batch', 'auto', 54_414_531],
  ])(
    'of depth %i at %i px with %s norm and bias %s has %i parameters',
    (depth, size, norm, bias, parameters) => {
      const unet = network({ type: 'unet', depth, filters: 64, norm, bias }, size, 3);
      expect(unet.parameters).toBe(parameters);
      expect(formatShape(unet.output)).toBe(`${size}x${size}x3`);
      expect(unet.receptiveField).toBeUndefined();
    },
  );

  test('is what the reference recipe writes block by block', async () => {
    const { recipe } = await parse(REFERENCE);
    const written = planNetwork('G', recipe.networks['G']!, [256, 256, 3], registry);
    const unet = network(
      {
        type: 'unet',
        depth: 8,
        filters: 64,
        bias: false,
        dropout: 0.5,
        inference: recipe.networks['G']!.inference,
      },
      256,
      3,
    );
    expect(written.layers).toEqual(unet.layers);
  });
});

describe('PatchGAN, 6 channels in, 64 filters, 256 px', () => {
  test.each([
    [1, 9_024, 8_897, 256],
    [16, 139_585, 139_457, 126],
    [34, 666_433, 666_049, 62],
    [70, 2_768_705, 2_767_809, 30],
    [142, 6_964_033, 6_962_625, 14],
    [286, 11_159_361, 11_157_441, 6],
  ])(
    'patch %i has %i parameters with batch norm, %i with instance norm, and a grid of side %i',
    (patch, batch, instance, side) => {
      const ofNorm = (norm: string): NetworkPlan =>
        network({ type: 'patchgan', patch, filters: 64, norm }, 256, 6);
      expect([ofNorm('batch').parameters, ofNorm('instance').parameters]).toEqual([batch, instance]);
      expect(ofNorm('batch').receptiveField).toBe(patch);
      expect(formatShape(ofNorm('batch').output)).toBe(`${side}x${side}x1`);
    },
  );

  test("the tutorial's discriminator is patch 142 with `same` padding: 16x16, and every layer's bias", () => {
    const tutorial = (bias: boolean | 'auto') =>
      network(
        {
          type: 'patchgan',
          patch: 142,
          filters: 64,
          padding: 'same',
          bias,
          output: { activation: 'sigmoid' },
        },
        256,
        6,
      );
    expect(formatShape(tutorial('auto').output)).toBe('16x16x1');
    expect([tutorial('auto').parameters, tutorial(true).parameters]).toEqual([6_964_033, 6_965_441]);
    expect(tutorial('auto').probabilities).toBe(true);
  });

  test('each layer sees 4, 10, 22, 46, 70 pixels', () => {
    const convs = network({ type: 'patchgan', patch: 70, filters: 64 }, 256, 6).layers.filter(
      (layer) => layer.config.type === 'conv',
    );
    expect(convs.map((conv) => conv.receptiveField)).toEqual([4, 10, 22, 46, 70]);
  });
});
