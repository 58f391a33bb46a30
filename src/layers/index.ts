import type { LayerDefinition } from '../registry/index.js';
import { batchNorm } from './batch-norm.js';
import { concat } from './concat.js';
import { conv } from './conv.js';
import { dropout } from './dropout.js';
import { instanceNorm } from './instance-norm.js';
import { leakyRelu } from './leaky-relu.js';
import { relu } from './relu.js';
import { sigmoid } from './sigmoid.js';
import { tanh } from './tanh.js';
import { transposedConv } from './transposed-conv.js';

/** Every layer a recipe can name; one file each in this folder. */
export const layers: readonly LayerDefinition[] = [
  batchNorm,
  concat,
  conv,
  dropout,
  instanceNorm,
  leakyRelu,
  relu,
  sigmoid,
  tanh,
  transposedConv,
];
