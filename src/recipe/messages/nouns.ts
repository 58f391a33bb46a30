import type { Kind } from '../../registry/index.js';

/** What messages call the things of a kind. */
export const NOUNS: { readonly [K in Kind]: { readonly one: string; readonly many: string } } = {
  dataset: { one: 'data set', many: 'Data sets' },
  network: { one: 'network type', many: 'Networks' },
  layer: { one: 'layer', many: 'Layers' },
  loss: { one: 'loss', many: 'Losses' },
  metric: { one: 'metric', many: 'Metrics' },
  optimizer: { one: 'optimizer', many: 'Optimizers' },
  schedule: { one: 'schedule', many: 'Schedules' },
  tensor: { one: 'tensor type', many: 'Tensors' },
  initialiser: { one: 'initialiser', many: 'Initialisers' },
};
