import type { LayerDefinition } from '../registry/index.js';
import { adaptiveInstanceNorm } from './adaptive-instance-norm.js';
import { add } from './add.js';
import { batchNorm } from './batch-norm.js';
import { concat } from './concat.js';
import { conditionalBatchNorm } from './conditional-batch-norm.js';
import { constant } from './constant.js';
import { conv } from './conv.js';
import { dense } from './dense.js';
import { dilatedConv } from './dilated-conv.js';
import { dropout } from './dropout.js';
import { elu } from './elu.js';
import { gelu } from './gelu.js';
import { globalPool } from './global-pool.js';
import { groupNorm } from './group-norm.js';
import { instanceNorm } from './instance-norm.js';
import { layerNorm } from './layer-norm.js';
import { leakyRelu } from './leaky-relu.js';
import { minibatchStddev } from './minibatch-stddev.js';
import { modulatedConv } from './modulated-conv.js';
import { noise } from './noise.js';
import { pad } from './pad.js';
import { pixelNorm } from './pixel-norm.js';
import { pixelShuffle } from './pixel-shuffle.js';
import { pool } from './pool.js';
import { prelu } from './prelu.js';
import { projection } from './projection.js';
import { relu } from './relu.js';
import { reshape } from './reshape.js';
import { resizeConv } from './resize-conv.js';
import { selfAttention } from './self-attention.js';
import { sigmoid } from './sigmoid.js';
import { silu } from './silu.js';
import { softmax } from './softmax.js';
import { softplus } from './softplus.js';
import { tanh } from './tanh.js';
import { transposedConv } from './transposed-conv.js';
import { upsample } from './upsample.js';

/** Every layer a recipe can name; one file each in this folder. */
export const layers: readonly LayerDefinition[] = [
  adaptiveInstanceNorm,
  add,
  batchNorm,
  concat,
  conditionalBatchNorm,
  constant,
  conv,
  dense,
  dilatedConv,
  dropout,
  elu,
  gelu,
  globalPool,
  groupNorm,
  instanceNorm,
  layerNorm,
  leakyRelu,
  minibatchStddev,
  modulatedConv,
  noise,
  pad,
  pixelNorm,
  pixelShuffle,
  pool,
  prelu,
  projection,
  relu,
  reshape,
  resizeConv,
  selfAttention,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
  transposedConv,
  upsample,
];
