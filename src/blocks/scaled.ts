import { Type } from 'typebox';
import type { Random } from '../core/random.js';
import { type Shape, sizeOf } from '../core/shape.js';

export const distributionParam = () =>
  Type.Enum(['normal', 'uniform'], {
    default: 'normal',
    description: 'The shape of the distribution; its variance is the same either way.',
  });

export const gainParam = () =>
  Type.Number({ exclusiveMinimum: 0, default: 1, description: 'Factor on the standard deviation.' });

/** Draws of mean 0 and the given standard deviation; a uniform distribution has it where its limit is sqrt(3) times that. */
export function drawScaled(
  shape: Shape,
  deviation: number,
  distribution: 'normal' | 'uniform',
  random: Random,
): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (distribution === 'normal') return random.fillNormal(values, 0, deviation);
  const limit = Math.sqrt(3) * deviation;
  return values.map(() => limit * (2 * random.uniform() - 1));
}
