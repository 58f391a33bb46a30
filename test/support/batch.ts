import { Random } from '../../src/core/random.js';
import { sizeOf } from '../../src/core/shape.js';
import type { Batch } from '../../src/data/types.js';
import type { Plan } from '../../src/plan/types.js';

/** A batch of noise in [-1, 1], the same for the same step. */
export function noiseBatch(plan: Plan, step: number, size = plan.recipe.train.batch): Batch {
  const fields = Object.values(plan.fields).map(({ name, shape }) => {
    const random = new Random('batch', step, name);
    const data = Float32Array.from({ length: size * sizeOf(shape) }, () => random.uniform() * 2 - 1);
    return [name, { data, shape: [size, ...shape] }] as const;
  });
  return { fields: Object.fromEntries(fields), names: { pairs: [`example ${step}`] }, size };
}
