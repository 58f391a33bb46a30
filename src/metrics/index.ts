import type { MetricDefinition } from '../registry/index.js';
import { diversity } from './diversity.js';
import { fid } from './fid.js';
import { kid } from './kid.js';
import { l1 } from './l1.js';
import { pixelAccuracy } from './pixel-accuracy.js';
import { psnr } from './psnr.js';
import { ssim } from './ssim.js';

/** Every metric a recipe can name; one file each in this folder. */
export const metrics: readonly MetricDefinition[] = [diversity, fid, kid, l1, pixelAccuracy, psnr, ssim];
