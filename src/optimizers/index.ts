import type { OptimizerDefinition } from '../registry/index.js';
import { adam } from './adam.js';

/** Every optimizer a recipe can name; one file each in this folder. */
export const optimizers: readonly OptimizerDefinition[] = [adam];
