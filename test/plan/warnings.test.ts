import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planPhases } from '../../src/plan/phases.js';
import { WARNINGS, warningsOf } from '../../src/plan/warnings/index.js';
import { formatDiagnostics } from '../../src/recipe/diagnostics.js';
import { parse, registry } from '../recipe/support.js';
import { TINY_RECIPE } from '../support/plan.js';

/** What a person sees of a recipe that is sound, with one stretch of it replaced. */
async function doubts(replace = '', by = '', set: readonly string[] = []): Promise<string> {
  if (!TINY_RECIPE.includes(replace)) throw new Error(`"${replace}" is not in the recipe.`);
  const loaded = await parse(
    TINY_RECIPE.replace(replace, () => by),
    { set },
  );
  return formatDiagnostics(warningsOf(planPhases(loaded, registry), loaded.phases, registry)) || 'nothing';
}

test('nothing is doubtful in what is usual', async () => {
  expect(await doubts()).toBe('nothing');
});

test('the folder’s warnings are all in the list', () => {
  const files = readdirSync('src/plan/warnings').filter(
    (f) => !['index.ts', 'scores.ts', 'warning.ts'].includes(f),
  );
  expect(files.map((file) => file.replace('.ts', '')).sort()).toEqual(
    WARNINGS.map(({ code }) => code).sort(),
  );
});

test('weightless-loss', async () => {
  expect(await doubts('weight: 100', 'weight: 0')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:27:55 warning weightless-loss  The loss l1 of G has weight 0: it is measured but trains nothing.
      27 |         l1: { type: l1, of: fake, to: target, weight: 0 }
         |                                                       ^
      Give it a weight above 0, or remove the loss."
  `);
});

test('weightless-loss, but not of a loss that another phase trains on', async () => {
  const phases =
    'train: { phases: [{ id: all, for: 3 steps }, { id: gan, for: 3 steps, change: { game.updates.G.losses.l1.weight: 0 } }], batch: 2, seed: 1 }';
  expect(await doubts('train: { for: 6 steps, batch: 2, seed: 1 }', phases)).toBe('nothing');
});

test('bounded-scores: a sigmoid before scores that are taken as they come', async () => {
  expect(
    await doubts('type: bce, fool', 'type: hinge, fool', [
      'networks.D.output={ activation: sigmoid }',
      'game.updates.D.losses.adversarial.type=hinge',
    ]),
  ).toMatchInlineSnapshot(`
    "recipes/mine.yaml:23:42 warning bounded-scores  D ends in sigmoid, so its scores are from 0 to 1, but hinge expects unbounded scores in "real".
      23 |         adversarial: { type: bce, real: "D(source, target)", fake: "D(source, fake)", weight: 0.5 }
         |                                          ^^^^^^^^^^^^^^^^^
      Let D end without an activation: output: { activation: none }.

    recipes/mine.yaml:23:69 warning bounded-scores  D ends in sigmoid, so its scores are from 0 to 1, but hinge expects unbounded scores in "fake".
      23 |         adversarial: { type: bce, real: "D(source, target)", fake: "D(source, fake)", weight: 0.5 }
         |                                                                     ^^^^^^^^^^^^^^^
      Let D end without an activation: output: { activation: none }.

    recipes/mine.yaml:26:44 warning bounded-scores  D ends in sigmoid, so its scores are from 0 to 1, but hinge expects unbounded scores in "fool".
      26 |         adversarial: { type: hinge, fool: "D(source, fake)" }
         |                                            ^^^^^^^^^^^^^^^
      Let D end without an activation: output: { activation: none }."
  `);
});

test('bounded-scores: bce takes a sigmoid for probabilities, and a tanh for nothing', async () => {
  const output = (activation: string) =>
    doubts('filters: 4 }\ngame', `filters: 4, output: { activation: ${activation} } }\ngame`);
  expect(await output('sigmoid')).toBe('nothing');
  expect(await output('tanh')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:23:42 warning bounded-scores  D ends in tanh, so its scores are from -1 to 1, but bce expects unbounded scores in "real".
      23 |         adversarial: { type: bce, real: "D(source, target)", fake: "D(source, fake)", weight: 0.5 }
         |                                          ^^^^^^^^^^^^^^^^^
      Let D end without an activation (logits), or in sigmoid (probabilities).

    recipes/mine.yaml:23:69 warning bounded-scores  D ends in tanh, so its scores are from -1 to 1, but bce expects unbounded scores in "fake".
      23 |         adversarial: { type: bce, real: "D(source, target)", fake: "D(source, fake)", weight: 0.5 }
         |                                                                     ^^^^^^^^^^^^^^^
      Let D end without an activation (logits), or in sigmoid (probabilities).

    recipes/mine.yaml:26:42 warning bounded-scores  D ends in tanh, so its scores are from -1 to 1, but bce expects unbounded scores in "fool".
      26 |         adversarial: { type: bce, fool: "D(source, fake)" }
         |                                          ^^^^^^^^^^^^^^^
      Let D end without an activation (logits), or in sigmoid (probabilities)."
  `);
});

