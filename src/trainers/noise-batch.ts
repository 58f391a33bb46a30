import { Random } from '../core/random.js';
import { sizeOf } from '../core/shape.js';
import type { Batch } from '../data/index.js';
import type { Plan } from '../plan/index.js';

/** A batch of noise in [-1, 1], the same for the same step: for timing and testing steps, whose time does not depend on the values. */
export function noiseBatch(plan: Plan, step: number, size = plan.recipe.train.batch): Batch {
  const fields = Object.values(plan.fields).map(({ name, shape }) => {
    const random = new Random('batch', step, name);
    const data = Float32Array.from({ length: size * sizeOf(shape) }, () => random.uniform() * 2 - 1);
    return [name, { data, shape: [size, ...shape] }] as const;
  });
  return { fields: Object.fromEntries(fields), names: { pairs: [`example ${step}`] }, size };
}
