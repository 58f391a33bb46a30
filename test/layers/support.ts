import type { Tensor } from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { drawn } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import { sizeOf, type Shape } from '../../src/core/shape.js';
import { shippedDefinitions } from '../../src/definitions.js';
import { openEngine } from '../../src/engine/index.js';
import type { LayerCall } from '../../src/registry/index.js';
import { paramsOf } from '../support/params.js';

export const registry = shippedDefinitions();
const engine = await openEngine('cpu');
export const { tf } = engine;

export interface Written {
  readonly type: string;
  readonly [key: string]: unknown;
}

export const tensor = (shape: Shape, values: readonly number[]): Tensor => tf.tensor([...values], [...shape]);
export const random = (shape: Shape, seed: string): Tensor =>
  tf.tensor(new Random(seed).fillNormal(new Float32Array(sizeOf(shape))), [...shape]);

/** What a layer makes in training, of the inputs (with the batch) and the variables given. */
export function run(
  written: Written,
  inputs: readonly Tensor[],
  variables: Readonly<Record<string, Tensor>> = {},
  call: Partial<LayerCall> = {},
): Tensor {
  const definition = registry.get('layer', written.type);
  const draw: LayerCall['draw'] = (shape, fill) => tensor(shape, [...drawn(shape, new Random('draw'), fill)]);
  const made = definition.build(paramsOf(definition, written), { tf, ops: engine.ops });
  return made(inputs, variables, { dropout: true, batchStatistics: true, draw, ...call });
}

export function expectValues(got: Tensor, shape: Shape, values: readonly number[], digits = 5): void {
  expect(got.shape).toEqual(shape);
  const made = got.dataSync();
  expect(values).toHaveLength(made.length);
  const off = values.findIndex((value, i) => !(Math.abs(made[i]! - value) < 0.5 * 10 ** -digits));
  if (off >= 0) expect(made[off], `value ${off}`).toBeCloseTo(values[off]!, digits);
}

/** Every place of a shape, and its position in row-major order. */
export function* places(shape: Shape): Generator<readonly number[]> {
  for (let at = 0; at < sizeOf(shape); at++) {
    let rest = at;
    const place = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    yield place;
  }
}

/** A tensor's values by place, in plain numbers; 0 outside. */
export function reader(x: Tensor): (...place: readonly number[]) => number {
  const values = x.dataSync();
  return (...place) => {
    let at = 0;
    for (let axis = 0; axis < place.length; axis++) {
      const i = place[axis]!;
      if (i < 0 || i >= x.shape[axis]!) return 0;
      at = at * x.shape[axis]! + i;
    }
    return values[at]!;
  };
}
