import type { KernelConfig } from '@tensorflow/tfjs';
import { sizeOf } from '../../../core/shape.js';
import type { Tf } from '../../../core/ops.js';
import type { WebgpuBackend } from '../backend.js';
import { groupsFor, newTensor, perElement, type Program, runProgram } from '../program.js';
import { replacing } from './replacing.js';

/**
 * log(1 + x) near 0 as 2 artanh(s), s = x / (2 + x), by its series as far as float32 can tell: WGSL's log may be off by
 * 2^-21 there, whatever small number it should give, and 1 + x is rounded.
 */
const LOG1P: Program<'y' | 'x', never> = {
  name: 'gan_log1p',
  tensors: { y: 'read_write', x: 'read' },
  numbers: {},
  code: perElement(
    'y',
    `  let value = x[i];
  if (abs(value) < 0.25) {
    let s = value / (2 + value);
    let square = s * s;
    y[i] = 2 * s * (1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7))));
  } else {
    y[i] = log(1 + value);
  }`,
  ),
};

/** log(1 + x) of float32. */
export const log1pKernel = (tf: Tf, backendName: string, backend: WebgpuBackend): KernelConfig =>
  replacing<'x'>(tf, backendName, 'Log1p', ({ x }) => {
    if (x.dtype !== 'float32') return undefined;
    const y = newTensor(backend, x.shape);
    runProgram(backend, LOG1P, { y, x }, {}, groupsFor(backend, sizeOf(y.shape)));
    return y;
  });
