import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { planRecipe } from '../../src/plan/plan.js';
import { formatPlan } from '../../src/plan/print.js';
import type { Plan } from '../../src/plan/types.js';
import { formatDiagnostics } from '../../src/recipe/messages/findings.js';
import { parse, REFERENCE, reference, registry } from '../recipe/support.js';

async function planOf(text: string, ...set: string[]): Promise<Plan> {
  const { recipe, locate } = await parse(text, { set });
  return planRecipe(recipe, registry, locate);
}

async function failure(text: string, ...set: string[]): Promise<string> {
  const error = await planOf(text, ...set).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error('It plans, or fails otherwise.', { cause: error });
  expect(error.exitCode).toBe(2);
  return formatDiagnostics(error.diagnostics);
}

describe('the plan of the reference recipe', () => {
  test('has the game as it is played', async () => {
    const plan = await planOf(REFERENCE);
    expect(plan.play).toEqual([['D'], ['G']]);
    expect(plan.tensors.map(({ name, shape }) => [name, shape])).toEqual([['fake', [256, 256, 3]]]);
    expect(plan.outputs['fake']).toEqual({
      name: 'fake',
      from: ['source'],
      reference: 'target',
      shape: [256, 256, 3],
    });
    expect(plan.updates['D']!.losses.map(({ name, scores, every }) => [name, scores, every])).toEqual([
      ['adversarial', 'logits', 1],
    ]);
    expect(plan.networks['G']).toMatchObject({
      inference: { dropout: true, batchStatistics: true },
      runningStatistics: false,
    });
    expect(plan.networks['D']).toMatchObject({ runningStatistics: true, probabilities: false });
  });

  test('costs about 87 GFLOP a step', async () => {
    const { cost, networks } = await planOf(REFERENCE);
    const [G, D] = [networks['G']!.flops, networks['D']!.flops];
    // G forward and back; D on real and fake, forward and back; D on the fake forward, and back to its input.
    expect(cost.flopsPerStep).toBe(3 * G + 2 * 3 * D + 2 * D);
    expect(cost.flopsPerStep / 1e9).toBeCloseTo(87.6, 1);
    expect(cost.calls).toEqual({ G: { tensors: 1 }, D: { D: 2, G: 1 } });
  });

  test('asks D three times where it is played first, twice where G is: it has not moved then', async () => {
    expect((await planOf(REFERENCE, 'game.play=[G, D]')).cost.calls['D']).toEqual({ G: 1, D: 1 });
    expect((await planOf(REFERENCE, 'game.play=[[D, G]]')).cost.calls['D']).toEqual({ D: 2 });
    const rare = await planOf(REFERENCE, 'game.play=[G, D]', 'game.updates.G.every=4 steps');
    expect(rare.cost.calls['D']).toEqual({ G: 0.25, D: 1.75 });
    // What draws in a layer is another value in each update.
    const layers = '[{ type: dropout }, { type: conv, filters: 1 }]';
    const drawn = await planOf(
      REFERENCE,
      'game.play=[[D, G]]',
      `networks.D={ type: layers, layers: ${layers} }`,
    );
    expect(drawn.cost.calls['D']).toEqual({ D: 2, G: 1 });
  });

  test('does not build what is not played, and does not differentiate what has no weight', async () => {
    const alone = await planOf(REFERENCE, 'game.play=[G]', 'game.updates.G.losses.adversarial=null');
    expect(Object.keys(alone.networks)).toEqual(['G']);
    expect(alone.cost.flopsPerStep).toBe(3 * alone.networks['G']!.flops);
    const measured = await planOf(REFERENCE, 'game.updates.G.losses.adversarial.weight=0');
    const { G, D } = measured.networks;
    expect(measured.cost.flopsPerStep).toBe(3 * G!.flops + 7 * D!.flops);
  });

  test('takes scores of a sigmoid for probabilities', async () => {
    const plan = await planOf(REFERENCE, 'networks.D.output={ activation: sigmoid }');
    expect(plan.updates['G']!.losses.map(({ name, scores }) => [name, scores])).toEqual([
      ['adversarial', 'probabilities'],
      ['l1', 'logits'],
    ]);
  });

  test('takes scores for probabilities through the tensor that holds them', async () => {
    const verdict = [
      'game.tensors.verdict=D(source, fake)',
      'game.updates.G.losses.adversarial.fool=verdict',
    ];
    const plan = await planOf(REFERENCE, 'networks.D.output={ activation: sigmoid }', ...verdict);
    expect(plan.updates['G']!.losses[0]!.scores).toBe('probabilities');
  });

  test('spreads a vector beside an image over its pixels', async () => {
    const noisy = REFERENCE.replace(
      '    fake: G(source)',
      '    z: { type: noise, size: 8 }\n    fake: G(source, z)',
    );
    const plan = await planOf(noisy);
    expect(plan.networks['G']!.input).toEqual([256, 256, 11]);
    expect(plan.tensors.map(({ name }) => name)).toEqual(['z', 'fake']);
  });

  test('gives parts of networks to losses that compare lists', async () => {
    const features = '{ type: l1, of: "D.features(source, fake)", to: "D.features(source, target)" }';
    const plan = await planOf(REFERENCE, `game.updates.G.losses.features=${features}`);
    // Of the fake they are a part of the forward pass that its score takes anyway.
    expect(plan.cost.calls['D']).toEqual({ D: 2, G: 2 });
  });

  test('is the same of the network written layer by layer', async () => {
    const plan = await planOf(REFERENCE);
    const layers = plan.networks['G']!.layers.map((layer) => layer.config);
    const { inference } = plan.recipe.networks['G']!;
    const again = await planOf(
      REFERENCE,
      `networks.G=${JSON.stringify({ type: 'layers', layers, inference })}`,
    );
    const withoutConfig = (of: Plan) =>
      of.networks['G']!.layers.map(({ config: _config, ...layer }) => layer);
    expect(withoutConfig(again)).toEqual(withoutConfig(plan));
    expect(again.cost).toEqual(plan.cost);
  });

  test('is printed', async () => {
    const text = formatPlan(await planOf(REFERENCE));
    expect(text).toMatchSnapshot();
  });
});

