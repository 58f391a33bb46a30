import { describe, expect, test } from 'vitest';
import { partEnds } from '../../src/core/parts.js';
import { planRecipe } from '../../src/plan/plan.js';
import { formatPlan } from '../../src/plan/print.js';
import { parse, registry } from '../recipe/support.js';
import { errorsOf, pointed } from './support.js';

const RECIPE = `
name: heads
data:
  pairs: { type: side-by-side, path: maps, fields: { source: left, target: right }, size: 32 }
networks:
  G:
    type: layers
    inputs: [image, style]
    layers:
      - { id: c1, type: conv, filters: 8, kernel: 3, from: image }
      - { id: c2, type: conv, filters: 8, kernel: 3, from: style }
      - { id: both, type: concat, from: [c1, c2] }
      - { id: out, type: conv, filters: 3, kernel: 3 }
  D:
    type: layers
    layers:
      - { id: trunk/conv, type: conv, filters: 8, kernel: 4, stride: 2 }
      - { id: trunk/activation, type: relu }
      - { id: verdict/conv, type: conv, filters: 1, kernel: 3 }
      - { id: kind/conv, type: conv, filters: 5, kernel: 3, from: trunk/activation }
      - { id: kind/squash, type: sigmoid }
    outputs: { score: verdict/conv, class: kind/squash }
game:
  tensors: { fake: "G(source, target)" }
  updates:
    D: { losses: { a: { type: bce, real: D.score(target), fake: D.score(fake) } } }
    G: { losses: { a: { type: bce, fool: D.score(fake) }, c: { type: l1, of: D.class(fake), to: D.class(target) } } }
  play: [D, G]
optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }
train: { for: 10 steps }
`;

const planOf = async (text: string, ...set: string[]) => {
  const { recipe, locate } = await parse(text, { set });
  return planRecipe(recipe, registry, locate);
};

describe('networks with named arguments and several outputs', () => {
  test('have the shapes of each, and calls say which output they mean', async () => {
    const { networks, updates, cost } = await planOf(RECIPE);
    expect(networks['G']).toMatchObject({
      inputs: { image: [32, 32, 3], style: [32, 32, 3] },
      namesInputs: true,
      output: [32, 32, 3],
    });
    expect(networks['D']!.outputs).toEqual({ score: 'verdict/conv', class: 'kind/squash' });
    // Parts of one call are one forward pass: G's loss asks for the score and the class of the fake, and a target's.
    expect(cost.calls).toEqual({ G: { tensors: 1 }, D: { D: 2, G: 2 } });
    expect(updates['D']!.losses[0]!.scores).toBe('logits');
  });

  test('are printed with the names', async () => {
    const text = formatPlan(await planOf(RECIPE));
    expect(text).toContain('G (layers): image 32x32x3, style 32x32x3 -> 32x32x3');
    expect(text).toContain('D (layers): 32x32x3 -> score 16x16x1, class 16x16x5');
  });

  test('take scores of an output that ends in a sigmoid for probabilities', async () => {
    const plan = await planOf(
      RECIPE,
      'game.updates.D.losses.a={ real: D.class(target), fake: D.class(fake) }',
    );
    expect(plan.updates['D']!.losses[0]!.scores).toBe('probabilities');
  });

  test.each([
    [
      'fool: D.score(fake)',
      'fool: D(fake)',
      'D(fake) | D has several outputs, and this call does not say which. | Write D.score(...) or D.class(...).',
    ],
    [
      'fool: D.score(fake)',
      'fool: D.scores(fake)',
      'D.scores(fake) | D has no part "scores". | Parts: score, class, features, trunk, verdict, kind.',
    ],
    [
      '"G(source, target)"',
      'G(source)',
      'G(source) | G takes 2 arguments (image, style), but G(source) gives 1. | The key `inputs` of a network names its arguments in order.',
    ],
    [
      'score: verdict/conv',
      'score: verdict',
      'outputs | D: An output comes from "verdict", which is not a layer. | Layers: kind/conv, kind/squash, trunk/activation, trunk/conv, verdict/conv.',
    ],
  ])('refuse in place of %s what is %s', async (written, wrong, expected) => {
    const errors = await errorsOf(RECIPE.replace(written, wrong));
    expect(errors.map((each) => `${pointed(each)} | ${each.remedy!}`)).toEqual([expected]);
  });
});

describe('the parts of a call', () => {
  const layers = ['a/conv', 'a/norm', 'b/conv', 'c/conv'].map((id) => ({ config: { id } }));

  test('without a part are the outputs', () => {
    expect(partEnds({ name: 'N', layers }, undefined)).toEqual(['c/conv']);
    expect(partEnds({ name: 'N', layers, outputs: ['b/conv', 'c/conv'] }, undefined)).toEqual([
      'b/conv',
      'c/conv',
    ]);
  });

  test('`features` leaves out the blocks of the outputs', () => {
    expect(partEnds({ name: 'N', layers }, 'features')).toEqual(['a/norm', 'b/conv']);
    expect(partEnds({ name: 'N', layers, outputs: { x: 'b/conv', y: 'c/conv' } }, 'features')).toEqual([
      'a/norm',
    ]);
  });
});
