import type { TensorDefinition } from '../registry/index.js';
import { detach } from './detach.js';
import { noise } from './noise.js';

/** Every tensor type a game can name; one file each in this folder. */
export const tensors: readonly TensorDefinition[] = [detach, noise];
