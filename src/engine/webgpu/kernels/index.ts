import type { KernelConfig } from '@tensorflow/tfjs';
import type { Tf } from '../../../core/ops.js';
import type { WebgpuBackend } from '../backend.js';
import { adamKernel } from './adam.js';
import { batchNormKernels } from './batch-norm.js';
import { convKernels } from './conv.js';
import { log1pKernel } from './log1p.js';

/** Kernels that tfjs-backend-webgpu lacks, or that are quicker or closer here. */
export const ownKernels = (tf: Tf, backendName: string, backend: WebgpuBackend): KernelConfig[] => [
  adamKernel(backendName, backend),
  ...batchNormKernels(backendName, backend),
  ...convKernels(tf, backendName, backend),
  log1pKernel(tf, backendName, backend),
];
