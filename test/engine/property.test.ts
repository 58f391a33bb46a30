import type { Tensor } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tf } from '../../src/core/ops.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { difference, randomArray, randomSource, resultsOn } from './support.js';

let cpu: Engine;
let ort: Engine;
beforeAll(async () => {
  cpu = await openEngine('cpu');
  ort = await openEngine('ort', { threads: 1 });
});
afterAll(() => ort.close());

/** One link of a chain: takes a rank-4 tensor of any shape to another one. `pick` chooses among what the shape allows. */
type Link = (tf: Tf, x: Tensor, pick: (count: number) => number) => Tensor;

const fresh = (tf: Tf, shape: number[], seed: number) =>
  tf.tensor(
    randomArray(
      shape.reduce((a, b) => a * b, 1),
      randomSource(seed + 1),
    ),
    shape,
  );

const links: Record<string, Link> = {
  tanh: (tf, x) => tf.tanh(x),
  addBroadcast: (tf, x, pick) =>
    tf.add(
      x,
      fresh(
        tf,
        x.shape.map((size) => (pick(2) ? size : 1)),
        pick(1000),
      ),
    ),
  mulSuffix: (tf, x, pick) => tf.mul(fresh(tf, x.shape.slice(pick(4)), pick(1000)), x),
  outgrow: (tf, x, pick) =>
    tf.sub(
      fresh(
        tf,
        x.shape.map((size) => (size === 1 ? 1 + pick(3) : size)),
        pick(1000),
      ),
      x,
    ),
  mean: (tf, x, pick) => tf.mean(x, [pick(4)], true),
  sumDropped: (tf, x, pick) => {
    const axis = pick(4);
    return tf.expandDims(tf.sum(x, axis), pick(4));
  },
  max: (tf, x, pick) => tf.max(x, [pick(3), 3], true),
  centre: (tf, x, pick) => tf.sub(x, tf.mean(x, [1, 2 + pick(2)], true)),
  transpose: (tf, x, pick) => {
    const left = [0, 1, 2, 3];
    const perm = [0, 1, 2, 3].map(() => left.splice(pick(left.length), 1)[0]!);
    return tf.transpose(x, perm);
  },
  reshape: (tf, x, pick) => {
    const [a, b, c, d] = x.shape as [number, number, number, number];
    return tf.reshape(
      x,
      [
        [a * b, c, 1, d],
        [1, a, b * c, d],
        [d, c, b, a],
        [a, 1, b, c * d],
      ][pick(4)]!,
    );
  },
  concat: (tf, x, pick) => tf.concat([x, fresh(tf, x.shape, pick(1000)), tf.neg(x)], pick(4)),
  slice: (tf, x, pick) => {
    const begin = x.shape.map((size) => pick(size));
    return tf.slice(
      x,
      begin,
      x.shape.map((size, i) => 1 + pick(size - begin[i]!)),
    );
  },
  pad: (tf, x, pick) =>
    tf.pad(
      x,
      x.shape.map(() => [pick(3), pick(2)] as [number, number]),
      0.5,
    ),
  tile: (tf, x, pick) =>
    tf.tile(
      x,
      x.shape.map(() => 1 + pick(2)),
    ),
  reverse: (tf, x, pick) => tf.reverse(x, [pick(4)]),
  // Gives the chain an image layout to carry through the links after it.
  conv: (tf, x, pick) => {
    const [, , , c] = x.shape as [number, number, number, number];
    const filter = fresh(tf, [1, 1, c, 1 + pick(3)], 6);
    return tf.conv2d(x as Tensor<never>, filter as Tensor<never>, 1, 'valid');
  },
};

const MAX_ELEMENTS = 5000;

/** Runs the chain; a link that would let the tensor grow too large is left out. */
function follow(tf: Tf, x: Tensor, names: readonly string[], seed: number): Tensor {
  const random = randomSource(seed);
  const pick = (count: number) => Math.floor(((random() + 1) / 2) * count);
  return names.reduce((value, name) => {
    const next = links[name]!(tf, value, pick);
    return next.size > MAX_ELEMENTS ? value : next;
  }, x);
}

test('chains of elementwise, reducing and shaping operations agree with the reference, gradients included', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }),
    fc.array(fc.constantFrom(...Object.keys(links)), { minLength: 1, maxLength: 7 }),
    fc.integer({ min: 1, max: 1000 }),
    async (shape, names, seed) => {
      const program = ({ tf }: Engine) => {
        const x = fresh(tf, shape, seed);
        const weighted = (input: Tensor) => {
          const y = follow(tf, input, names, seed);
          return tf.sum(tf.mul(y, fresh(tf, y.shape, 2)));
        };
        return [follow(tf, x, names, seed), tf.grad(weighted)(x)];
      };
      const [expected, actual] = [await resultsOn(cpu, program), await resultsOn(ort, program)];
      expect(actual.shapes).toEqual(expected.shapes);
      actual.values.forEach((values, i) =>
        expect(difference(values, expected.values[i]!, 1)).toBeLessThan(5e-6),
      );
    },
  );
  await fc.assert(property, { numRuns: 200, seed: 1 });
});