test('high-momentum, as written and as the default', async () => {
  expect(await doubts('beta1: 0.5', 'beta1: 0.9')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:31:54 warning high-momentum  D and G play against other networks with beta1 0.9 of adam: gradients from ten steps ago still count, although the opponent has changed since.
      31 | optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.9 }
         |                                                      ^^^
      Most GANs train more stably with beta1: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep it if the paper that you follow uses it."
  `);
  expect(await doubts(', beta1: 0.5', '')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:31:1 warning high-momentum  D and G play against other networks with beta1 0.9 of adam: gradients from ten steps ago still count, although the opponent has changed since.
      31 | optimizer: { type: adam, learning_rate: 2e-4 }
         | ^^^^^^^^^
      Most GANs train more stably with beta1: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep it if the paper that you follow uses it."
  `);
  expect(await doubts('type: adam, learning_rate: 2e-4, beta1: 0.5', 'type: sgd, learning_rate: 0.1')).toBe(
    'nothing',
  );
});

test('high-momentum, but not of a network that plays against nobody', async () => {
  const alone = ['game.play=[G]', 'game.updates.G.losses.adversarial=null', 'optimizer.beta1=0.9'];
  expect(await doubts('', '', alone)).not.toContain('high-momentum');
});

test('signal-zeroed', async () => {
  const encoder =
    '- { id: e3, filters: 8, norm: none }\n      - { id: bottleneck, filters: 8, norm: batch, activation: relu }';
  const decoder = '- { id: d3, filters: 8, skip: e3 }\n      - { id: d2,';
  const recipe = TINY_RECIPE.replace(
    '- { id: bottleneck, filters: 8, norm: none, activation: relu }',
    encoder,
  )
    .replace('- { id: d2,', decoder)
    .replace('batch: 2', 'batch: 1');
  const loaded = await parse(recipe);
  expect(formatDiagnostics(warningsOf(planPhases(loaded, registry), loaded.phases, registry)))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:12:45 warning signal-zeroed  The batch-norm encoder/bottleneck/norm of G zeroes its input: it normalises over a single value, of one example at a time and a map of 1x1x8.
      12 |       - { id: bottleneck, filters: 8, norm: batch, activation: relu }
         |                                             ^^^^^
      Give that block norm: none, as pix2pix does with its bottleneck, or set train.batch to 2 or more."
  `);
  // Two examples have a mean that is neither of them.
  const two = await parse(recipe.replace('batch: 1', 'batch: 2'));
  expect(warningsOf(planPhases(two, registry), two.phases, registry)).toEqual([]);
});

const CRITIC = ['game.updates.D.losses.adversarial.type=wgan', 'game.updates.G.losses.adversarial.type=wgan'];
const PENALTY = [
  'game.tensors.mixed={ type: interpolate, of: target, to: fake }',
  'game.updates.D.losses.penalty={ type: gradient-penalty, of: "D(source, mixed)", at: mixed, weight: 10 }',
];

test('steep-critic, and what limits it', async () => {
  expect(await doubts('', '', CRITIC)).toMatchInlineSnapshot(`
    "--set warning steep-critic  Nothing limits the slope of D, so its scores and wgan grow without bound.
       | game.updates.D.losses.adversarial.type=wgan
       |                       ^^^^^^^^^^^
      Add a loss { type: gradient-penalty, of: D(mixed), at: mixed, weight: 10 }, give D weight_norm: spectral, or its optimizer clip_weights: 0.01."
  `);
  expect(await doubts('', '', [...CRITIC, ...PENALTY, 'networks.D.norm=layer'])).toBe('nothing');
  expect(await doubts('', '', [...CRITIC, 'game.updates.D.optimizer={ clip_weights: 0.01 }'])).toBe(
    'nothing',
  );
  expect(await doubts('', '', [...CRITIC, 'networks.D.weight_norm=spectral'])).toBe('nothing');
});

test('norm-under-penalty', async () => {
  expect(await doubts('', '', [...CRITIC, ...PENALTY])).toMatchInlineSnapshot(`
    "--set warning norm-under-penalty  The loss penalty (gradient-penalty) penalises each image's own gradient, but D has batch-norm, which makes the images of a batch depend on each other.
       | game.updates.D.losses.penalty={ type: gradient-penalty, of: "D(source, mixed)", at: mixed, weight: 10 }
       |                       ^^^^^^^
      Give D norm: layer, instance or none, as WGAN-GP does."
  `);
  expect(await doubts('', '', [...CRITIC, ...PENALTY, 'train.batch=1'])).toBe('nothing');
});

test('one-sided', async () => {
  expect(await doubts(', fake: "D(source, fake)", weight: 0.5', '')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:23:9 warning one-sided  D is only shown real images, and will call everything real.
      23 |         adversarial: { type: bce, real: "D(source, target)" }
         |         ^^^^^^^^^^^
      Add "fake" to a loss that trains D."
  `);
  expect(await doubts('real: "D(source, target)", ', '')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:23:9 warning one-sided  D is only shown fake images, and will call everything fake.
      23 |         adversarial: { type: bce, fake: "D(source, fake)", weight: 0.5 }
         |         ^^^^^^^^^^^
      Add "real" to a loss that trains D."
  `);
});

test('mixed-losses', async () => {
  expect(await doubts('type: bce, fool', 'type: lsgan, fool')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:26:30 warning mixed-losses  D's scores are trained by bce, but G uses them in lsgan.
      26 |         adversarial: { type: lsgan, fool: "D(source, fake)" }
         |                              ^^^^^
      Set type: bce for the loss adversarial of G."
  `);
});

