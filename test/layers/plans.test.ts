import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { UserError } from '../../src/core/errors.js';
import type { Shape } from '../../src/core/shape.js';
import type { LayerPlan, VariableSpec } from '../../src/registry/index.js';
import { paramsOf } from '../support/params.js';
import { registry, type Written } from './support.js';

const shapesOf = (text: string): Shape[] => text.split(' ').map((shape) => shape.split('x').map(Number));
const planOf = (keys: string, inputs: string): LayerPlan => {
  const written = parse(`{ type: ${keys} }`) as Written;
  const definition = registry.get('layer', written.type);
  return definition.plan(paramsOf(definition, written), shapesOf(inputs));
};

/** A variable on a line: shape, start, and what becomes of it where gradients do not move it. */
function describeVariable({ name, shape, init, trainable, persistent }: VariableSpec): string {
  const start = {
    constant: () => `= ${'value' in init ? init.value : ''}`,
    normal: () => ('mean' in init ? `~ N(${init.mean}, ${init.deviation})` : ''),
    drawn: () => ('fans' in init ? `${init.by.type} ${init.fans.fanIn} -> ${init.fans.fanOut}` : ''),
  }[init.type]();
  return [name, shape.join('x'), start, ...(trainable ? [] : [persistent ? 'kept' : 'running'])].join(' ');
}

