import { type Call, formatCall } from '../../../core/call.js';
import type { Shape } from '../../../core/shape.js';
import type { Codes } from './code.js';

type Range = readonly [low: number, high: number];

const within = ([low, high]: Range): string =>
  high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`;

/** What is sound and trains badly, or does nothing. */
export const warningCodes = {
  'unused-network': {
    meaning: 'No played update and no output uses this network, so it is not built.',
    remedy: 'Call it in a loss of a played update, or remove it.',
    example: { replace: 'networks:\n', by: 'networks:\n  E: { like: D }\n' },
    says: (network: string) => `${network} is not built: no played update and no output uses it.`,
  },
  'unused-tensor': {
    meaning: 'No played loss, output or sample needs this tensor, so it is not computed.',
    remedy: 'Remove it, or use it in a loss.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source)\n    again: G(fake)' },
    says: (tensor: string) =>
      `The tensor ${tensor} is not computed: no played loss, no output and no sample needs it.`,
  },
  'unused-part': {
    meaning: 'One of a network’s outputs is never used.',
    remedy: 'Call it by name, N.OUTPUT(...), or remove it.',
    example: {
      replace:
        '{ type: unet, depth: 6, filters: 32 }\n  D: { type: patchgan, patch: 34, filters: 32 }\ngame:\n  tensors:\n    fake: G(source)',
      by: '{ type: layers, layers: [{ id: a, type: conv, filters: 3 }, { id: b, type: tanh }], outputs: { raw: a, image: b } }\n  D: { type: patchgan, patch: 34, filters: 32 }\ngame:\n  tensors:\n    fake: G.image(source)',
    },
    says: (network: string, output: string) => ({
      message: `No call uses the output ${output} of ${network}.`,
      remedy: `Write ${network}.${output}(...) where it is needed, or remove the output.`,
    }),
  },
  'idle-network': {
    meaning: 'A network is trained, but no output and no other network depends on it.',
    remedy: 'Use it in the loss of another network: a discriminator with `fool`.',
    example: { replace: "        adversarial: { type: bce, fool: 'D(source, fake)' }\n", by: '' },
    says: (network: string) => ({
      message: `${network} is trained to no effect: no output is made by it, and no other network learns from it.`,
      remedy: `Call ${network} in a loss of another network, or name what it makes under game.outputs.`,
    }),
  },
  'weightless-loss': {
    meaning: 'A loss has weight 0: it is measured but trains nothing.',
    remedy: 'Give it a weight above 0, or remove the loss. In an ablation, 0 is a level like any other.',
    example: { replace: 'weight: 100', by: 'weight: 0' },
    says: (loss: string, update: string) =>
      `The loss ${loss} of ${update} has weight 0: it is measured but trains nothing.`,
  },
  'same-operands': {
    meaning: 'A loss compares something with itself.',
    remedy: '`real` comes from the data and `fake` from a network; a difference needs two different things.',
    example: { replace: 'real: D(source, target)', by: 'real: D(source, fake)' },
    says: (loss: string, first: string, second: string, call: Call) => ({
      message: `"${first}" and "${second}" of the loss ${loss} are the same, ${formatCall(call)}: there is nothing to learn.`,
      remedy:
        first === 'real'
          ? '"real" must come from the data, and "fake" from a network.'
          : 'Compare it with something else.',
    }),
  },
  'one-sided': {
    meaning: 'A discriminator is only ever shown real images, or only fakes.',
    remedy: 'Show it both, in one loss or in two.',
    example: { replace: '          fake: D(source, fake)\n', by: '' },
    says: (judge: string, shown: string) => ({
      message: `${judge} is only shown ${shown} images, and will call everything ${shown}.`,
      remedy: `Add "${shown === 'real' ? 'fake' : 'real'}" to a loss that trains ${judge}.`,
    }),
  },
  'mixed-losses': {
    meaning: 'One type of loss trains the discriminator’s scores, and another type reads them.',
    remedy: 'Use the same type of loss in both updates.',
    example: { replace: 'type: bce, fool', by: 'type: hinge, fool' },
    says: (facts: {
      judge: string;
      taught: readonly string[];
      update: string;
      loss: string;
      type: string;
    }) => ({
      message: `${facts.judge}'s scores are trained by ${facts.taught.join(', ')}, but ${facts.update} uses them in ${facts.type}.`,
      remedy: `Set type: ${facts.taught[0]!} for the loss ${facts.loss} of ${facts.update}.`,
    }),
  },
  'bounded-scores': {
    meaning: 'The discriminator’s last layer bounds its scores, but the loss expects unbounded ones.',
    remedy: 'Remove the last activation; before bce, a sigmoid is right, too.',
    example: {
      replace: 'patch: 34, filters: 32',
      by: 'patch: 34, filters: 32, output: { activation: tanh }',
    },
    says: (facts: {
      judge: string;
      layer: string;
      range: Range;
      loss: string;
      key: string;
      probabilities: boolean;
    }) => ({
      message: `${facts.judge} ends in ${facts.layer}, so its scores are ${within(facts.range)}, but ${facts.loss} expects unbounded scores in "${facts.key}".`,
      remedy: facts.probabilities
        ? `Let ${facts.judge} end without an activation (logits), or in sigmoid (probabilities).`
        : `Let ${facts.judge} end without an activation: output: { activation: none }.`,
    }),
  },
  'output-range': {
    meaning: 'A generator’s last layer cannot produce every value of its reference images.',
    remedy: 'Images range from -1 to 1: end in tanh.',
    example: {
      replace: 'depth: 6, filters: 32',
      by: 'depth: 6, filters: 32, output: { channels: 3, activation: sigmoid }',
    },
    says: (facts: { output: string; network: string; layer: string; range: Range; reference: string }) => ({
      message: `${facts.output} is made by ${facts.network}, which ends in ${facts.layer}: its values are ${within(facts.range)}, but those of ${facts.reference} are from -1 to 1.`,
      remedy: `Let ${facts.network} end in tanh: output: { activation: tanh }.`,
    }),
  },
  'signal-zeroed': {
    meaning: 'A norm subtracts the mean; over a single value, nothing is left.',
    remedy: 'Set `norm: none` for that block, or use larger batches.',
    example: {
      replace: '{ type: patchgan, patch: 34, filters: 32 }',
      by: '{ type: layers, layers: [{ type: pool, size: 64 }, { id: norm, type: instance-norm }, { type: conv, filters: 1, kernel: 1 }] }',
    },
    says: (facts: { network: string; layer: string; type: string; map: Shape; overBatch: boolean }) => ({
      message: `The ${facts.type} ${facts.layer} of ${facts.network} zeroes its input: it normalises over a single value, of ${facts.overBatch ? 'one example at a time and ' : ''}a map of ${facts.map.join('x')}.`,
      remedy: facts.overBatch
        ? 'Give that block norm: none, as pix2pix does with its bottleneck, or set train.batch to 2 or more.'
        : 'Give that block norm: none, or stop downsampling one block earlier.',
    }),
  },
  'high-momentum': {
    meaning:
      'With momentum 0.9, an optimizer mostly follows old gradients, although its opponent has changed since.',
    remedy: 'Use beta1: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep 0.9 if the paper that you follow uses it.',
    example: { replace: ', beta1: 0.5', by: '' },
    says: (updates: readonly string[], momentum: string, key: string) => ({
      message: `${updates.join(' and ')} ${updates.length === 1 ? 'plays against another network' : 'play against other networks'} with ${momentum}: gradients from ten steps ago still count, although the opponent has changed since.`,
      remedy: `Most GANs train more stably with ${key}: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep it if the paper that you follow uses it.`,
    }),
  },
  'steep-critic': {
    meaning: 'The scores of a Wasserstein critic grow without bound unless its slope is limited.',
    remedy: 'Add a gradient-penalty, `weight_norm: spectral`, or `clip_weights`.',
    example: { replace: 'type: bce\n', by: 'type: wgan\n' },
    says: (critic: string, loss: string) => ({
      message: `Nothing limits the slope of ${critic}, so its scores and ${loss} grow without bound.`,
      remedy: `Add a loss { type: gradient-penalty, of: ${critic}(mixed), at: mixed, weight: 10 }, give ${critic} weight_norm: spectral, or its optimizer clip_weights: 0.01.`,
    }),
  },
  'norm-under-penalty': {
    meaning:
      'A gradient penalty applies to each image separately, but batch norm makes the images of a batch depend on each other.',
    remedy: 'Use `norm: layer`, `instance` or `none` in the critic.',
    example: {
      replace: 'fake: D(source, fake)\n',
      by: "fake: D(source, fake)\n        r1: { type: r1, of: 'D(source, target)', at: target, weight: 1 }\n",
    },
    says: (facts: { loss: string; type: string; network: string; layer: string }) => ({
      message: `The loss ${facts.loss} (${facts.type}) penalises each image's own gradient, but ${facts.network} has ${facts.layer}, which makes the images of a batch depend on each other.`,
      remedy: `Give ${facts.network} norm: layer, instance or none, as WGAN-GP does.`,
    }),
  },
} satisfies Codes;
