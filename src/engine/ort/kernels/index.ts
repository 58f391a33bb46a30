import { convKernels } from './conv.js';
import { depthwiseKernels } from './depthwise.js';
import { elementwiseKernels } from './elementwise.js';
import { imageKernels } from './image.js';
import type { Kernel } from './kernel.js';
import { linearKernels } from './linear.js';
import { normalisationKernels } from './normalisation.js';
import { reduceKernels } from './reduce.js';
import { shapeKernels } from './shape.js';

/** Every tfjs kernel that this engine implements. */
export const kernels: readonly Kernel[] = [
  ...elementwiseKernels,
  ...reduceKernels,
  ...shapeKernels,
  ...convKernels,
  ...depthwiseKernels,
  ...imageKernels,
  ...linearKernels,
  ...normalisationKernels,
];