test('output-range', async () => {
  expect(await doubts('    inference:', '    output: { channels: 3, activation: sigmoid }\n    inference:'))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:15:40 warning output-range  fake is made by G, which ends in sigmoid: its values are from 0 to 1, but those of target are from -1 to 1.
      15 |     output: { channels: 3, activation: sigmoid }
         |                                        ^^^^^^^
      Let G end in tanh: output: { activation: tanh }."
  `);
  // Without bounds everything can be made: super-resolution does so.
  expect(
    await doubts('    inference:', '    output: { channels: 3, activation: none }\n    inference:'),
  ).toBe('nothing');
});

test('same-operands', async () => {
  expect(await doubts('real: "D(source, target)"', 'real: "D( source,fake )"')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:23:68 warning same-operands  "real" and "fake" of the loss adversarial are the same, D(source, fake): there is nothing to learn.
      23 |         adversarial: { type: bce, real: "D( source,fake )", fake: "D(source, fake)", weight: 0.5 }
         |                                                                    ^^^^^^^^^^^^^^^
      "real" must come from the data, and "fake" from a network."
  `);
  expect(await doubts('of: fake, to: target', 'of: fake, to: fake')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:27:39 warning same-operands  "of" and "to" of the loss l1 are the same, fake: there is nothing to learn.
      27 |         l1: { type: l1, of: fake, to: fake, weight: 100 }
         |                                       ^^^^
      Compare it with something else."
  `);
});

test('idle-network', async () => {
  expect(await doubts('adversarial: { type: bce, fool: "D(source, fake)" }\n        ', ''))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:16:3 warning idle-network  D is trained to no effect: no output is made by it, and no other network learns from it.
      16 |   D: { type: patchgan, patch: 16, filters: 4 }
         |   ^
      Call D in a loss of another network, or name what it makes under game.outputs."
  `);
});

test('unused-tensor', async () => {
  expect(await doubts('fake: G(source)', 'fake: G(source)\n    again: G(fake)')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:20:12 warning unused-tensor  The tensor again is not computed: no played loss, no output and no sample needs it.
      20 |     again: G(fake)
         |            ^^^^^^^
      Remove it, or use it in a loss."
  `);
  expect(
    await doubts('fake: G(source)', 'fake: G(source)\n    again: G(fake)', [
      'sample={ every: 1 step, show: [again] }',
    ]),
  ).toBe('nothing');
});

test('unused-part', async () => {
  const layers = `D: { type: layers, layers: [{ id: trunk, type: conv, filters: 4 }, { id: score, type: conv, filters: 1 }, { id: kind, type: conv, filters: 3, from: trunk }], outputs: { score: score, kind: kind } }`;
  const calls = TINY_RECIPE.replaceAll('D(source', 'D.score(source').replace(
    'D: { type: patchgan, patch: 16, filters: 4 }',
    layers,
  );
  const loaded = await parse(calls);
  expect(formatDiagnostics(warningsOf(planPhases(loaded, registry), loaded.phases, registry)))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:16:192 warning unused-part  No call uses the output kind of D.
      16 |   D: { type: layers, layers: [{ id: trunk, type: conv, filters: 4 }, { id: score, type: conv, filters: 1 }, { id: kind, type: conv, filters: 3, from: trunk }], outputs: { score: score, kind: kind } }
         |                                                                                                                                                                                                ^^^^
      Write D.kind(...) where it is needed, or remove the output."
  `);
});
