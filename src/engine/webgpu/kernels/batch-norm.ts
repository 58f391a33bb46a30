import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import { sizeOf } from '../../../core/shape.js';
import { BATCH_NORM, BATCH_NORM_GRADIENT } from '../../normalise.js';
import type { WebgpuBackend } from '../backend.js';
import { groupsFor, newTensor, perElement, type Program, runProgram } from '../program.js';
import { COLUMN_CODE, COLUMN_MAIN, finish, ROW_STEP, rowPerChunk, share } from './columns.js';

/** Mean and biased variance of a chunk of rows, the variance about that mean: nothing cancels out. */
const MOMENTS: Program<'mean' | 'variance' | 'x', 'rows' | 'columns'> = {
  name: 'gan_moments',
  tensors: { mean: 'read_write', variance: 'read_write', x: 'read' },
  numbers: { rows: 'u32', columns: 'u32' },
  code: `${COLUMN_CODE}
${COLUMN_MAIN} {
  let at = place(group, lane);
  var sum = 0.0;
  for (var row = at.first; row < at.end; row += ${ROW_STEP}) { sum += x[row * numbers.columns + at.column]; }
  let centre = total(lane, sum) / at.count;
  var squares = 0.0;
  for (var row = at.first; row < at.end; row += ${ROW_STEP}) {
    let distance = x[row * numbers.columns + at.column] - centre;
    squares += distance * distance;
  }
  squares = total(lane, squares) / at.count;
  if (at.writes) {
    let to = at.chunk * numbers.columns + at.column;
    mean[to] = centre;
    variance[to] = squares;
  }
}`,
};

/** Moments of everything from those of chunks (Chan, Golub & LeVeque 1983). One workgroup goes through all chunks. */
const COMBINED_MOMENTS: Program<
  'mean' | 'variance' | 'means' | 'variances',
  'rows' | 'columns' | 'all' | 'each'
> = {
  name: 'gan_combined_moments',
  tensors: { mean: 'read_write', variance: 'read_write', means: 'read', variances: 'read' },
  numbers: { rows: 'u32', columns: 'u32', all: 'u32', each: 'u32' },
  code: `${COLUMN_CODE}
fn weight(chunk: u32) -> f32 {
  return f32(min(numbers.each, numbers.all - chunk * numbers.each)) / f32(numbers.all);
}
${COLUMN_MAIN} {
  let at = place(vec3u(group.x, 0u, 0u), lane);
  let end = select(0u, numbers.rows, at.inside);
  var sum = 0.0;
  for (var row = at.first; row < end; row += ${ROW_STEP}) {
    sum += means[row * numbers.columns + at.column] * weight(row);
  }
  let centre = total(lane, sum);
  var squares = 0.0;
  for (var row = at.first; row < end; row += ${ROW_STEP}) {
    let i = row * numbers.columns + at.column;
    let distance = means[i] - centre;
    squares += (variances[i] + distance * distance) * weight(row);
  }
  squares = total(lane, squares);
  if (at.writes) {
    mean[at.column] = centre;
    variance[at.column] = squares;
  }
}`,
};

const NORMALISE: Program<'y' | 'x' | 'mean' | 'variance' | 'gamma' | 'beta', 'columns' | 'epsilon'> = {
  name: 'gan_normalise',
  tensors: {
    y: 'read_write',
    x: 'read',
    mean: 'read',
    variance: 'read',
    gamma: 'read',
    beta: 'read',
  },
  numbers: { columns: 'u32', epsilon: 'f32' },
  code: perElement(
    'y',
    `  let c = i % numbers.columns;
  y[i] = (x[i] - mean[c]) * (inverseSqrt(variance[c] + numbers.epsilon) * gamma[c]) + beta[c];`,
  ),
};

/** Sums of dy and of dy (x - mean) / deviation over a chunk of rows. */
const PARAMETER_GRADIENTS: Program<
  'dbeta' | 'dgamma' | 'dy' | 'x' | 'mean' | 'variance',
  'rows' | 'columns' | 'epsilon'
> = {
  name: 'gan_normalise_parameter_gradients',
  tensors: {
    dbeta: 'read_write',
    dgamma: 'read_write',
    dy: 'read',
    x: 'read',
    mean: 'read',
    variance: 'read',
  },
  numbers: { rows: 'u32', columns: 'u32', epsilon: 'f32' },
  code: `${COLUMN_CODE}
${COLUMN_MAIN} {
  let at = place(group, lane);
  let centre = mean[min(at.column, numbers.columns - 1u)];
  var sum = 0.0;
  var products = 0.0;
  for (var row = at.first; row < at.end; row += ${ROW_STEP}) {
    let i = row * numbers.columns + at.column;
    sum += dy[i];
    products += dy[i] * (x[i] - centre);
  }
  sum = total(lane, sum);
  products = total(lane, products);
  if (at.writes) {
    let to = at.chunk * numbers.columns + at.column;
    dbeta[to] = sum;
    dgamma[to] = products * inverseSqrt(variance[at.column] + numbers.epsilon);
  }
}`,
};

