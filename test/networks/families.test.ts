import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import { type Shape, sizeOf } from '../../src/core/shape.js';
import { shippedDefinitions } from '../../src/definitions.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { Network } from '../../src/graph/index.js';
import { networks } from '../../src/networks/index.js';
import { planNetwork } from '../../src/plan/network.js';
import type { NetworkPlan } from '../../src/plan/types.js';

const registry = shippedDefinitions();
const inference = { dropout: false, batch_statistics: false };

function plan(
  config: { readonly type: string; readonly [key: string]: unknown },
  input: Shape | Readonly<Record<string, Shape>>,
  image?: { height: number; width: number },
): NetworkPlan {
  const inputs = Array.isArray(input) ? {} : { inputs: Object.keys(input) };
  return planNetwork('N', { inference, ...inputs, ...config }, input, registry, image);
}

describe('published sizes', () => {
  // Isola's and Zhu's reference implementations (see the plan's reference numbers); PyTorch's DCGAN example; counts by hand.
  test.each([
    ['ResNet 9, batch norm', { type: 'resnet', norm: 'batch' }, [64, 64, 3], 11_383_427],
    ['ResNet 9, instance norm', { type: 'resnet' }, [64, 64, 3], 11_378_179],
    ['ResNet 6, batch norm', { type: 'resnet', blocks: 6, norm: 'batch' }, [64, 64, 3], 7_841_411],
    ['ResNet 6, instance norm', { type: 'resnet', blocks: 6 }, [64, 64, 3], 7_837_699],
    // 3,576,704 there, without a bias in the last layer.
    ['DCGAN generator', { type: 'dcgan-generator', size: 64 }, [100], 3_576_704 + 3],
    // 2,765,568 there, without a bias in the first and the last.
    ['DCGAN discriminator', { type: 'dcgan-discriminator' }, [64, 64, 3], 2_765_568 + 64 + 1],
    // (128 + 1) 4 4 256 + 3 (2 norms of 256, 2 convolutions 3x3 256, one 1x1) + norm + 3x3 to 3.
    [
      'SNGAN generator',
      { type: 'sngan-generator', size: 32 },
      [128],
      129 * 4096 + 3 * (2 * 512 + 2 * (9 * 256 * 256 + 256) + 256 * 256 + 256) + 512 + 9 * 256 * 3 + 3,
    ],
    // Blocks of 128: from 3 and from 128 channels with a shortcut, two without, and the score.
    [
      'SNGAN discriminator',
      { type: 'sngan-discriminator', weight_norm: 'spectral' },
      [32, 32, 3],
      27 * 128 +
        128 +
        9 * 128 * 128 +
        128 +
        3 * 128 +
        128 +
        3 * 2 * (9 * 128 * 128 + 128) +
        128 * 128 +
        128 +
        129,
    ],
    // SRGAN: 9x9, 16 x (2 convolutions, 2 norms, a PReLU), one more, 2 x (64 to 256, PReLU), 9x9.
    [
      'SRResNet 16',
      { type: 'srresnet' },
      [24, 24, 3],
      243 * 64 +
        64 +
        64 +
        16 * (2 * 36_864 + 2 * 128 + 64) +
        36_864 +
        128 +
        2 * (4 * 36_864 + 256 + 64) +
        81 * 64 * 3 +
        3,
    ],
    // Kernels 4x4 from 3 to 16, 32 and 64 channels, two norms, and a code of 50 from a map of 4x4x64.
    [
      'encoder of a DCGAN',
      { type: 'dcgan-discriminator', filters: 16, output: { units: 50 } },
      [32, 32, 3],
      48 * 16 + 16 + 16 * 16 * 32 + 2 * 32 + 16 * 32 * 64 + 2 * 64 + 1024 * 50 + 50,
    ],
    ['mapping network', { type: 'mlp' }, [512], 8 * (512 * 512 + 512)],
  ] as const)('%s', (_name, config, input, parameters) => {
    expect(plan(config, input).parameters).toBe(parameters);
  });

  test.each([
    [{ type: 'sngan-generator', filters: 16, size: 32, attention: 16 }, [64], 'block2/add'],
    [{ type: 'sngan-discriminator', filters: 16, attention: 16 }, [32, 32, 3], 'block1/add'],
  ])('self-attention of %o stands behind the block of that side', (config, input, before) => {
    const ids = plan(config, input).layers.map((layer) => layer.config.id);
    expect(ids[ids.indexOf('attention') - 1]).toBe(before);
  });

  test('self-attention on a side that no map has is told which there are', () => {
    expect(() => plan({ type: 'sngan-discriminator', filters: 16, attention: 64 }, [64, 64, 3])).toThrow(
      'No block makes a map of 64 pixels, which self-attention would stand on.',
    );
  });

  test('three scales are three discriminators, each of the patch it has alone', () => {
    const one = plan({ type: 'patchgan' }, [64, 64, 6]);
    const three = plan({ type: 'patchgan', scales: 3 }, [128, 128, 6]);
    expect(three.parameters).toBe(3 * one.parameters);
    expect(three.outputs).toEqual(['s1/output/conv', 's2/output/conv', 's3/output/conv']);
    const shapes = three.layers
      .filter(({ config }) => config.id.endsWith('output/conv'))
      .map(({ output }) => output);
    expect(shapes).toEqual([
      [14, 14, 1],
      [6, 6, 1],
      [2, 2, 1],
    ]);
  });

  test('ways up have the parameters of their convolutions, and make the same size', () => {
    const unet = (upsample: string) => plan({ type: 'unet', depth: 3, filters: 4, upsample }, [16, 16, 3]);
    const [transposed, resize, shuffle, dilated] = [
      'transposed-conv',
      'resize-conv',
      'pixel-shuffle',
      'dilated-conv',
    ].map(unet);
    expect(resize!.parameters).toBe(transposed!.parameters);
    expect(dilated!.parameters).toBe(transposed!.parameters);
    // Decoders 16 -> 8 and 16 -> 4, output 8 -> 3, each with four times the filters; the output's bias as well.
    expect(shuffle!.parameters - transposed!.parameters).toBe(3 * 16 * (16 * 8 + 16 * 4 + 8 * 3) + 3 * 3);
    for (const made of [transposed, resize, shuffle, dilated]) expect(made!.output).toEqual([16, 16, 3]);
  });

  test('a generator of vectors makes what the data is, and says so where it cannot', () => {
    expect(plan({ type: 'dcgan-generator' }, [100], { height: 32, width: 64 }).output).toEqual([32, 64, 3]);
    expect(() => plan({ type: 'dcgan-generator' }, [100])).toThrow(/size of the image it makes is not known/);
    expect(() => plan({ type: 'dcgan-generator', size: 48 }, [100])).toThrow(
      /48x48 cannot be made by doubling/,
    );
  });
});

