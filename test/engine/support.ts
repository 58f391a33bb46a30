import type { Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../../src/engine/index.js';

/** Reproducible values in [-1, 1): xorshift32. */
export function randomSource(seed = 1): () => number {
  let state = seed * 2654435761 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}

export function randomArray(size: number, random: () => number, scale = 1): Float32Array {
  return Float32Array.from({ length: size }, () => random() * scale);
}

export { difference } from '../../src/engine/conformance/index.js';

export interface Results {
  readonly shapes: number[][];
  readonly dtypes: string[];
  readonly values: ArrayLike<number>[];
}

/** Runs a program on an engine and reads what it returns; nothing else stays behind. */
export async function resultsOn(
  engine: Engine,
  program: (engine: Engine) => Tensor | Tensor[],
): Promise<Results> {
  const { tf } = engine;
  await tf.setBackend(engine.name);
  const tensors = tf.tidy(() => [program(engine)].flat());
  const results = {
    shapes: tensors.map(({ shape }) => shape),
    dtypes: tensors.map(({ dtype }) => dtype),
    values: tensors.map((tensor) => tensor.dataSync()),
  };
  tf.dispose(tensors);
  return results;
}