/** See normalise.ts for the formula; E[u c] r is dgamma over the number of rows. */
const INPUT_GRADIENT: Program<
  'dx' | 'dy' | 'x' | 'mean' | 'variance' | 'gamma' | 'dbeta' | 'dgamma',
  'rows' | 'columns' | 'epsilon'
> = {
  name: 'gan_normalise_input_gradient',
  tensors: {
    dx: 'read_write',
    dy: 'read',
    x: 'read',
    mean: 'read',
    variance: 'read',
    gamma: 'read',
    dbeta: 'read',
    dgamma: 'read',
  },
  numbers: { rows: 'u32', columns: 'u32', epsilon: 'f32' },
  code: perElement(
    'dx',
    `  let c = i % numbers.columns;
  let r = inverseSqrt(variance[c] + numbers.epsilon);
  let count = f32(numbers.rows);
  dx[i] = r * gamma[c] * (dy[i] - dbeta[c] / count - (x[i] - mean[c]) * r * (dgamma[c] / count));`,
  ),
};

/** Batch normalisation of NHWC images in training, and its gradient: two or three programs each. */
export function batchNormKernels(backendName: string, backend: WebgpuBackend): KernelConfig[] {
  return [
    {
      kernelName: BATCH_NORM,
      backendName,
      kernelFunc({ inputs, attrs }) {
        const { x, gamma, beta } = inputs as Record<'x' | 'gamma' | 'beta', TensorInfo>;
        const epsilon = attrs?.['epsilon'] as number;
        const { mean, variance } = moments(backend, x);
        const y = newTensor(backend, x.shape);
        const tensors = { y, x, mean, variance, gamma, beta };
        const elements = groupsFor(backend, sizeOf(x.shape));
        runProgram(backend, NORMALISE, tensors, { columns: x.shape.at(-1)!, epsilon }, elements);
        for (const { dataId } of [mean, variance]) backend.incRef(dataId);
        return [y, mean, variance, { ...mean }, { ...variance }];
      },
    },
    {
      kernelName: BATCH_NORM_GRADIENT,
      backendName,
      kernelFunc({ inputs, attrs }) {
        const { dy, x, gamma, saved0, saved1 } = inputs as Record<string, TensorInfo>;
        const [mean, variance] = [saved0!, saved1!];
        const shared = share(x!.shape);
        const { rows, columns } = shared;
        const numbers = { rows, columns, epsilon: attrs?.['epsilon'] as number };
        const given = { dy: dy!, x: x!, mean, variance };
        const parts = { dbeta: rowPerChunk(backend, shared), dgamma: rowPerChunk(backend, shared) };
        runProgram(backend, PARAMETER_GRADIENTS, { ...given, ...parts }, numbers, shared.dispatch);
        const dbeta = finish(backend, parts.dbeta, shared);
        const dgamma = finish(backend, parts.dgamma, shared);
        const dx = newTensor(backend, x!.shape);
        const tensors = { ...given, dx, gamma: gamma!, dbeta, dgamma };
        runProgram(backend, INPUT_GRADIENT, tensors, numbers, groupsFor(backend, sizeOf(x!.shape)));
        return [dx, dgamma, dbeta];
      },
    },
  ];
}

/** Mean and biased variance over all axes but the last, as vectors. */
function moments(backend: WebgpuBackend, x: TensorInfo): Record<'mean' | 'variance', TensorInfo> {
  const shared = share(x.shape);
  const { rows, columns, chunks, dispatch } = shared;
  const parts = { mean: rowPerChunk(backend, shared), variance: rowPerChunk(backend, shared) };
  runProgram(backend, MOMENTS, { ...parts, x }, { rows, columns }, dispatch);
  if (chunks === 1) return parts;
  const whole = { mean: newTensor(backend, [columns]), variance: newTensor(backend, [columns]) };
  runProgram(
    backend,
    COMBINED_MOMENTS,
    { ...whole, means: parts.mean, variances: parts.variance },
    { rows: chunks, columns, all: rows, each: shared.each },
    [dispatch[0], 1, 1],
  );
  for (const { dataId } of Object.values(parts)) backend.disposeData(dataId);
  return whole;
}