/** Small forms of every family, each with what it is called with. */
const SMALL: Readonly<
  Record<string, { config: Record<string, unknown>; input: Shape | Record<string, Shape> }[]>
> = {
  'encoder-decoder': ['transposed-conv', 'resize-conv', 'pixel-shuffle', 'dilated-conv'].map((upsample) => ({
    config: {
      upsample,
      encoder: [{ filters: 4 }, { id: 'last', filters: 4, norm: 'none' }],
      decoder: [{ filters: 4, skip: 'e1' }],
    },
    input: [8, 12, 3],
  })),
  layers: [{ config: { layers: [{ type: 'conv', filters: 2 }] }, input: [8, 8, 3] }],
  unet: [{ config: { depth: 3, filters: 4, weight_norm: 'spectral', init: 'he' }, input: [8, 16, 3] }],
  patchgan: [
    { config: { patch: 16, filters: 4 }, input: [16, 16, 6] },
    { config: { patch: 16, filters: 4, scales: 2, norm: { type: 'group', groups: 2 } }, input: [32, 32, 6] },
  ],
  resnet: [{ config: { blocks: 1, filters: 4 }, input: [16, 20, 3] }],
  'coarse-to-fine': [{ config: { blocks: 1, enhancer_blocks: 1, downs: 1, filters: 4 }, input: [16, 24, 3] }],
  'dcgan-generator': [{ config: { filters: 4, size: 16, upsample: 'pixel-shuffle' }, input: [10] }],
  'dcgan-discriminator': [
    { config: { filters: 4, norm: 'layer' }, input: [16, 16, 3] },
    { config: { filters: 4, outputs: { score: { units: 1 }, class: { units: 5 } } }, input: [8, 8, 3] },
  ],
  'sngan-generator': [
    {
      config: { filters: 4, size: 16, norm: { type: 'conditional-batch', by: 'label' } },
      input: { noise: [8], label: [3] },
    },
  ],
  'sngan-discriminator': [
    {
      config: { filters: 4, weight_norm: 'spectral', projection: 'label' },
      input: { image: [16, 16, 3], label: [3] },
    },
  ],
  srresnet: [{ config: { blocks: 1, filters: 4, factor: 2 }, input: [6, 8, 3] }],
  mlp: [{ config: { layers: 2, units: 6, output: { units: 3 } }, input: [4] }],
  'resnet-encoder': [
    {
      config: { filters: 4, blocks: 2, outputs: { mean: { units: 2 }, log_variance: { units: 2 } } },
      input: [32, 32, 3],
    },
  ],
  'stylegan2-synthesis': [{ config: { filters: 4, size: 16 }, input: [6] }],
  'stylegan2-discriminator': [{ config: { filters: 4 }, input: [16, 16, 3] }],
};

