import type { TensorDefinition } from '../registry/index.js';

/** Every tensor a recipe can name; one file each in this folder. */
export const tensors: readonly TensorDefinition[] = [];
