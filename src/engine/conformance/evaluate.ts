import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { Random } from '../../core/random.js';
import { sizeOf } from '../../core/shape.js';
import type { Engine } from '../definition.js';
import type { Case, Compute } from './case.js';

/** A tensor of a case's results, read. */
export interface Result {
  /** `value`, `gradient of input 0`, `penalty's gradient of input 0`. */
  readonly what: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

/** Everything a case computes on an engine. Read asynchronously: not every engine can wait. */
export async function evaluate(engine: Engine, each: Case): Promise<Result[]> {
  const { tf } = engine;
  await tf.setBackend(engine.name);
  const named = tf.tidy(() => compute(engine, each));
  const tensors = Object.entries(named);
  try {
    const values = await Promise.all(tensors.map(([, tensor]) => tensor.data()));
    return tensors.map(([what, { shape, dtype }], i) => ({ what, shape, dtype, values: values[i]! }));
  } finally {
    tf.dispose(named);
  }
}

function compute(engine: Compute, { inputs, run, order = 1 }: Case): Record<string, Tensor> {
  const { tf } = engine;
  const results: Record<string, Tensor> = {};
  const named = (what: string, tensors: readonly Tensor[]) =>
    tensors.forEach(
      (tensor, i) => (results[tensors.length > 1 || what !== 'value' ? `${what} ${i}` : what] = tensor),
    );

  const tensors = inputs.map((shape, i) => uniform(engine, shape, `input ${i}`));
  named('value', [run(engine, ...tensors)].flat());
  if (order === 0) return results;

  // Weighted by random numbers: a plain sum would hide errors that cancel.
  const weighted =
    (shaped: (value: Tensor) => Tensor) =>
    (...args: Tensor[]): Scalar => {
      const values = [run(engine, ...args)].flat();
      return tf.addN(
        values.map((value, i) => tf.sum(tf.mul(shaped(value), uniform(engine, value.shape, `weights ${i}`)))),
      );
    };
  named('gradient of input', tf.grads(weighted((value) => value))(tensors));
  if (order === 1) return results;

  // As a gradient penalty takes it, by every input at once; curved, since a linear function's gradient is constant.
  const curved = weighted((value) => tf.add(value, tf.mul(tf.square(value), 0.5)));
  const penalty = (...args: Tensor[]): Scalar =>
    tf.addN(
      tf
        .grads(curved)(args)
        .map((gradient, i) => tf.mul(tf.sum(tf.square(gradient)), 1 / (i + 1))),
    );
  named("penalty's gradient of input", tf.grads(penalty)(tensors));
  return results;
}

/** The same values in [-1, 1) on every engine. */
function uniform({ tf }: Compute, shape: readonly number[], purpose: string): Tensor {
  const random = new Random('conformance', purpose);
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform() * 2 - 1),
    [...shape],
  );
}
