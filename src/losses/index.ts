import type { LossDefinition } from '../registry/index.js';
import { bce } from './bce.js';
import { charbonnier } from './charbonnier.js';
import { crossEntropy } from './cross-entropy.js';
import { gradientDifference } from './gradient-difference.js';
import { gradientPenalty } from './gradient-penalty.js';
import { hinge } from './hinge.js';
import { kl } from './kl.js';
import { l1 } from './l1.js';
import { l2 } from './l2.js';
import { lsgan } from './lsgan.js';
import { patchNce } from './patch-nce.js';
import { pathLength } from './path-length.js';
import { r1 } from './r1.js';
import { relativistic } from './relativistic.js';
import { ssim } from './ssim.js';
import { totalVariation } from './total-variation.js';
import { wgan } from './wgan.js';

/** Every loss a recipe can name; one file each in this folder. */
export const losses: readonly LossDefinition[] = [
  bce,
  charbonnier,
  crossEntropy,
  gradientDifference,
  gradientPenalty,
  hinge,
  kl,
  l1,
  l2,
  lsgan,
  patchNce,
  pathLength,
  r1,
  relativistic,
  ssim,
  totalVariation,
  wgan,
];