const AFFINE = 'gamma 6 ~ N(1, 0.02), beta 6 = 0';
const RUNNING = 'running_mean 6 = 0 running, running_variance 6 = 1 running';
// Keys | inputs | output | operations, two a multiply-add | kernel, stride, dilation and scale of the window | variables
const PLANS = `
  adaptive-instance-norm, by: s | 5x4x6 3 | 5x4x6 | 8*120 + 4*18 | | gamma 3x6 ~ N(0, 0.02), beta 3x6 ~ N(0, 0.02)
  add | 5x4x6 5x4x6 5x4x6 | 5x4x6 | 3*120 | |
  batch-norm | 5x4x6 | 5x4x6 | 8*120 | | ${AFFINE}, ${RUNNING}
  concat | 5x4x6 5x4x1 5x4x2 | 5x4x9 | 0 | |
  concat | 3 4 | 7 | 0 | |
  conditional-batch-norm, by: c | 5x4x6 3 | 5x4x6 | 8*120 + 4*18 | | gamma 3x6 = 1, beta 3x6 = 0, ${RUNNING}
  constant, shape: [2, 3, 4] | 9 | 2x3x4 | 24 | | value 2x3x4 ~ N(0, 1)
  conv, filters: 8 | 5x4x6 | 5x4x8 | 2*9*6*8*20 | 3 1 1 1 | kernel 3x3x6x8 ~ N(0, 0.02), bias 8 = 0
  conv, filters: 8, kernel: 2, stride: 3, padding: 1, bias: false, init: he | 5x4x6 | 2x2x8 | 2*4*6*8*4 | 2 3 1 1 | kernel 2x2x6x8 he 24 -> 32
  conv, filters: 8, weight_norm: spectral | 5x4x6 | 5x4x8 | 2*9*6*8*20 | 3 1 1 1 | kernel 3x3x6x8 ~ N(0, 0.02), u 8 ~ N(0, 1) kept, bias 8 = 0
  dense, units: 7, init: he | 5x4x6 | 7 | 2*120*7 | | kernel 120x7 he 120 -> 7, bias 7 = 0
  dense, units: 7, bias: false, weight_norm: spectral, init: 0.5 | 6 | 7 | 2*6*7 | | kernel 6x7 ~ N(0, 0.5), u 7 ~ N(0, 1) kept
  dilated-conv, filters: 8 | 5x4x6 | 5x4x8 | 2*9*6*8*20 | 3 1 2 1 | kernel 3x3x6x8 ~ N(0, 0.02), bias 8 = 0
  dilated-conv, filters: 8, kernel: 2, dilation: 3, padding: 0, bias: false | 5x4x6 | 2x1x8 | 2*4*6*8*2 | 2 1 3 1 | kernel 2x2x6x8 ~ N(0, 0.02)
  dropout | 5x4x6 | 5x4x6 | 120 | |
  global-pool | 5x4x6 | 6 | 120 | |
  group-norm, groups: 3 | 5x4x6 | 5x4x6 | 8*120 | | ${AFFINE}
  group-norm, affine: false | 5x4x6 | 5x4x6 | 8*120 | |
  instance-norm | 5x4x6 | 5x4x6 | 8*120 | |
  instance-norm, affine: true | 5x4x6 | 5x4x6 | 8*120 | | ${AFFINE}
  layer-norm | 5x4x6 | 5x4x6 | 8*120 | | ${AFFINE}
  layer-norm, affine: false | 6 | 6 | 8*6 | |
  minibatch-stddev | 5x4x6 | 5x4x7 | 4*120 | |
  modulated-conv, filters: 8, by: s, init: he | 5x4x6 3 | 5x4x8 | 2*432*20 + 2*18 + 2*432 | 3 1 1 1 | kernel 3x3x6x8 he 54 -> 72, style 3x6 he 3 -> 6, style_bias 6 = 1, bias 8 = 0
  modulated-conv, filters: 8, by: s, kernel: 1, bias: false | 5x4x6 3 | 5x4x8 | 2*48*20 + 2*18 + 2*48 | 1 1 1 1 | kernel 1x1x6x8 ~ N(0, 0.02), style 3x6 ~ N(0, 0.02), style_bias 6 = 1
  noise, learned: true | 5x4x6 | 5x4x6 | 2*120 | | strength 6 = 0
  pad, amount: 3 | 5x4x6 | 11x10x6 | 0 | 1 1 1 1 |
  pixel-norm | 5x4x6 | 5x4x6 | 3*120 | |
  pixel-shuffle, factor: 2 | 5x4x8 | 10x8x2 | 0 | 1 1 1 2 |
  pool | 5x4x6 | 2x2x6 | 4*24 | 2 2 1 1 |
  prelu | 5x4x6 | 5x4x6 | 2*120 | | slope 6 = 0.25
  prelu, init: 0.5 | 6 | 6 | 2*6 | | slope 6 = 0.5
  projection, by: c, init: he, weight_norm: spectral | 2x1x3 4 | 1 | 2*4*6 + 2*6 | | kernel 4x6 he 4 -> 6, u 6 ~ N(0, 1) kept
  reshape, shape: [2, 1, 3] | 6 | 2x1x3 | 0 | |
  resize-conv, filters: 8, kernel: 5, factor: 3 | 5x4x6 | 15x12x8 | 2*25*6*8*180 | 5 1 1 3 | kernel 5x5x6x8 ~ N(0, 0.02), bias 8 = 0
  resize-conv, filters: 8, bias: false, init: he, weight_norm: spectral | 5x4x6 | 10x8x8 | 2*9*6*8*80 | 3 1 1 2 | kernel 3x3x6x8 he 54 -> 72, u 8 ~ N(0, 1) kept
  self-attention, reduction: 2, init: he | 5x4x6 | 5x4x6 | 2*20*4*18 + 2*400*6 + 4*400 + 2*120 | | query 1x1x6x3 he 6 -> 3, key 1x1x6x3 he 6 -> 3, value 1x1x6x3 he 6 -> 3, output 1x1x3x6 he 3 -> 6, gamma 1 = 0
  self-attention, reduction: 2, weight_norm: spectral | 1x2x5 | 1x2x5 | 2*2*40 + 2*4*4 + 4*4 + 2*10 | | query 1x1x5x2 ~ N(0, 0.02), query_u 2 ~ N(0, 1) kept, key 1x1x5x2 ~ N(0, 0.02), key_u 2 ~ N(0, 1) kept, value 1x1x5x2 ~ N(0, 0.02), value_u 2 ~ N(0, 1) kept, output 1x1x2x5 ~ N(0, 0.02), output_u 5 ~ N(0, 1) kept, gamma 1 = 0
  softmax | 6 | 6 | 4*6 | |
  transposed-conv, filters: 8 | 5x4x6 | 10x8x8 | 2*16*6*8*20 | 4 1 1 2 | kernel 4x4x8x6 ~ N(0, 0.02), bias 8 = 0
  transposed-conv, filters: 8, kernel: 3, stride: 3, padding: 0, output_padding: 2, bias: false, init: he, weight_norm: spectral | 5x4x6 | 17x14x8 | 2*9*6*8*20 | 3 1 1 3 | kernel 3x3x8x6 he 54 -> 72, u 8 ~ N(0, 1) kept
  upsample, factor: 3 | 5x4x6 | 15x12x6 | 0 | 1 1 1 3 |
  upsample, interpolation: bilinear | 5x4x6 | 10x8x6 | 8*480 | 1 1 1 2 |
`;
/** The value of a sum of products. */
const worth = (text: string): number =>
  text
    .split('+')
    .reduce((sum, part) => sum + part.split('*').reduce((product, each) => product * Number(each), 1), 0);

test.each(PLANS.trim().split('\n'))('%s', (line) => {
  const [keys = '', inputs = '', output, flops = '', window, variables] = line
    .split('|')
    .map((part) => part.trim());
  const plan = planOf(keys, inputs);
  const { kernel, stride, dilation = 1, scale = 1 } = plan.window ?? {};
  expect({
    output: plan.output.join('x'),
    flops: plan.flops,
    window: kernel === undefined ? '' : [kernel, stride, dilation, scale].join(' '),
    variables: plan.variables.map(describeVariable).join(', '),
  }).toEqual({ output, flops: worth(flops), window, variables });
});

