import type { NetworkDefinition } from '../registry/index.js';
import { encoderDecoder } from './encoder-decoder.js';
import { layers } from './layers.js';
import { patchgan } from './patchgan.js';
import { unet } from './unet.js';

/** Every network type a recipe can name; one file each in this folder. */
export const networks: readonly NetworkDefinition[] = [encoderDecoder, layers, patchgan, unet];
