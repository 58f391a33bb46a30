import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import { sizeOf } from '../../../core/shape.js';
import type { AdamStep } from '../../../core/ops.js';
import { APPLY_ADAM } from '../../ops.js';
import type { WebgpuBackend } from '../backend.js';
import { groupsFor, newTensor, perElement, type Program, runProgram } from '../program.js';

const STATE = { m: 'read_write', v: 'read_write', g: 'read', stepSize: 'read', epsilon: 'read' } as const;
const NUMBERS = { beta1: 'f32', rest1: 'f32', beta2: 'f32', rest2: 'f32' } as const;

/** Adam in one pass over weights, moments and gradient, in the order of operations of ops.ts. */
const update = (before: 'w' | 'old'): string =>
  perElement(
    'w',
    `  let gradient = g[i];
  let mean = m[i] * numbers.beta1 + gradient * numbers.rest1;
  let square = v[i] * numbers.beta2 + gradient * gradient * numbers.rest2;
  m[i] = mean;
  v[i] = square;
  w[i] = ${before}[i] - mean * stepSize[0] / (sqrt(square) + epsilon[0]);`,
  );

const IN_PLACE: Program<'w' | keyof typeof STATE, keyof typeof NUMBERS> = {
  name: 'gan_adam',
  tensors: { w: 'read_write', ...STATE },
  numbers: NUMBERS,
  code: update('w'),
};

const ELSEWHERE: Program<'w' | 'old' | keyof typeof STATE, keyof typeof NUMBERS> = {
  name: 'gan_adam_elsewhere',
  tensors: { w: 'read_write', old: 'read', ...STATE },
  numbers: NUMBERS,
  code: update('old'),
};

const COPY: Program<'copy' | 'original', never> = {
  name: 'gan_copy',
  tensors: { copy: 'read_write', original: 'read' },
  numbers: {},
  code: perElement('copy', `  copy[i] = original[i];`),
};

/**
 * Adam that writes where weights and moments stand. Values that somebody else holds, too, are left as they are: a tape
 * holds the weights that a gradient was taken with.
 */
export function adamKernel(backendName: string, backend: WebgpuBackend): KernelConfig {
  // What has been read is not kept on the host beside what stands on the device: that changes.
  backend.convertAndCacheOnCPU = (_dataId, values) => values;

  // One reference is the variable's own.
  const isShared = ({ dataId }: TensorInfo) => backend.refCount(dataId) > 1;
  const inPlace = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => {
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  };
  const writable = (original: TensorInfo): TensorInfo => {
    if (!isShared(original)) return inPlace(original);
    const copy = newTensor(backend, original.shape);
    runProgram(backend, COPY, { copy, original }, {}, groupsFor(backend, sizeOf(copy.shape)));
    return copy;
  };

  return {
    kernelName: APPLY_ADAM,
    backendName,
    kernelFunc({ inputs, attrs }) {
      const {
        w: old,
        g,
        stepSize,
        epsilon,
      } = inputs as Record<'w' | 'g' | 'stepSize' | 'epsilon', TensorInfo>;
      const { beta1, beta2 } = attrs as unknown as Pick<AdamStep, 'beta1' | 'beta2'>;
      const numbers = { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 };
      const state = { m: writable(inputs['m']!), v: writable(inputs['v']!), g, stepSize, epsilon };
      const shared = isShared(old);
      const w = shared ? newTensor(backend, old.shape) : inPlace(old);
      const groups = groupsFor(backend, sizeOf(w.shape));
      if (shared) runProgram(backend, ELSEWHERE, { w, old, ...state }, numbers, groups);
      else runProgram(backend, IN_PLACE, { w, ...state }, numbers, groups);
      return [w, state.m, state.v];
    },
  };
}