describe('every family', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('ort');
  });
  afterAll(() => engine.close());

  test('has small forms here', () => {
    expect(Object.keys(SMALL).sort()).toEqual(networks.map(({ type }) => type).sort());
  });

  const cases = Object.entries(SMALL).flatMap(([type, forms]) => forms.map((form) => ({ type, ...form })));
  test.each(cases)(
    '$type $config: planned shapes and counts are the real ones',
    ({ type, config, input }) => {
      const { tf, ops } = engine;
      const planned = plan({ type, ...config }, input);
      const network = new Network(planned, { tf, ops, registry, seed: 1 });
      const counted = network.trainable.reduce((sum, { variable }) => sum + variable.size, 0);
      expect(counted).toBe(planned.parameters);
      const names =
        Array.isArray(planned.outputs) || !planned.outputs ? [undefined] : Object.keys(planned.outputs);
      for (const part of names) {
        const ends =
          part === undefined
            ? (planned.outputs ?? [planned.layers.at(-1)!.config.id])
            : [(planned.outputs as Record<string, string>)[part]!];
        const shapes = (ends as readonly string[]).map(
          (id) => planned.layers.find((layer) => layer.config.id === id)!.output,
        );
        const made = tf.tidy(() => {
          const inputs = Object.values(planned.inputs).map((shape) =>
            tf.tensor(new Random('x').fillNormal(new Float32Array(2 * sizeOf(shape))), [2, ...shape]),
          );
          const call = {
            dropout: true,
            batchStatistics: true,
            draw: (shape: Shape, fill: Parameters<typeof drawn>[2]) =>
              tf.tensor(drawn(shape, new Random('draw'), fill), [...shape]),
          };
          return network.call(inputs, call, part);
        });
        expect(made.map((tensor) => tensor.shape)).toEqual(shapes.map((shape) => [2, ...shape]));
        for (const tensor of made) {
          expect(tensor.dataSync().every(Number.isFinite)).toBe(true);
          tensor.dispose();
        }
      }
      network.dispose();
    },
  );
});
