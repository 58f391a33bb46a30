import type { InitialiserDefinition } from '../registry/index.js';
import { he } from './he.js';
import { normal } from './normal.js';
import { orthogonal } from './orthogonal.js';
import { xavier } from './xavier.js';

/** Every initialiser a recipe can name; one file each in this folder. */
export const initialisers: readonly InitialiserDefinition[] = [he, normal, orthogonal, xavier];
