import type { Tensor } from '@tensorflow/tfjs';
import { openEngine } from '../../src/engine/index.js';
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

/**
 * Largest difference, relative to the largest expected value, or to `floor` if that is larger: where everything
 * cancels out, nothing but rounding is left to be compared.
 */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-3): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  let scale = floor;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [Number(actual[i]), Number(expected[i])];
    if (Object.is(a, b)) continue;
    scale = Math.max(scale, Number.isFinite(b) ? Math.abs(b) : 0);
    const distance = Math.abs(a - b);
    worst = Math.max(worst, a === b ? 0 : Number.isNaN(distance) ? Infinity : distance);
  }
  return worst / scale;
}

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

export const openCpu = (): Promise<Engine> => openEngine('cpu');
