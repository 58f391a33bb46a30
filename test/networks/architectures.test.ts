import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { drawn, type Fill } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import type { Shape } from '../../src/core/shape.js';
import { shippedDefinitions } from '../../src/definitions.js';
import { openEngine } from '../../src/engine/index.js';
import { Network } from '../../src/trainers/index.js';
import { networks } from '../../src/networks/index.js';
import { planNetwork } from '../../src/plan/network.js';
import type { NetworkPlan } from '../../src/plan/types.js';
import '../../src/recipe/node.js';
import { paramsOf } from '../support/params.js';

const registry = shippedDefinitions();
const inference = { dropout: false, batch_statistics: false };
/** `f64 k4` of a layer's filters and kernel, `factor 2` of other keys. */
const brief = (key: string) => (/^(filters|kernel|stride|padding|units)$/.test(key) ? key[0]! : `${key} `);
const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function plan(keys: string, inputs: string, image?: { height: number; width: number }): NetworkPlan {
  const config = parse(`{ type: ${keys} }`) as { type: string };
  const [first = [], label] = inputs.split(' ').map((shape) => shape.split('x').map(Number));
  const names = label ? { inputs: ['image', 'label'] } : {};
  const given = label ? { image: first, label } : first;
  return planNetwork('N', { inference, ...names, ...config }, given, registry, image);
}

/** A network block by block: its layers with what is not their default, and what they read that is not above them. */
function describeLayers({ layers }: NetworkPlan): string {
  const blocks = new Map<string, string[]>();
  for (const [i, { config, params, from }] of layers.entries()) {
    const { type, id } = config;
    const [, block = ''] = /^(.*?)(?:\/(?:a|b|side|image))?\/[^/]+$/.exec(id) ?? [];
    const name = block === '' ? id : id.slice(block.length + 1);
    const definition = registry.get('layer', type);
    const usual: Record<string, unknown> = paramsOf(definition, {});
    const keys = Object.keys(definition.params.properties)
      .filter((key) => JSON.stringify(params[key]) !== JSON.stringify(usual[key]))
      .map((key) => brief(key) + text(params[key]));
    const reads = from.filter((each) => each !== params['by']).join(' ');
    const elsewhere =
      reads === layers[i - 1]?.config.id || (i === 0 && reads === 'input') ? [] : [`< ${reads}`];
    const line = [name, ...(name.split('/').includes(type) ? [] : [type]), ...keys, ...elsewhere].join(' ');
    blocks.set(block, [...(blocks.get(block) ?? []), line]);
  }
  return [...blocks].map(([block, lines]) => `  ${block}: ${lines.join(', ')}\n`).join('');
}

// Keys | the input, and a label, then its blocks: filters, kernel, stride, padding and units where they are not a layer's
// own defaults (3, 1 and same; 4, 2 and 1 where it is transposed), and < where a layer reads another than the one above.
const ARCHITECTURES = await readFile(new URL('architectures.txt', import.meta.url), 'utf8');
const sections = ARCHITECTURES.trim()
  .split(/\n(?=\S)/)
  .map((section): [string, string, string] => {
    const [, keys = '', inputs = '', blocks = ''] = /^(.*) \| (.*)\n([^]*)$/.exec(section)!;
    return [keys, inputs, blocks];
  });

test.each(sections)('%s | %s', (keys, inputs, blocks) => {
  expect(describeLayers(plan(keys, inputs)).trimEnd()).toBe(blocks);
});

const takes = (keys: string, param: string) =>
  param in registry.get('network', /^[\w-]+/.exec(keys)![0]).params.properties;
const styled = sections.filter(([keys]) => takes(keys, 'weight_norm') && takes(keys, 'init'));
test.each(styled)('%s | %s: every kernel has its `init` and `weight_norm`', (keys, inputs) => {
  const { layers } = plan(`${keys}, init: he, weight_norm: spectral`, inputs);
  const kernels = layers.filter(({ params }) => 'weight_norm' in params);
  expect(kernels.length).toBeGreaterThan(0);
  for (const { params } of kernels) expect(params).toMatchObject({ init: 'he', weight_norm: 'spectral' });
});

const families = sections.filter(([keys]) => takes(keys, 'activation') && !/norm:|silu/.test(keys));
test.each(families)(
  '%s | %s: all blocks have the `norm` and `activation` asked for',
  (keys, inputs, blocks) => {
    const norm = blocks.includes('norm ') && takes(keys, 'norm') ? ', norm: layer' : '';
    const renamed = blocks
      .replace(/norm (batch|instance)-norm/g, 'norm layer-norm')
      .replace(/activation (leaky-relu|p?relu)/g, 'activation gelu');
    // Beside another norm than batch a convolution has a bias.
    const [made, wanted] = [
      describeLayers(plan(`${keys}${norm}, activation: gelu`, inputs)).trimEnd(),
      renamed,
    ];
    expect(made.replaceAll(' bias false', '')).toBe(wanted.replaceAll(' bias false', ''));
  },
);

