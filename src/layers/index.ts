import type { LayerDefinition } from '../registry/index.js';

/** Every layer a recipe can name; one file each in this folder. */
export const layers: readonly LayerDefinition[] = [];
