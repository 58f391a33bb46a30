import type { LossDefinition } from '../registry/index.js';

/** Every loss a recipe can name; one file each in this folder. */
export const losses: readonly LossDefinition[] = [];