const enlarging = sections.filter(([keys]) => takes(keys, 'upsample') && !keys.includes('upsample:'));
test.each(enlarging)('%s | %s: the way up is the one asked for', (keys, inputs) => {
  const made = plan(`${keys}, upsample: resize-conv`, inputs);
  const types = made.layers.map(({ config }) => config.type);
  expect(types).toContain('resize-conv');
  expect(types.filter((type) => type === 'transposed-conv' || type === 'pixel-shuffle')).toEqual([]);
  expect(made.output).toEqual(plan(keys, inputs).output);
});

// Pixels and sums are not normalised, nor the way past a block. The smallest image is halved once.
test.each([
  ['sngan-discriminator', ['block1/b', 'block2/a', 'block2/b', 'block3/a', 'block3/b']],
  ['stylegan2-discriminator', ['stem', 'block1/a', 'block1/b', 'last/a']],
])('%s with a norm has it in %j', (type, blocks) => {
  const { layers } = plan(`${type}, filters: 1, norm: layer`, '8x8x3');
  const norms = layers.filter(({ config }) => config.type === 'layer-norm');
  expect(norms.map(({ config }) => config.id)).toEqual(blocks.map((block) => `${block}/norm`));
});

test('srresnet’s transposed convolutions are 4x4 ones, which divide by their stride', () => {
  const { layers } = plan('srresnet, upsample: transposed-conv, factor: 2', '8x8x3');
  const up = layers.find(({ config }) => config.id === 'up1/conv')!;
  expect(up.params).toMatchObject({ kernel: 4, padding: 'same' });
});

// Each keeps its last bias unless that is false, too.
const plain = 'resnet; coarse-to-fine; dcgan-generator, size: 16; patchgan; srresnet; unet, depth: 4';
test.each(plain.split('; '))('%s without a bias has none', (keys) => {
  const { layers } = plan(`${keys}, bias: false`, '64x64x3');
  const biased = layers.filter(({ params }) => params['bias'] === true).map(({ config }) => config.id);
  expect(biased).toEqual(keys.startsWith('unet') ? ['output/conv'] : []);
});

test.each([
  [5, []],
  [6, ['d5']],
  [8, ['d7', 'd6', 'd5']],
  [9, ['d8', 'd7', 'd6']],
])('a U-Net of depth %i has dropout in %j', (depth, blocks) => {
  const { layers } = plan(`unet, depth: ${depth}, filters: 1, dropout: 0.25`, '512x512x1');
  const drops = layers.filter(({ config }) => config.type === 'dropout');
  expect(drops.map(({ config }) => config.id)).toEqual(blocks.map((block) => `decoder/${block}/dropout`));
  for (const { params } of drops) expect(params).toEqual({ rate: 0.25 });
  const without = plan(`unet, depth: ${depth}, filters: 1`, '512x512x1').layers;
  expect(without.map(({ config }) => config.type)).not.toContain('dropout');
});

// r <- (r - 1) stride + kernel, from the score back.
test.each([
  ['patch: 11, kernel: 3', '16x16x1', 11],
  ['patch: 34', '64x64x1', 34],
  ['patch: image', '70x48x1', 70],
  ['patch: image', '48x71x1', 142],
  ['patch: image, kernel: 3', '24x24x1', 47],
])('patchgan with %s sees %s with %i pixels', (keys, inputs, side) => {
  expect(plan(`patchgan, filters: 1, ${keys}`, inputs).receptiveField).toBe(side);
});

test.each([
  ['patchgan, patch: 100', '128x128x3', /No depth gives a patch of 100/, 'The nearest are 34, 70, 142'],
  ['patchgan, patch: 2', '128x128x3', /No depth gives a patch of 2/, 'The nearest are 1, 16, 34'],
  ['sngan-discriminator, attention: 64', '64x128x3', /No block makes a map of 64/, 'maps: 8, 16, 32.'],
  ['sngan-generator, attention: 4, size: 32', '9', /No block makes a map of 4 pixels/, 'maps: 8, 16, 32.'],
  ['srresnet, factor: 3', '8x8x3', /factor of 3 is not a power of 2/, 'Use 2'],
  ['dcgan-discriminator', '4x4x3', /4x4 cannot be made/, '8, 16'],
  ['dcgan-discriminator', '16x18x3', /16x18 cannot be made/, '8, 16'],
  ['dcgan-discriminator', '18x16x3', /18x16 cannot be made/, '8, 16'],
  ['dcgan-discriminator', '24x24x3', /24x24 cannot be made/, '8, 16'],
  [
    'encoder-decoder, encoder: [{ filters: 1 }], decoder: [{ filters: 1, skip: e2 }]',
    '8x8x3',
    /skips to "e2"/,
    ': e1.',
  ],
])('%s | %s is refused', (keys, inputs, message, remedy) => {
  const made = () => plan(keys, inputs);
  expect(made).toThrow(message);
  expect(made).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining(remedy) as string }) as Error,
  );
});

