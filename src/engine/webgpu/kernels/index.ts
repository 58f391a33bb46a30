import type { KernelConfig } from '@tensorflow/tfjs';
import type { WebgpuBackend } from '../backend.js';
import { adamKernel } from './adam.js';
import { batchNormKernels } from './batch-norm.js';

/** Kernels that tfjs-backend-webgpu lacks, or that need fewer programs here. */
export function ownKernels(backendName: string, backend: WebgpuBackend): KernelConfig[] {
  return [adamKernel(backendName, backend), ...batchNormKernels(backendName, backend)];
}
