import type { TensorDefinition } from '../registry/index.js';
import { blend } from './blend.js';
import { detach } from './detach.js';
import { downscale } from './downscale.js';
import { edges } from './edges.js';
import { erase } from './erase.js';
import { grey } from './grey.js';
import { imagePool } from './image-pool.js';
import { interpolate } from './interpolate.js';
import { noise } from './noise.js';
import { normalSample } from './normal-sample.js';
import { perturb } from './perturb.js';
import { randomLabel } from './random-label.js';
import { randomMask } from './random-mask.js';

/** Every tensor type a game can name; one file each in this folder. */
export const tensors: readonly TensorDefinition[] = [
  blend,
  detach,
  downscale,
  edges,
  erase,
  grey,
  imagePool,
  interpolate,
  noise,
  normalSample,
  perturb,
  randomLabel,
  randomMask,
];
