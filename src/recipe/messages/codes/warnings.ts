import type { Codes } from './code.js';

const CRITICS = { replace: 'type: bce\n', by: 'type: wgan\n' } as const;

/** What is sound and trains badly, or does nothing. */
export const warningCodes = {
  'unused-network': {
    meaning: 'No played update and no output uses this network, so it is not built.',
    remedy: 'Call it, play the update that does, or remove it.',
    example: { replace: 'networks:\n', by: 'networks:\n  E: { like: D }\n' },
  },
  'unused-tensor': {
    meaning: 'No played loss, output or sample needs this tensor, so it is not computed.',
    remedy: 'Remove it, or use it in a loss.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source)\n    again: G(fake)' },
  },
  'unused-part': {
    meaning: 'One of a network’s outputs is never used.',
    remedy: 'Call it by name, N.OUTPUT(...), or remove it.',
    example: {
      replace:
        '{ type: unet, depth: 6, filters: 32 }\n  D: { type: patchgan, patch: 34, filters: 32 }\ngame:\n  tensors:\n    fake: G(source)',
      by: '{ type: layers, layers: [{ id: a, type: conv, filters: 3 }, { id: b, type: tanh }], outputs: { raw: a, image: b } }\n  D: { type: patchgan, patch: 34, filters: 32 }\ngame:\n  tensors:\n    fake: G.image(source)',
    },
  },
  'idle-network': {
    meaning: 'A network is trained, but no output and no other network depends on it.',
    remedy: 'Use it in the loss of another network: a discriminator with `fool`.',
    example: { replace: "        adversarial: { type: bce, fool: 'D(source, fake)' }\n", by: '' },
  },
  'weightless-loss': {
    meaning: 'A loss has weight 0: it is measured but trains nothing.',
    remedy: 'Give it a weight, or remove it. In an ablation, 0 is a level like any other.',
    example: { replace: 'weight: 100', by: 'weight: 0' },
  },
  'same-operands': {
    meaning: 'A loss compares something with itself.',
    remedy: '`real` comes from the data and `fake` from a network; a difference needs two different things.',
    example: { replace: 'real: D(source, target)', by: 'real: D(source, fake)' },
  },
  'one-sided': {
    meaning: 'A discriminator is only ever shown real images, or only fakes.',
    remedy: 'Show it both, in one loss or in two.',
    example: { replace: '          fake: D(source, fake)\n', by: '' },
  },
  'mixed-losses': {
    meaning: 'One type of loss trains the discriminator’s scores, and another type reads them.',
    remedy: 'Use the same type of loss in both updates.',
    example: { replace: 'type: bce, fool', by: 'type: hinge, fool' },
  },
  'bounded-scores': {
    meaning: 'The discriminator’s last layer bounds its scores, but the loss expects unbounded ones.',
    remedy: 'Remove the last activation; before bce, a sigmoid is right, too.',
    example: {
      replace: 'patch: 34, filters: 32',
      by: 'patch: 34, filters: 32, output: { activation: tanh }',
    },
  },
  'output-range': {
    meaning: 'A generator’s last layer cannot produce every value of its reference images.',
    remedy: 'Images range from -1 to 1: end in tanh.',
    example: {
      replace: 'depth: 6, filters: 32',
      by: 'depth: 6, filters: 32, output: { channels: 3, activation: sigmoid }',
    },
  },
  'signal-zeroed': {
    meaning: 'A norm subtracts the mean; over a single value, nothing is left.',
    remedy: 'Set `norm: none` for that block, or use larger batches.',
    example: {
      replace: '{ type: patchgan, patch: 34, filters: 32 }',
      by: '{ type: layers, layers: [{ type: pool, size: 64 }, { id: norm, type: instance-norm }, { type: conv, filters: 1, kernel: 1 }] }',
    },
  },
  'high-momentum': {
    meaning:
      'With momentum 0.9, an optimizer mostly follows old gradients, although its opponent has changed since.',
    remedy: 'Use beta1: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep 0.9 if the paper that you follow uses it.',
    example: { replace: ', beta1: 0.5', by: '' },
  },
  'steep-critic': {
    meaning: 'The scores of a Wasserstein critic grow without bound unless its slope is limited.',
    remedy: 'Add a gradient-penalty, `weight_norm: spectral`, or `clip_weights`.',
    example: CRITICS,
  },
  'norm-under-penalty': {
    meaning:
      'A gradient penalty applies to each image separately, but batch norm makes the images of a batch depend on each other.',
    remedy: 'Use `norm: layer`, `instance` or `none` in the critic.',
    example: {
      replace: 'fake: D(source, fake)\n',
      by: "fake: D(source, fake)\n        r1: { type: r1, of: 'D(source, target)', at: target, weight: 1 }\n",
    },
  },
} satisfies Codes;