describe('what cannot be planned', () => {
  test('a patch that no depth gives', async () => {
    expect(await failure(reference('patch: 70 ', 'patch: 71 '))).toMatchInlineSnapshot(`
      "recipes/mine.yaml:41:12 error no-such-patch  D: No depth gives a patch of 71 pixels with 4x4 kernels.
        41 |     patch: 71                           # receptive field in pixels: 1, 16, 34, 70, 142, 286, or \`image\`
           |            ^^
        The nearest are 16, 34, 70; \`image\` covers the whole input."
    `);
  });

  test('an input too small for the depth', async () => {
    expect(await failure(reference('size: 256\n', 'size: 128\n'), 'networks.D.patch=16'))
      .toMatchInlineSnapshot(`
        "recipes/mine.yaml:28:9 error too-small  G: encoder/bottleneck/conv: A 4x4 convolution with padding 1 does not fit into an input of 1x1x512.
          28 |       - { id: bottleneck, filters: 512, norm: none, activation: relu }
             |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          Use a larger \`size\`, fewer downsampling layers, or a smaller kernel."
      `);
  });

  test('a number that a family makes too large', async () => {
    expect(await failure(REFERENCE, 'networks.D.filters=65536')).toContain(
      'D: c2/conv: In a layer "conv" that it makes, filters must be <= 65536.',
    );
  });

  test('a skip whose shapes cannot meet', async () => {
    expect(await failure(reference('filters: 512, skip: e4', 'filters: 512, skip: e3')))
      .toMatchInlineSnapshot(`
        "recipes/mine.yaml:33:39 error shapes-differ  G: decoder/d4/concat: 16x16x512 and 32x32x256 cannot be stacked on the channels: all but the last number must be equal.
          33 |       - { id: d4, filters: 512, skip: e3 }
             |                                       ^^
          Link blocks of the same resolution; with a depth of n, height and width must be multiples of 2^n."
      `);
  });

  test('a list as a mask', async () => {
    expect(await failure(REFERENCE, 'game.updates.G.losses.l1.where=D.features(source, target)')).toContain(
      'one-tensor  D.features(source, target) is a list of tensors, but a single one is needed.',
    );
  });

  test('features where a loss reads one tensor', async () => {
    const loss = 'game.updates.G.losses.smooth={ type: total-variation, of: "D.features(source, fake)" }';
    expect(await failure(REFERENCE, loss)).toMatchInlineSnapshot(`
      "--set error one-tensor  D.features(source, fake) is a list of tensors, but a single one is needed.
         | game.updates.G.losses.smooth={ type: total-variation, of: "D.features(source, fake)" }
         |                                                            ^^^^^^^^^^^^^^^^^^^^^^^^
        Only losses that compare take lists: { of: D.features(a), to: D.features(b) }."
    `);
  });

  test('a layer that reads what is not above it', async () => {
    const layers = '[{ id: c1, type: conv, filters: 3, from: c2 }, { id: c2, type: conv, filters: 3 }]';
    expect(await failure(REFERENCE, `networks.G={ type: layers, layers: ${layers} }`)).toMatchInlineSnapshot(`
      "--set error unknown-layer  G: c1: It reads "c2", which is not a layer above it.
         | networks.G={ type: layers, layers: [{ id: c1, type: conv, filters: 3, from: c2 }, { id: c2, type: conv, filters: 3 }] }
         |                                                                             ^^
        Available: input."
    `);
  });
});
