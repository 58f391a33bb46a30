import type { Codes } from './code.js';

/** Names that mean nothing, and games that cannot be played. */
export const gameCodes = {
  'unknown-name': {
    meaning: 'A name is neither a field nor a tensor of the recipe.',
    remedy: 'Use the name that you mean, or add it to the `fields` of a source or to `tensors`.',
    example: { replace: 'fake: G(source)', by: 'fake: G(sorce)' },
  },
  'name-taken': {
    meaning: 'Fields, tensors and networks share one name space, and two of them have the same name.',
    remedy: 'Rename one.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source)\n    target: G(source)' },
  },
  'unknown-update': {
    meaning: '`play` lists an update that does not exist.',
    remedy: 'Its entries are the names of `updates`.',
    example: { replace: 'play: [D, G]', by: 'play: [D, Gen]' },
  },
  'unknown-block': {
    meaning: '`skip` names a block that the encoder does not have.',
    remedy: 'Use the `id` of an encoder entry.',
    example: {
      replace: '{ type: unet, depth: 6, filters: 32 }',
      by: '{ type: encoder-decoder, encoder: [{ id: e1, filters: 8 }, { id: e2, filters: 8 }], decoder: [{ id: d1, filters: 8, skip: e0 }] }',
    },
  },
  'duplicate-id': {
    meaning: 'Two blocks, layers or phases have the same id, which names their variables and changes.',
    remedy: 'Rename one.',
    example: {
      replace: '{ type: unet, depth: 6, filters: 32 }',
      by: '{ type: layers, layers: [{ id: c, type: conv, filters: 3 }, { id: c, type: tanh }] }',
    },
  },
  'unknown-split': {
    meaning: 'Samples or metrics need a split that a source does not have.',
    remedy: 'Use one of its `splits`, or add the split there.',
    example: {
      replace: 'size: 64',
      by: 'size: 64\n    splits: { train: 0.9, val: 0.1 }\nsample: { every: 1 epoch, split: test }',
    },
  },
  'like-cycle': {
    meaning: 'Two networks are `like` each other.',
    remedy: 'Give one of them a `type`.',
    example: { replace: '{ type: patchgan, patch: 34, filters: 32 }', by: '{ like: D }' },
  },
  'tensor-cycle': {
    meaning: 'A tensor depends on itself, directly or through others.',
    remedy: 'Compute one of them from a field or from noise.',
    example: { replace: 'fake: G(source)', by: 'fake: G(again)\n    again: G(fake)' },
  },
  'stale-tensor': {
    meaning:
      'Tensors are computed once per step, with the weights at its start. This update would differentiate through a tensor whose weights another update has changed since.',
    remedy: 'Play the two together, as an inner list in `play`, or call the network inside the loss.',
    example: { replace: '    D:\n      losses', by: '    D:\n      train: [D, G]\n      losses' },
  },
  untrained: {
    meaning:
      'An update trains a network that none of its losses depends on, or a network is used but never trained.',
    remedy: 'Add a loss that depends on it, without a `detach` in between, or set its `weights`.',
    example: {
      replace: 'fake: G(source)',
      by: 'made: G(source)\n    fake: { type: detach, of: made }',
    },
  },
  'fools-itself': {
    meaning:
      '`fool` is used in an update that trains the discriminator, which would unlearn what it has learned.',
    remedy: 'Move it to the update that trains the generator of the fakes, or use `fake`.',
    example: { replace: '          fake: D', by: '          fool: D' },
  },
  'untaught-judge': {
    meaning: '`real` or `fake` is used in an update that does not train the discriminator.',
    remedy: 'Use `fool` if the update should make its fakes look real.',
    example: { replace: 'fool:', by: 'real:' },
  },
  'no-scores': {
    meaning: 'A loss of scores is given something that is not the output of a network.',
    remedy: 'Apply a discriminator to it.',
    example: { replace: 'real: D(source, target)', by: 'real: target' },
  },
  'no-slope': {
    meaning: 'A penalty differentiates with respect to something that its call does not depend on.',
    remedy: '`at` must name something that `of` is computed from.',
    example: {
      replace: 'fake: D(source, fake)\n',
      by: "fake: D(source, fake)\n        r1: { type: r1, of: 'D(source, target)', at: fake, weight: 1 }\n",
    },
  },
  'played-twice': {
    meaning: 'An update appears twice in `play`.',
    remedy: 'To play it more often than the others, set `every` on the others.',
    example: { replace: 'play: [D, G]', by: 'play: [D, G, D]' },
  },
  'optimizers-differ': {
    meaning:
      'Two updates train the same network with different optimizers, but optimizer state belongs to the network.',
    remedy: 'Use the same optimizer for both.',
    example: {
      replace: '    G:\n      losses',
      by: '    G:\n      train: [G, D]\n      optimizer: { beta1: 0 }\n      losses',
    },
  },
  'insufficient-from': {
    meaning: 'An output cannot be computed from what its `from` names.',
    remedy: 'Add what is missing, or leave `from` out.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source, target)' },
  },
  'no-reference': {
    meaning: 'Metrics compare outputs with a `reference`, but no output has one.',
    remedy: 'Set `reference` under `game.outputs` to the field to compare with.',
    example: { replace: ', reference: target', by: '' },
  },
  'class-field': {
    meaning: 'A field is read as the wrong kind: a class as an image, or an image as a class.',
    remedy: 'Remove `as` or `classes` if it does not apply.',
    example: {
      replace: 'side-by-side\n    path: maps\n    fields: { source: left, target: right }',
      by: 'class-folders\n    path: maps\n    fields: { source: image, target: { from: image, as: class } }',
    },
  },
  'needs-palette': {
    meaning: 'A metric compares palette colours, but the field has no palette.',
    remedy: '`palette: auto` finds the flat colours of a map.',
    example: { replace: '[l1]', by: '[pixel-accuracy]' },
  },
} satisfies Codes;
