import type { NetworkDefinition } from '../registry/index.js';
import { coarseToFine } from './coarse-to-fine.js';
import { dcganDiscriminator } from './dcgan-discriminator.js';
import { dcganGenerator } from './dcgan-generator.js';
import { encoderDecoder } from './encoder-decoder.js';
import { layers } from './layers.js';
import { mlp } from './mlp.js';
import { patchgan } from './patchgan.js';
import { resnet } from './resnet.js';
import { resnetEncoder } from './resnet-encoder.js';
import { snganDiscriminator } from './sngan-discriminator.js';
import { snganGenerator } from './sngan-generator.js';
import { srresnet } from './srresnet.js';
import { stylegan2Discriminator } from './stylegan2-discriminator.js';
import { stylegan2Synthesis } from './stylegan2-synthesis.js';
import { unet } from './unet.js';

/** Every network type a recipe can name; one file each in this folder. */
export const networks: readonly NetworkDefinition[] = [
  coarseToFine,
  dcganDiscriminator,
  dcganGenerator,
  encoderDecoder,
  layers,
  mlp,
  patchgan,
  resnet,
  resnetEncoder,
  snganDiscriminator,
  snganGenerator,
  srresnet,
  stylegan2Discriminator,
  stylegan2Synthesis,
  unet,
];
