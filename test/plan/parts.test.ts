import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { partEnds } from '../../src/core/parts.js';
import { planRecipe } from '../../src/plan/plan.js';
import { formatPlan } from '../../src/plan/print.js';
import { formatDiagnostics } from '../../src/recipe/diagnostics.js';
import { parse, registry } from '../recipe/support.js';

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

async function failure(text: string, ...set: string[]): Promise<string> {
  const error: unknown = await planOf(text, ...set).catch((reason: unknown) => reason);
  if (!(error instanceof UserError)) throw new Error('It plans, or fails otherwise.', { cause: error });
  return formatDiagnostics(error.diagnostics);
}

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

  test('refuse a call that does not say which output', async () => {
    expect(await failure(RECIPE.replace('fool: D.score(fake)', 'fool: D(fake)'))).toMatchInlineSnapshot(`
      "recipes/mine.yaml:27:42 error which-output  D has several outputs, and this call does not say which.
        27 |     G: { losses: { a: { type: bce, fool: D(fake) }, c: { type: l1, of: D.class(fake), to: D.class(target) } } }
           |                                          ^^^^^^^
        Write D.score(...) or D.class(...)."
    `);
  });

  test('refuse a part that is none', async () => {
    expect(await failure(RECIPE.replace('fool: D.score(fake)', 'fool: D.scores(fake)')))
      .toMatchInlineSnapshot(`
        "recipes/mine.yaml:27:42 error unknown-part  D has no part "scores".
          27 |     G: { losses: { a: { type: bce, fool: D.scores(fake) }, c: { type: l1, of: D.class(fake), to: D.class(target) } } }
             |                                          ^^^^^^^^^^^^^^
          Parts: score, class, features, trunk, verdict, kind."
      `);
  });

  test('refuse another number of arguments', async () => {
    expect(await failure(RECIPE.replace('"G(source, target)"', 'G(source)'))).toMatchInlineSnapshot(`
      "recipes/mine.yaml:24:20 error calls-differ  G takes 2 arguments (image, style), but G(source) gives 1.
        24 |   tensors: { fake: G(source) }
           |                    ^^^^^^^^^
        The key \`inputs\` of a network names its arguments in order."
    `);
  });

  test('refuse an output that comes from no layer', async () => {
    expect(await failure(RECIPE.replace('score: verdict/conv', 'score: verdict'))).toMatchInlineSnapshot(`
      "recipes/mine.yaml:22:5 error unknown-layer  D: An output comes from "verdict", which is not a layer.
        22 |     outputs: { score: verdict, class: kind/squash }
           |     ^^^^^^^
        Layers: kind/conv, kind/squash, trunk/activation, trunk/conv, verdict/conv."
    `);
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
