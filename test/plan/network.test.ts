import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.js';
import { planNetwork } from '../../src/plan/network.js';
import { registry } from '../support/plan.js';

const ONCE = { dropout: false, batch_statistics: false };
const IMAGE = [16, 32, 3];
const planOf = (
  layers: readonly Json[],
  more: object = {},
  input: Parameters<typeof planNetwork>[2] = IMAGE,
) => planNetwork('N', { type: 'layers', layers, inference: ONCE, ...more }, input, registry);

const conv = (kernel: number, more: object = {}) => ({ type: 'conv', filters: 3, kernel, ...more });

describe('what a value sees of the input', () => {
  test.each<[string, readonly Json[], readonly (number | undefined)[], number[]?]>([
    ['is itself at first, and nothing more by what has no window', [{ type: 'relu' }, conv(1)], [1, 1]],
    ['grows by kernel - 1', [conv(3), conv(3), conv(4)], [3, 5, 8]],
    [
      'in steps as long as all strides before',
      [conv(4, { stride: 2 }), conv(4, { stride: 2 }), conv(4)],
      [4, 10, 22],
    ],
    // Counted back from a value, r <- (r - 1) stride + reach + 1: 3, 7, 14, 30, 32.
    [
      'of pools and dilated windows, too',
      [
        conv(3),
        conv(4, { stride: 2, padding: 1 }),
        { type: 'pool' },
        { type: 'dilated-conv', filters: 3, kernel: 3, dilation: 2 },
        conv(3),
      ],
      [3, 6, 8, 24, 32],
    ],
    ['of several inputs is what the one sees that sees most', branches('a', 'b'), [5, 3, 5, 7]],
    ['in whichever order', branches('b', 'a'), [5, 3, 5, 7]],
    [
      'is nothing where neighbours of two ways are not equally far apart',
      [
        { id: 'a', ...conv(3, { stride: 2 }) },
        { id: 'b', ...conv(9, { padding: 0, from: 'input' }) },
        { type: 'add', from: ['a', 'b'] },
      ],
      [3, 9, undefined],
      [16, 16, 3],
    ],
    ['is nothing behind what enlarges', [conv(3), { type: 'upsample' }, conv(3)], [3, undefined, undefined]],
  ])('%s', (_, layers, fields, input) => {
    const plan = planOf(layers, {}, input);
    expect(plan.layers.map(({ receptiveField }) => receptiveField)).toEqual(fields);
    expect(plan.receptiveField).toBe(fields.at(-1));
  });
});

function branches(...from: readonly string[]): readonly Json[] {
  return [
    { id: 'a', ...conv(5) },
    { id: 'b', ...conv(3, { from: 'input' }) },
    { type: 'add', from },
    conv(3),
  ];
}

describe('a network', () => {
  test('numbers its layers from 1, reads the layer above, and adds up what they cost', () => {
    const plan = planOf([conv(3), { id: 'own', type: 'batch-norm' }, conv(1)]);
    expect(plan.layers.map(({ config, from }) => [config.id, from])).toEqual([
      ['l1', ['input']],
      ['own', ['l1']],
      ['l3', ['own']],
    ]);
    expect(plan.parameters).toBe(9 * 9 + 3 + 2 * 3 + 9 + 3);
    expect(plan.flops).toBe(2 * 81 * 512 + 8 * 3 * 512 + 2 * 9 * 512);
    // What starts a kernel is drawn with the initialiser's defaults.
    const [kernel] = planOf([conv(3, { init: 'he' })]).layers[0]!.variables;
    expect(kernel!.init).toMatchObject({ by: { type: 'he', distribution: 'normal', slope: 0 } });
  });

  test('reads what conditions a layer besides what is above it', () => {
    const inputs = { image: IMAGE, style: [5] };
    const plan = planOf(
      [conv(3), { type: 'adaptive-instance-norm', by: 'style' }],
      { inputs: ['image', 'style'] },
      inputs,
    );
    expect(plan).toMatchObject({ input: IMAGE, inputs, namesInputs: true, output: IMAGE });
    expect(plan.layers.map(({ from }) => from)).toEqual([['image'], ['l1', 'style']]);
    expect(planOf([conv(3)])).toMatchObject({ inputs: { input: IMAGE }, namesInputs: false });
  });

  const ends = (a: string, b: string) => [
    { id: 'a', type: a },
    { id: 'b', type: b, from: 'input' },
  ];
  test.each([
    ['its last layer is a sigmoid', ends('tanh', 'sigmoid'), {}, true],
    ['a sigmoid is not its last layer', ends('sigmoid', 'tanh'), {}, false],
    ['all its outputs are', ends('sigmoid', 'sigmoid'), { outputs: { x: 'a', y: 'b' } }, true],
    ['one of its outputs is', ends('tanh', 'sigmoid'), { outputs: { x: 'a', y: 'b' } }, false],
    ['its only output is, and its last layer not', ends('sigmoid', 'tanh'), { outputs: { x: 'a' } }, true],
  ])('where %s: whether its scores are probabilities', (_, layers, more, probabilities) => {
    expect(planOf(layers, more).probabilities).toBe(probabilities);
  });

  test('is planned by all that its recipe says, under the name it is asked by', () => {
    const config = {
      type: 'layers',
      layers: [conv(3)],
      inference: { dropout: true, batch_statistics: false },
    };
    const [a, b] = ['A', 'B'].map((name) => planNetwork(name, { ...config, ema: 0.9 }, IMAGE, registry));
    expect([a!.name, b!.name, a!.ema]).toEqual(['A', 'B', 0.9]);
    expect(a!.inference).toEqual({ dropout: true, batchStatistics: false });
    expect('ema' in planOf([conv(3)])).toBe(false);
    expect(planOf([conv(3)], {}, [32, 16, 3]).output).toEqual([32, 16, 3]);
    // A generator of vectors makes images as large as the data, rows as rows.
    const made = {
      type: 'dcgan-generator',
      filters: 2,
      inference: ONCE,
      output: { channels: 3, activation: 'tanh' },
    };
    const generator = (height: number, width: number) =>
      planNetwork('G', made, [8], registry, { height, width }).output;
    expect([generator(16, 32), generator(32, 16)]).toEqual([
      [16, 32, 3],
      [32, 16, 3],
    ]);
  });
});
