import { Type } from 'typebox';
import { sizeOf } from '../core/shape.js';
import { gainParam } from '../blocks/index.js';
import { defineInitialiser } from '../registry/index.js';

export const orthogonal = defineInitialiser({
  type: 'orthogonal',
  summary: 'A random orthogonal matrix: no direction is stretched or lost at first.',
  description:
    'The kernel as a matrix with one column per entry of its last axis. Where it has more rows than columns the columns are orthonormal, else the rows. Gram-Schmidt on normal draws, so that it is uniform over all such matrices; a 4x4 convolution of 512 to 512 channels takes seconds.',
  formula: 'W^T W = gain^2 I',
  paper: 'arXiv:1312.6120',
  params: Type.Object({ gain: gainParam() }, { additionalProperties: false }),
  example: { type: 'orthogonal' },

  build:
    ({ gain }) =>
    (shape, _fans, random) => {
      const columns = shape.at(-1) ?? 1;
      const rows = sizeOf(shape) / columns;
      const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
      const vectors: Float64Array[] = [];
      while (vectors.length < count) {
        const vector = Float64Array.from(random.fillNormal(new Float32Array(length)));
        // Twice, since once leaves what rounding puts back.
        for (let pass = 0; pass < 2; pass++) for (const other of vectors) removeAlong(vector, other);
        const norm = Math.sqrt(dot(vector, vector));
        // Numerically in the span of the others: another draw.
        if (norm > 1e-6) vectors.push(vector.map((x) => x / norm));
      }
      const values = new Float32Array(rows * columns);
      const [across, along] = rows >= columns ? [1, columns] : [columns, 1];
      vectors.forEach((vector, i) => {
        for (let j = 0; j < length; j++) values[i * across + j * along] = gain * vector[j]!;
      });
      return values;
    },
});

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Subtracts from `vector` its part along the unit vector `unit`. */
function removeAlong(vector: Float64Array, unit: Float64Array): void {
  const part = dot(vector, unit);
  for (let i = 0; i < vector.length; i++) vector[i]! -= part * unit[i]!;
}
