import { shippedDefinitions } from '../../src/definitions.js';
import { type Kind, type Kinds, Registry } from '../../src/registry/index.js';

const shipped = shippedDefinitions();
const some = <K extends Kind>(kind: K, types: string): readonly Kinds[K][] =>
  types.split(' ').map((type) => shipped.get(kind, type));

/** Some of what ships, for tests of messages: these list choices, and what is added to the house is in none of them. */
export const smallRegistry = new Registry({
  dataset: some('dataset', 'class-folders images side-by-side synthetic-maps'),
  network: some('network', 'dcgan-generator encoder-decoder layers patchgan resnet resnet-encoder unet'),
  layer: some(
    'layer',
    'add batch-norm concat conv dense dropout global-pool group-norm instance-norm layer-norm leaky-relu pad pool projection relu reshape sigmoid tanh transposed-conv upsample',
  ),
  initialiser: some('initialiser', 'he normal'),
  tensor: some('tensor', 'detach downscale image-pool interpolate noise random-label'),
  loss: some('loss', 'bce cross-entropy gradient-penalty hinge l1 l2 lsgan patch-nce r1 relativistic wgan'),
  optimizer: some('optimizer', 'adam rmsprop sgd'),
  schedule: some('schedule', 'linear-decay warm-up'),
  metric: some('metric', 'diversity fid l1 pixel-accuracy psnr ssim'),
});
