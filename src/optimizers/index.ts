import type { OptimizerDefinition } from '../registry/index.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

/** Every optimizer a recipe can name; one file each in this folder. */
export const optimizers: readonly OptimizerDefinition[] = [adam, adamw, rmsprop, sgd];
