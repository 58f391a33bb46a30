import type { LossDefinition } from '../registry/index.js';
import { bce } from './bce.js';
import { hinge } from './hinge.js';
import { l1 } from './l1.js';
import { l2 } from './l2.js';
import { lsgan } from './lsgan.js';

/** Every loss a recipe can name; one file each in this folder. */
export const losses: readonly LossDefinition[] = [bce, hinge, l1, l2, lsgan];