test('a map of 4 pixels on the shorter side is doubled to `size`, else to what the data is', () => {
  const image = { height: 32, width: 64 };
  expect(plan('dcgan-generator', '9', image).layers[1]!.output).toEqual([4, 8, 256]);
  expect(plan('dcgan-generator', '9', image).output).toEqual([32, 64, 3]);
  expect(plan('dcgan-generator, size: 8', '9', image).output).toEqual([8, 8, 3]);
  expect(plan('sngan-generator', '9', image).output).toEqual([32, 64, 3]);
  expect(plan('stylegan2-synthesis', '9', image).layers[0]!.output).toEqual([4, 8, 256]);
  expect(plan('dcgan-discriminator, filters: 1', '8x14x3').layers.at(-2)!.output).toEqual([4, 7, 1]);
  expect(() => plan('dcgan-generator', '9')).toThrow(/size of the image it makes is not known/);
});

// What a recipe that says nothing trains with.
test.each([
  ['patchgan', { patch: 70, filters: 64, scales: 1, score: 'patches', kernel: 4, padding: 1, norm: 'batch' }],
  ['unet', { depth: 8, filters: 64, dropout: 0, norm: 'batch', kernel: 4, upsample: 'transposed-conv' }],
  ['coarse-to-fine', { filters: 32, downs: 3, blocks: 9, enhancer_blocks: 3, upsample: 'transposed-conv' }],
  ['sngan-generator', { filters: 256 }],
  ['sngan-discriminator', { filters: 128 }],
  ['srresnet', { blocks: 16, filters: 64, factor: 4 }],
  ['resnet-encoder', { filters: 64, blocks: 4 }],
  ['stylegan2-synthesis', { filters: 32, max_filters: 512 }],
  ['stylegan2-discriminator', { filters: 32, max_filters: 512 }],
])('%s has the defaults %j', (type, defaults) => {
  expect(paramsOf(registry.get('network', type), {})).toMatchObject(defaults);
});

// Isola's and Zhu's reference implementations (see the plan's reference numbers); PyTorch's DCGAN example.
test.each([
  ['resnet, norm: batch', '64x64x3', 11_383_427],
  ['resnet', '64x64x3', 11_378_179],
  ['resnet, blocks: 6, norm: batch', '64x64x3', 7_841_411],
  // 3,576,704 there, without a bias in the last layer.
  ['dcgan-generator, size: 64', '100', 3_576_704 + 3],
  // 2,765,568 there, without a bias in the first and the last.
  ['dcgan-discriminator', '64x64x3', 2_765_568 + 64 + 1],
  ['mlp', '512', 8 * (512 * 512 + 512)],
])('%s has its published number of parameters', (keys, inputs, parameters) => {
  expect(plan(keys, inputs).parameters).toBe(parameters);
});

test('every family has an architecture here', () => {
  expect(
    networks.map(({ type }) => type).filter((type) => !sections.some(([keys]) => keys.startsWith(type))),
  ).toEqual(['layers']);
});

test.each(sections)('%s | %s: what is planned is what is computed', async (keys, inputs) => {
  const { tf, ops } = await openEngine('cpu');
  const planned = plan(keys, inputs);
  const { layers, outputs } = planned;
  const network = new Network(planned, { tf, ops, registry, seed: 1 });
  expect(network.trainable.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(planned.parameters);
  const draw = (shape: Shape, fill: Fill) => tf.tensor(drawn(shape, new Random('draw'), fill), [...shape]);
  const given = Object.values(planned.inputs).map((shape) =>
    draw([2, ...shape], (random, values) => void random.fillNormal(values)),
  );
  const part = Array.isArray(outputs) ? undefined : Object.keys(outputs ?? {}).at(-1);
  const made = network.call(given, { dropout: true, batchStatistics: true, draw }, part);
  expect(made.at(-1)!.shape).toEqual([2, ...layers.at(-1)!.output]);
  for (const each of made) expect(each.dataSync().every(Number.isFinite)).toBe(true);
  network.dispose();
});
