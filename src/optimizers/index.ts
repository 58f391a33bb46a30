import type { OptimizerDefinition } from '../registry/index.js';

/** Every optimizer a recipe can name; one file each in this folder. */
export const optimizers: readonly OptimizerDefinition[] = [];
