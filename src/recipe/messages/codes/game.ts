import { type Call, formatCall } from '../../../core/call.js';
import { suggest } from '../suggest.js';
import type { Codes } from './code.js';
import { noSuch } from './no-such.js';

type Names = readonly string[];

const ONE_HOT = 'Remove `as`: `from: class` gives a one-hot vector, anything else an image.';
const GENERATOR = '{ type: unet, depth: 6, filters: 32 }';

/** Names that mean nothing, and games that cannot be played. */
export const gameCodes = {
  'unknown-name': {
    meaning: 'A name is neither a field nor a tensor of the recipe.',
    remedy: 'Use the name that you mean, or add it to the `fields` of a source or to `tensors`.',
    example: { replace: 'fake: G(source)', by: 'fake: G(sorce)' },
    says: {
      value: noSuch('field or tensor', 'Fields and tensors'),
      tensor: noSuch('tensor', 'Tensors'),
      field: noSuch('field', 'Fields'),
    },
  },
  'name-taken': {
    meaning:
      'Two fields, tensors or networks have the same name, or an update has one that names of metrics begin with.',
    remedy: 'Fields, tensors and networks share one name space: rename one.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source)\n    target: G(source)' },
    says: {
      value: (name: string, first: string, second: string) =>
        `"${name}" is already ${first}, and would be ${second} too.`,
      update: (name: string) => ({
        message: `No update can be called "${name}": names of metrics begin with it.`,
      }),
    },
  },
  'unknown-update': {
    meaning: '`play` lists an update that does not exist.',
    remedy: 'Its entries are the names of `updates`.',
    example: { replace: 'play: [D, G]', by: 'play: [D, Gen]' },
    says: noSuch('update', 'Updates'),
  },
  'unknown-block': {
    meaning: '`skip` names a block that the encoder does not have.',
    remedy: 'Use the `id` of an encoder entry.',
    example: {
      replace: GENERATOR,
      by: '{ type: encoder-decoder, encoder: [{ id: e1, filters: 8 }, { id: e2, filters: 8 }], decoder: [{ id: d1, filters: 8, skip: e0 }] }',
    },
    says: noSuch('block', 'Blocks', ' to skip from'),
  },
  'duplicate-id': {
    meaning: 'Two blocks, layers or phases have the same id, which names their variables and changes.',
    remedy: 'Rename one.',
    example: {
      replace: GENERATOR,
      by: '{ type: layers, layers: [{ id: c, type: conv, filters: 3 }, { id: c, type: tanh }] }',
    },
    says: {
      block: (id: string) => `"${id}" is already the id of another block.`,
      phase: (id: string) => `"${id}" is already the id of another phase.`,
      layer: (id: string) => `"${id}" is already a layer above, or an input of the network.`,
    },
  },
  'unknown-split': {
    meaning: 'Samples or metrics need a split that a source does not have.',
    remedy: 'Use one of its `splits`, or add the split there.',
    example: {
      replace: 'size: 64',
      by: 'size: 64\n    splits: { train: 0.9, val: 0.1 }\nsample: { every: 1 epoch, split: test }',
    },
    says: (source: string, split: string, splits: Names) => ({
      message: `The source ${source} has no split "${split}".`,
      remedy: suggest(split, splits, 'Splits'),
    }),
  },
  'like-cycle': {
    meaning: 'Two networks are `like` each other.',
    remedy: 'Give one of them a `type`.',
    example: { replace: '{ type: patchgan, patch: 34, filters: 32 }', by: '{ like: D }' },
    says: (network: string) => `${network} ends up being like itself.`,
  },
  'tensor-cycle': {
    meaning: 'A tensor depends on itself, directly or through others.',
    remedy: 'Compute one of them from a field or from noise.',
    example: { replace: 'fake: G(source)', by: 'fake: G(again)\n    again: G(fake)' },
    says: (tensors: Names) =>
      `${[...tensors, tensors[0]].join(' needs ')}: these tensors cannot be computed.`,
  },
  'stale-tensor': {
    meaning:
      'Tensors are computed once per step, with the weights at its start. This update would differentiate through a tensor whose weights another update has changed since.',
    remedy: 'Play the two together, as an inner list in `play`, or call the network inside the loss.',
    example: { replace: '    D:\n      losses', by: '    D:\n      train: [D, G]\n      losses' },
    says: {
      weights: (update: string, network: string, earlier: string) => ({
        message: `${update} would differentiate ${network} through a tensor, with weights that ${earlier} has already updated in this step.`,
        remedy: `Play the two together, as an inner list [${earlier}, ${update}], or call ${network} inside the loss.`,
      }),
      accumulate: (facts: {
        update: string;
        network: string;
        tensor: string;
        by: string;
        earlier: string;
      }) => ({
        message: `${facts.update} trains ${facts.network} through the tensor ${facts.tensor}, made by ${facts.by}, which ${facts.earlier} has already updated in this step: it cannot be recomputed for the parts of a batch.`,
        remedy: `Call ${facts.by} inside the loss, play ${facts.update} first, or remove \`train.accumulate\`.`,
      }),
    },
  },
  untrained: {
    meaning:
      'An update trains a network that none of its losses depends on, or a network is used but never trained.',
    remedy: 'Add a loss that depends on it, without a `detach` in between, or set its `weights`.',
    example: {
      replace: 'fake: G(source)',
      by: 'made: G(source)\n    fake: { type: detach, of: made }',
    },
    says: {
      loss: (update: string, network: string, reached: Names) => ({
        message:
          reached.length === 0
            ? `The update ${update} has no loss with a weight above 0 that trains a network.`
            : `No loss of the update ${update} reaches ${network}, which it trains.`,
        remedy: suggest(network, reached, 'Its losses reach'),
      }),
      network: (network: string) => ({
        message: `${network} is used, but no played update trains it.`,
        remedy: 'List it in the `train` of an update, or set its `weights`.',
      }),
    },
  },
  'fools-itself': {
    meaning:
      '`fool` is used in an update that trains the discriminator, which would unlearn what it has learned.',
    remedy: 'Move it to the update that trains the generator of the fakes, or use `fake` here.',
    example: { replace: '          fake: D', by: '          fool: D' },
    says: (update: string, judge: string) => `The update ${update} trains ${judge}, so it cannot fool it.`,
  },
  'untaught-judge': {
    meaning: '`real` or `fake` is used in an update that does not train the discriminator.',
    remedy: 'Use `fool` if the update should make its fakes look real.',
    example: { replace: 'fool:', by: 'real:' },
    says: (update: string, judge: string, key: string) => ({
      message: `"${key}" trains ${judge}, which the update ${update} does not train.`,
      remedy: `Use \`fool\` if the update should make its fakes look real; \`real\` and \`fake\` train ${judge}.`,
    }),
  },
  'no-scores': {
    meaning: 'A loss of scores is given something that is not the output of a network.',
    remedy: 'Apply a discriminator to it.',
    example: { replace: 'real: D(source, target)', by: 'real: target' },
    says: (key: string, name: string) => ({
      message: `"${key}" takes scores, but ${name} is not the output of a network.`,
      remedy: `Apply a discriminator to it: D(${name}).`,
    }),
  },
  'no-slope': {
    meaning: 'A penalty differentiates with respect to something that its call does not depend on.',
    remedy: '`at` must name something that `of` is computed from.',
    example: {
      replace: 'fake: D(source, fake)\n',
      by: "fake: D(source, fake)\n        r1: { type: r1, of: 'D(source, target)', at: fake, weight: 1 }\n",
    },
    says: {
      one: (name: string) => ({
        message: `The gradient of ${name} with respect to itself is always 1.`,
        remedy: `Call the network whose gradient is penalised: of: D(${name}).`,
      }),
      zero: (of: Call, at: string) => ({
        message: `${formatCall(of)} does not depend on ${at}: its gradient is always 0.`,
        remedy: 'Name something that `of` is computed from, or apply the network to it.',
      }),
    },
  },
  'played-twice': {
    meaning: 'An update appears twice in `play`.',
    remedy: 'To play it more often than the others, set `every` on the others.',
    example: { replace: 'play: [D, G]', by: 'play: [D, G, D]' },
    says: (update: string) => `"${update}" is played twice.`,
  },
  'optimizers-differ': {
    meaning: 'Two updates train the same network with different optimizers.',
    remedy: 'Optimizer state belongs to the network: use the same optimizer for both.',
    example: {
      replace: '    G:\n      losses',
      by: '    G:\n      train: [G, D]\n      optimizer: { beta1: 0 }\n      losses',
    },
    says: (first: string, second: string, network: string) =>
      `${first} and ${second} both train ${network}, with different optimizers.`,
  },
  'insufficient-from': {
    meaning: 'An output cannot be computed from what its `from` names.',
    remedy: 'Add what is missing, or leave `from` out.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source, target)' },
    says: (output: string, from: Names, lacking: Names) => ({
      message: `${output} cannot be computed from ${from.join(', ') || 'nothing'}: it needs ${lacking.join(', ')} too.`,
      remedy: `Write from: [${[...from, ...lacking].join(', ')}], or leave \`from\` out.`,
    }),
  },
  'no-reference': {
    meaning: 'Metrics compare outputs with a `reference`, but no output has one.',
    remedy: 'Set the field to compare with under game.outputs: fake: { reference: target }.',
    example: { replace: ', reference: target', by: '' },
    says: () => 'Nothing can be measured: no output has a reference.',
  },
  'class-field': {
    meaning: 'A field is read as the wrong kind: a class as an image, or an image as a class.',
    remedy: 'Remove `as` or `classes` if it does not apply.',
    example: {
      replace: 'side-by-side\n    path: maps\n    fields: { source: left, target: right }',
      by: 'class-folders\n    path: maps\n    fields: { source: image, target: { from: image, as: class } }',
    },
    says: {
      'not-an-image': (field: string, as: string) => ({
        message: `A class is not an image: the field ${field} cannot be ${as}.`,
        remedy: ONE_HOT,
      }),
      'not-a-class': (field: string, from: string) => ({
        message: `${from} is an image: the field ${field} cannot be a class.`,
        remedy: ONE_HOT,
      }),
      classes: (field: string) => ({
        message: `The field ${field} is an image, so it has no classes.`,
        remedy: 'Only a field `from: class` has classes; `palette` lists the colours of labels.',
      }),
    },
  },
  'needs-palette': {
    meaning: 'A metric compares palette colours, but the field has no palette.',
    remedy: '`palette: auto` finds the flat colours of a map.',
    example: { replace: '[l1]', by: '[pixel-accuracy]' },
    says: (metric: string, field: string, from: string) => ({
      message: `${metric} needs the palette of ${field}, but the field has none.`,
      remedy: `Write ${field}: { from: ${from}, palette: auto }.`,
    }),
  },
} satisfies Codes;
