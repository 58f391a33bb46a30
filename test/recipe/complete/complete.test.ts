import { expect, test } from 'vitest';
import { EXAMPLE } from '../../../src/recipe/messages/codes/example.js';
import { parseRecipe } from '../../../src/recipe/node.js';
import { TRAIN_DEFAULTS } from '../../../src/recipe/schema/train.js';
import { registry } from '../support.js';

const recipeWith = async (...set: readonly string[]) =>
  (await parseRecipe(EXAMPLE, { registry, set })).recipe;

const side = (pixels: number) => ({ height: pixels, width: pixels });
const ADAM = { type: 'adam', learning_rate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };
const TRAIN = { ...TRAIN_DEFAULTS, batch: 2, accumulate: 1, seed: 1, on_nonfinite: 'stop' };
const ALONE = ['game.updates.D=null', 'networks.D=null', 'game.updates.G.losses.adversarial=null'];

test.each<[string, string[], unknown]>([
  // the part, what is written over the example, what it amounts to
  [
    'data.pairs',
    [],
    {
      type: 'side-by-side',
      path: 'maps',
      fields: { source: { from: 'left', as: 'rgb' }, target: { from: 'right', as: 'rgb' } },
      size: side(64),
      fit: 'fill',
      interpolation: 'bicubic',
      augment: { flip: 'none' },
    },
  ],
  ['data.pairs.size', ['data.pairs.size={ height: 32, width: 64 }'], { height: 32, width: 64 }],
  ['data.pairs.augment', ['data.pairs.augment.jitter=70'], { jitter: side(70), flip: 'none' }],
  ['data.pairs.fields.source', ['data.pairs.fields.source.as=grey'], { from: 'left', as: 'grey' }],
  [
    'data.pairs.fields',
    ['data.pairs={ type: class-folders, fields: { source: image, target: { from: class } } }'],
    { source: { from: 'image', as: 'rgb' }, target: { from: 'class', as: 'class' } },
  ],
  ['networks.D.inference', [], { dropout: false, batch_statistics: false }],
  ['networks.D.inference', ['networks.D.inference.dropout=true'], { dropout: true, batch_statistics: false }],
  ['game.updates.D.train', [], ['D']],
  ['game.updates.D.train', ['game.updates.D.train=[G, D]', 'game.play=[[D, G]]'], ['G', 'D']],
  ['game.updates.D.every', [], '1 step'],
  ['game.updates.D.every', ['game.updates.D.every=5 steps'], '5 steps'],
  ['game.updates.D.losses.adversarial.every', [], '1 step'],
  ['game.updates.D.losses.adversarial.weight', [], 1],
  ['game.updates.D.optimizer', ['game.updates.D.optimizer.beta1=0'], { ...ADAM, beta1: 0 }],
  ['game.updates.G.optimizer', ['game.updates.D.optimizer.beta1=0'], ADAM],
  ['game.updates.D.losses.adversarial.weight', ['game.updates.D.losses.adversarial.weight=0.5'], 0.5],
  ['game.play', ['game.play=null', ...ALONE], ['G']],
  ['game.play', ['game.play=[[G]]', ...ALONE], [['G']]],
  [
    'game.outputs.fake',
    ['game.outputs.fake.from=null', 'game.tensors.fake=G(target, source)'],
    { from: ['source', 'target'], reference: 'target' },
  ],
  ['game.outputs.fake.from', ['game.outputs.fake.from=[target, source]'], ['target', 'source']],
  ['train', [], { for: '100 epochs', ...TRAIN }],
  ['train', ['train.phases=[{ id: a, for: 5 epochs }]'], { for: '5 epochs', ...TRAIN }],
  [
    'train',
    ['train.phases=[{ for: 5 epochs, change: { train.batch: 4 } }]'],
    { phases: [{ id: 'p1', for: '5 epochs', change: { 'train.batch': 4 } }], ...TRAIN },
  ],
  ['sample', [], undefined],
  ['sample', ['sample={}'], { every: '1 epoch', split: 'val', count: 4, draws: 1 }],
  [
    'sample',
    ['sample={ every: 2 epochs, split: test, count: 8, draws: 3, show: [fake] }'],
    { every: '2 epochs', split: 'test', count: 8, draws: 3, show: ['fake'] },
  ],
  ['evaluate', ['evaluate.every=null'], { every: '1 epoch', split: 'val', metrics: [{ type: 'l1' }] }],
  ['checkpoint', [], { every: '1 epoch', keep: 3 }],
  ['checkpoint', ['checkpoint={ every: 9 steps, keep: all }'], { every: '9 steps', keep: 'all' }],
])('%s with %j', async (path, set, expected) => {
  const recipe: unknown = await recipeWith(...set);
  const value = path.split('.').reduce((at, key) => (at as Record<string, unknown>)[key], recipe);
  expect(value).toEqual(expected);
});

test('an update has an optimizer of its own where the recipe has none', async () => {
  const sgd = '{ type: sgd, learning_rate: 0.5 }';
  const { game, optimizer } = await recipeWith(
    'optimizer=null',
    `game.updates.D.optimizer=${sgd}`,
    `game.updates.G.optimizer=${sgd}`,
  );
  expect(optimizer).toBeUndefined();
  expect(game.updates['D']!.optimizer).toMatchObject({ type: 'sgd', learning_rate: 0.5 });
});

test('a network is like one that is like another, but for the weights it starts from', async () => {
  const { networks } = await recipeWith(
    'networks.E={ like: F, filters: 8 }',
    'networks.F={ like: D, patch: 16, weights: ./f.safetensors }',
    'networks.U={ like: G, type: patchgan }',
  );
  const { D, E, F, U } = networks;
  expect(F).toEqual({ ...D, patch: 16, weights: './f.safetensors' });
  expect(E).toEqual({ ...D, patch: 16, filters: 8 });
  expect(U).toMatchObject({ type: 'patchgan', filters: 32 });
  expect(U).not.toHaveProperty('depth');
});
