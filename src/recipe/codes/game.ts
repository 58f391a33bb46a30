import type { Codes } from './code.js';

/** Names that mean nothing, and games that cannot be played. */
export const gameCodes = {
  'unknown-name': {
    meaning: 'A name is no field and no tensor of the recipe.',
    remedy: 'Take the one that was meant, or add it to a source’s `fields` or to `tensors`.',
    example: { replace: 'fake: G(source)', by: 'fake: G(sorce)' },
  },
  'name-taken': {
    meaning: 'Fields, tensors and networks share one name space, and a name stands for two of them.',
    remedy: 'Rename one.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source)\n    target: G(source)' },
  },
  'unknown-update': {
    meaning: '`play` lists an update that is none.',
    remedy: 'Its entries are names of `updates`.',
    example: { replace: 'play: [D, G]', by: 'play: [D, Gen]' },
  },
  'unknown-block': {
    meaning: '`skip` names a block that the encoder does not have.',
    remedy: 'It names the `id` of an encoder’s entry.',
    example: {
      replace: '{ type: unet, depth: 6, filters: 32 }',
      by: '{ type: encoder-decoder, encoder: [{ id: e1, filters: 8 }, { id: e2, filters: 8 }], decoder: [{ id: d1, filters: 8, skip: e0 }] }',
    },
  },
  'duplicate-id': {
    meaning: 'Two blocks, layers or phases have one id, and variables and changes are named by it.',
    remedy: 'Rename one.',
    example: {
      replace: '{ type: unet, depth: 6, filters: 32 }',
      by: '{ type: layers, layers: [{ id: c, type: conv, filters: 3 }, { id: c, type: tanh }] }',
    },
  },
  'unknown-split': {
    meaning: 'Samples or metrics ask for a split that a source does not have.',
    remedy: 'Take one of its `splits`, or add it there.',
    example: {
      replace: 'size: 64',
      by: 'size: 64\n    splits: { train: 0.9, val: 0.1 }\nsample: { every: 1 epoch, split: test }',
    },
  },
  'like-cycle': {
    meaning: 'A network is like another that is like it.',
    remedy: 'Give one of them a `type`.',
    example: { replace: '{ type: patchgan, patch: 34, filters: 32 }', by: '{ like: D }' },
  },
  'tensor-cycle': {
    meaning: 'A tensor is computed from itself in the end.',
    remedy: 'Let one of them come from a field or from noise.',
    example: { replace: 'fake: G(source)', by: 'fake: G(again)\n    again: G(fake)' },
  },
  'stale-tensor': {
    meaning:
      'Tensors are computed once, with the weights at the start of the step. An update would differentiate, through one, weights that another has moved since.',
    remedy: 'Play the two at once, as an inner list in `play`, or call the network inside the loss.',
    example: { replace: '    D:\n      losses', by: '    D:\n      train: [D, G]\n      losses' },
  },
  untrained: {
    meaning:
      'An update moves a network that none of its losses reaches, or a network is used and never trained.',
    remedy:
      'Give it a loss that depends on it, `detach` nothing in between, or say by `weights` which it has.',
    example: {
      replace: 'fake: G(source)',
      by: 'made: G(source)\n    fake: { type: detach, of: made }',
    },
  },
  'fools-itself': {
    meaning: '`fool` stands in an update that trains the discriminator: it would unlearn what it learns.',
    remedy: 'Put it into the update that trains what made the fakes, or say `fake`.',
    example: { replace: '          fake: D', by: '          fool: D' },
  },
  'untaught-judge': {
    meaning: '`real` or `fake` stands in an update that does not train the discriminator.',
    remedy: 'Say `fool` where the update is to have its fakes called real.',
    example: { replace: 'fool:', by: 'real:' },
  },
  'no-scores': {
    meaning: 'A loss of scores is given what no network made.',
    remedy: 'Call a discriminator on it.',
    example: { replace: 'real: D(source, target)', by: 'real: target' },
  },
  'no-slope': {
    meaning: 'A penalty differentiates by something that its call does not depend on.',
    remedy: '`at` names what `of` is computed from.',
    example: {
      replace: 'fake: D(source, fake)\n',
      by: "fake: D(source, fake)\n        r1: { type: r1, of: 'D(source, target)', at: fake, weight: 1 }\n",
    },
  },
  'played-twice': {
    meaning: 'An update stands twice in `play`.',
    remedy: '`every` on the other updates plays it more often than them.',
    example: { replace: 'play: [D, G]', by: 'play: [D, G, D]' },
  },
  'optimizers-differ': {
    meaning: 'Two updates train one network with different optimizers, whose state belongs to the network.',
    remedy: 'Give both the same.',
    example: {
      replace: '    G:\n      losses',
      by: '    G:\n      train: [G, D]\n      optimizer: { beta1: 0 }\n      losses',
    },
  },
  'insufficient-from': {
    meaning: 'What an output is said to be made from does not suffice to compute it.',
    remedy: 'Name what is missing, or leave `from` out.',
    example: { replace: 'fake: G(source)', by: 'fake: G(source, target)' },
  },
  'no-reference': {
    meaning: 'Metrics compare, and no output has a `reference`.',
    remedy: 'Say under `game.outputs` which field a tensor is held against.',
    example: { replace: ', reference: target', by: '' },
  },
  'class-field': {
    meaning: 'A field is read as what it is not: a class as an image, or an image as a class.',
    remedy: 'Leave `as` and `classes` out where they do not fit.',
    example: {
      replace: 'side-by-side\n    path: maps\n    fields: { source: left, target: right }',
      by: 'class-folders\n    path: maps\n    fields: { source: image, target: { from: image, as: class } }',
    },
  },
  'needs-palette': {
    meaning: 'A metric counts colours, and the field has no palette.',
    remedy: '`palette: auto` finds a map’s flat colours.',
    example: { replace: '[l1]', by: '[pixel-accuracy]' },
  },
} satisfies Codes;