// Keys | the least that is taken | what is not | what the message points at
const REFUSED = `
  conv, filters: 1, padding: 0 | 3x3x1 | 2x3x1, 3x2x1 | too-small
  conv, filters: 1, kernel: 5, padding: 1 | 3x3x1 | 2x3x1, 3x2x1 | too-small
  dilated-conv, filters: 1, padding: 0 | 5x5x1 | 4x5x1, 5x4x1 | too-small
  transposed-conv, filters: 1, kernel: 3, padding: 2 | 2x2x1 | 1x2x1, 2x1x1 | too-small
  transposed-conv, filters: 1, stride: 3, output_padding: 3 | | 4x4x1 | out-of-range output_padding
  pool, size: 3 | 3x3x1 | 2x3x1, 3x2x1 | too-small size
  pad, amount: 2, mode: reflect | 3x3x1 | 2x3x1, 3x2x1 | too-small amount
  pad, amount: 2 | 1x1x1 | 3 | from
  group-norm, groups: 3 | 1x1x6 | 1x1x7, 1x1x5 | norm
  group-norm | 1x1x31 | 1x1x33 | norm
  pixel-shuffle, factor: 2 | 1x1x4 | 1x1x6, 1x1x2 | factor
  reshape, shape: [2, 3] | 6 | 5, 7, 2x3x2 | shape
  add | 2x2x1 2x2x1 | 2x2x1 2x2x2, 2x2x1 2x3x1, 2x2x1 2x2x1 1x2x1, 4 2x2x1 | shapes-differ from
  concat | 2x2x1 2x2x3 | 2x2x1 2x3x1, 2x2x1 1x2x1, 2 1x2, 2x2x1 2x2x1 2x1x1 | shapes-differ from
  conditional-batch-norm, by: c | 1x1x1 3 | 1x1x1 1x1x3, 3 3 | by or from
  adaptive-instance-norm, by: c | 1x1x1 3 | 1x1x1 1x1x3, 3 3 | by or from
  modulated-conv, filters: 1, by: c | 1x1x1 3 | 1x1x1 1x1x3, 3 3 | by or from
  projection, by: c | 1x1x1 3 | 1x1x1 1x1x3 | by
  instance-norm | 1x1x1 | 3, 1x1x1 1x1x1 | from
  relu | 3 | 3 3 | from
  dense, units: 1 | 3 | 3 3 | from
`;
test.each(REFUSED.trim().split('\n'))('%s', (line) => {
  const [keys = '', taken = '', refused = '', points = ''] = line.split('|').map((part) => part.trim());
  if (taken !== '') planOf(keys, taken);
  for (const inputs of refused.split(', ')) {
    let error: unknown;
    try {
      planOf(keys, inputs);
    } catch (thrown) {
      error = thrown;
    }
    expect(error, inputs).toBeInstanceOf(UserError);
    const { code, key } = (error as UserError).point;
    expect(points.split(' or ')).toContain([code, key].filter((part) => part !== undefined).join(' '));
  }
});

describe('what a layer says of itself', () => {
  test.each([
    ['batch-norm', { values: 20, overBatch: true }],
    ['conditional-batch-norm, by: c', { values: 20, overBatch: true }],
    ['instance-norm', { values: 20, overBatch: false }],
    ['adaptive-instance-norm, by: s', { values: 20, overBatch: false }],
    ['layer-norm', { values: 120, overBatch: false }],
    ['group-norm, groups: 3', { values: 40, overBatch: false }],
    ['group-norm', { values: 20, overBatch: false }],
    // It scales alone.
    ['pixel-norm', undefined],
  ])('%s takes the mean away of %j of 5x4x6', (keys, centred) => {
    const written = parse(`{ type: ${keys} }`) as Written;
    const definition = registry.get('layer', written.type);
    expect(definition.centres?.(paramsOf(definition, written), [5, 4, 6])).toEqual(centred);
  });

  // What a recipe that says nothing trains with.
  test.each([
    ['batch-norm', { epsilon: 1e-5, momentum: 0.9 }],
    ['conditional-batch-norm', { epsilon: 1e-5, momentum: 0.9 }],
    ['adaptive-instance-norm', { epsilon: 1e-5 }],
    ['instance-norm', { epsilon: 1e-5, affine: false }],
    ['layer-norm', { epsilon: 1e-5, affine: true }],
    ['group-norm', { groups: 32, epsilon: 1e-5, affine: true }],
    ['pixel-norm', { epsilon: 1e-8 }],
    ['dropout', { rate: 0.5 }],
    ['self-attention', { reduction: 8, init: 0.02, weight_norm: 'none' }],
  ])('%s has the defaults %j', (type, defaults) => {
    expect(paramsOf(registry.get('layer', type), {})).toEqual(defaults);
  });
});
