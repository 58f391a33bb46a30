import type { Kind } from '../registry/index.js';

interface KindText {
  /** As pages and `gan list` are called: the plural, which is also the folder of its definitions. */
  readonly name: string;
  /** Where in a recipe it is written. */
  readonly place: string;
  readonly intro: string;
}

export const KIND_TEXTS: { readonly [K in Kind]: KindText } = {
  dataset: {
    name: 'datasets',
    place: 'data.NAME',
    intro: 'Where examples come from, and which part of them is which field.',
  },
  network: {
    name: 'networks',
    place: 'networks.NAME',
    intro:
      'Families have few knobs and are rewritten into blocks, blocks into layers: `gan plan` shows the layers.',
  },
  layer: {
    name: 'layers',
    place: 'networks.NAME.layers',
    intro:
      'The lowest level of a network. Norms and activations are also choices of the blocks’ keys, by their short names.',
  },
  initialiser: {
    name: 'initialisers',
    place: 'init',
    intro: 'How the kernels of a network start.',
  },
  tensor: {
    name: 'tensors',
    place: 'game.tensors.NAME',
    intro: 'Tensors of the game that no network makes. Noise, labels and masks are drawn anew in each step.',
  },
  loss: {
    name: 'losses',
    place: 'game.updates.NAME.losses.NAME',
    intro: 'What an update minimises: each is a mean over all elements, and adds to the total by its weight.',
  },
  optimizer: {
    name: 'optimizers',
    place: 'optimizer',
    intro: 'How gradients move weights. One for all updates, and over it an update’s own.',
  },
  schedule: {
    name: 'schedules',
    place: 'schedule',
    intro: 'A factor that changes as training goes on, of a learning rate or of a loss’s weight.',
  },
  metric: {
    name: 'metrics',
    place: 'evaluate.metrics',
    intro: 'What is measured on images the networks have not seen, on the 8-bit scale from 0 to 255.',
  },
};

/** The kind that a word names: `loss`, `losses`. */
export function kindOf(word: string): Kind | undefined {
  const kinds = Object.keys(KIND_TEXTS) as Kind[];
  return kinds.find((kind) => kind === word || KIND_TEXTS[kind].name === word);
}
