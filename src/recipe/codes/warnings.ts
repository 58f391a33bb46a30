import type { Codes } from './code.js';

const CRITICS = { replace: 'type: bce\n', by: 'type: wgan\n' } as const;

/** What is sound and trains badly, or does nothing. */
export const warningCodes = {
  'unused-network': {
    meaning: 'No played update and no output uses a network: it is not built.',
    remedy: 'Call it, play the update that does, or take it away.',
    example: { replace: 'networks:\n', by: 'networks:\n  E: { like: D }\n' },
  },
  'unused-tensor': {
    meaning: 'No played loss, no output and no sample needs a tensor: it is not computed.',
    remedy: 'Take it away, or name it in a loss.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source)\n    again: G(fake)' },
  },
  'unused-part': {
    meaning: 'A network has several outputs, and no call asks for one of them.',
    remedy: 'Call it by its name, N.OUTPUT(...), or take it away.',
    example: {
      replace:
        '{ type: unet, depth: 6, filters: 32 }\n  D: { type: patchgan, patch: 34, filters: 32 }\ngame:\n  tensors:\n    fake: G(source)',
      by: '{ type: layers, layers: [{ id: a, type: conv, filters: 3 }, { id: b, type: tanh }], outputs: { raw: a, image: b } }\n  D: { type: patchgan, patch: 34, filters: 32 }\ngame:\n  tensors:\n    fake: G.image(source)',
    },
  },
  'idle-network': {
    meaning: 'A network is trained, and nothing that is made or trained depends on it.',
    remedy: 'Let another network’s loss call it: a discriminator by `fool`.',
    example: { replace: "        adversarial: { type: bce, fool: 'D(source, fake)' }\n", by: '' },
  },
  'weightless-loss': {
    meaning: 'A loss has weight 0: it is measured, and trains nothing.',
    remedy: 'Give it a weight, or take it away. In the values of an ablation 0 is a level like any other.',
    example: { replace: 'weight: 100', by: 'weight: 0' },
  },
  'same-operands': {
    meaning: 'A loss tells a thing from itself.',
    remedy: '`real` comes from the data, `fake` from a network; a difference is of two things.',
    example: { replace: 'real: D(source, target)', by: 'real: D(source, fake)' },
  },
  'one-sided': {
    meaning: 'A discriminator is only ever shown real ones, or only fakes.',
    remedy: 'Give it both, in one loss or in two.',
    example: { replace: '          fake: D(source, fake)\n', by: '' },
  },
  'mixed-losses': {
    meaning: 'One loss gives the discriminator’s scores their meaning, and another reads them.',
    remedy: 'Give both updates one type of loss.',
    example: { replace: 'type: bce, fool', by: 'type: hinge, fool' },
  },
  'bounded-scores': {
    meaning: 'The discriminator’s last layer squeezes its scores, and the loss takes them without bounds.',
    remedy: 'Let it end in no activation; before bce a sigmoid is right, too.',
    example: {
      replace: 'patch: 34, filters: 32',
      by: 'patch: 34, filters: 32, output: { activation: tanh }',
    },
  },
  'output-range': {
    meaning: 'A generator’s last layer cannot make every value of the pictures it is held against.',
    remedy: 'Pictures are from -1 to 1: let it end in tanh.',
    example: {
      replace: 'depth: 6, filters: 32',
      by: 'depth: 6, filters: 32, output: { channels: 3, activation: sigmoid }',
    },
  },
  'signal-zeroed': {
    meaning: 'A norm takes the mean away, and where it is the mean of one value nothing is left.',
    remedy: 'Give that block `norm: none`, or train on larger batches.',
    example: {
      replace: '{ type: patchgan, patch: 34, filters: 32 }',
      by: '{ type: layers, layers: [{ type: pool, size: 64 }, { id: norm, type: instance-norm }, { type: conv, filters: 1, kernel: 1 }] }',
    },
  },
  'high-momentum': {
    meaning:
      'A player’s optimizer keeps nine tenths of the gradients before, and the opponent has moved since.',
    remedy: 'beta1: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep it where the paper that you follow has it.',
    example: { replace: ', beta1: 0.5', by: '' },
  },
  'steep-critic': {
    meaning: 'The scores of a Wasserstein critic grow without end unless its slope has a limit.',
    remedy: 'A gradient-penalty, `weight_norm: spectral`, or `clip_weights`.',
    example: CRITICS,
  },
  'norm-under-penalty': {
    meaning:
      'A penalty is of each image’s own gradient, and a batch norm lets images of a batch depend on each other.',
    remedy: 'Give the critic `norm: layer`, `instance` or `none`.',
    example: {
      replace: 'fake: D(source, fake)\n',
      by: "fake: D(source, fake)\n        r1: { type: r1, of: 'D(source, target)', at: target, weight: 1 }\n",
    },
  },
} satisfies Codes;
