import type { NetworkDefinition } from '../registry/index.js';

/** Every network a recipe can name; one file each in this folder. */
export const networks: readonly NetworkDefinition[] = [];
