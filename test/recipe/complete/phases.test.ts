import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { planPhases } from '../../../src/plan/phases.js';
import { formatPhases } from '../../../src/plan/print.js';
import { complaints, findings, parse, REFERENCE, registry } from '../support.js';

const TRAIN = 'train: { for: 200 epochs, batch: 1, seed: 1 }';
const withPhases = (phases: string): string => REFERENCE.replace(TRAIN, `train:\n  phases:\n${phases}`);

const TWO = withPhases(`
    - id: pretrain
      for: 10 epochs
      change: { game.play: [G], game.updates.G.losses.adversarial: null }
    - for: 100 epochs
`);

describe('phases', () => {
  test('are each the recipe with their changes, and no more', async () => {
    const { recipe, phases } = await parse(TWO);
    expect(recipe.train).toMatchObject({
      phases: [
        {
          id: 'pretrain',
          for: '10 epochs',
          change: { 'game.play': ['G'], 'game.updates.G.losses.adversarial': null },
        },
        { id: 'p2', for: '100 epochs' },
      ],
      batch: 1,
      accumulate: 1,
      on_nonfinite: 'stop',
      seed: 1,
    });
    expect(phases.map((phase) => [phase.id, phase.for])).toEqual([
      ['pretrain', '10 epochs'],
      ['p2', '100 epochs'],
    ]);
    const [first, second] = phases.map((phase) => phase.recipe);
    expect(first!.game.play).toEqual(['G']);
    expect(Object.keys(first!.game.updates['G']!.losses)).toEqual(['l1']);
    const { phases: _, ...settings } = recipe.train;
    expect(second).toEqual({
      ...recipe,
      train: { ...settings, for: '100 epochs' },
    });
  });

  test('read back from resolved.yaml', async () => {
    const { recipe, resolvedYaml, phases } = await parse(TWO);
    const again = await parse(resolvedYaml);
    expect(again.recipe).toEqual(recipe);
    expect(again.phases.map((phase) => phase.recipe)).toEqual(phases.map((phase) => phase.recipe));
    expect(parseYaml(resolvedYaml, { version: '1.1' })).toEqual(recipe);
  });

  test('are one where a recipe only says how long', async () => {
    const { recipe, phases } = await parse(REFERENCE);
    expect(recipe.train.for).toBe('200 epochs');
    expect(phases).toMatchObject([{ id: 'p1', for: '200 epochs', recipe }]);
  });

  test('take the place of an inherited length, and a length that of phases', async () => {
    const set = (text: string, value: string) => parse(text, { set: [value] });
    const staged = await set(REFERENCE, 'train.phases=[{ for: 1 epoch }, { for: 2 epochs }]');
    expect(staged.recipe.train.for).toBeUndefined();
    expect(staged.phases.map((phase) => phase.for)).toEqual(['1 epoch', '2 epochs']);
    expect((await set(TWO, 'train.for=5 epochs')).phases.map((phase) => phase.for)).toEqual(['5 epochs']);
    expect((await set(TWO, 'train.phases.p2.for=5 epochs')).phases.map((phase) => phase.for)).toEqual([
      '10 epochs',
      '5 epochs',
    ]);
  });

  test('take short forms, maps and * in their changes', async () => {
    const { phases } = await parse(
      withPhases(`
    - for: 1 epoch
      change:
        data.pairs: { size: 128, augment: { jitter: 144 } }
        "networks.*.filters": 32
        game: { play: [[D, G]] }
`),
    );
    const [{ recipe } = { recipe: undefined }] = phases;
    expect(recipe!.data['pairs']!.size).toEqual({ height: 128, width: 128 });
    expect(recipe!.networks['D']!['filters']).toBe(32);
    expect(recipe!.game.play).toEqual([['D', 'G']]);
  });

  test('restart the schedules that they set, and no other', async () => {
    const schedule = '{ type: linear-decay }';
    const text = withPhases(`
    - { id: a, for: 1 epoch }
    - { id: b, for: 1 epoch, change: { optimizer.schedule: ${schedule} } }
    - { id: c, for: 1 epoch, change: { game.updates.G.losses.l1.schedule: ${schedule}, optimizer.learning_rate: 1e-4 } }
`).replace('beta1: 0.5 }', `beta1: 0.5, schedule: ${schedule} }`);
    const { phases } = await parse(text);
    expect(phases.map(({ restarted }) => [...restarted].sort())).toEqual([
      [],
      ['game.updates.D.optimizer.schedule', 'game.updates.G.optimizer.schedule', 'optimizer.schedule'],
      ['game.updates.G.losses.l1.schedule'],
    ]);
    // One that is written below a change is not set by it.
    const [line = ''] = /^optimizer: .*$/m.exec(text)!;
    const below = await parse(`${text.replace(line, '')}\n${line}\n`);
    expect(below.phases.map(({ restarted }) => restarted.size)).toEqual([0, 3, 1]);
  });

  test('warn of a network that none of them uses, and not of one that another does', async () => {
    expect((await parse(TWO)).warnings).toEqual([]);
    const never = TWO.replace(
      '    - for: 100 epochs',
      '    - { for: 100 epochs, change: { game.play: [G], game.updates.G.losses.adversarial: null } }',
    );
    expect(await complaints(never)).toMatchInlineSnapshot(`
      "recipes/mine.yaml:39:3 warning unused-network  D is not built: no played update and no output uses it.
        39 |   D:
           |   ^
        Call it in a loss of a played update, or remove it."
    `);
  });

  test('are planned each by itself', async () => {
    const [pretrain, whole] = planPhases(await parse(TWO), registry);
    expect(Object.keys(pretrain!.plan.networks)).toEqual(['G']);
    expect(pretrain!.plan.cost.calls).toEqual({ G: { tensors: 1 } });
    expect(whole!.plan.cost.calls).toEqual({ G: { tensors: 1 }, D: { D: 2, G: 1 } });
    expect(formatPhases([pretrain!, whole!])).toMatch(
      /^Phase pretrain: 10 epochs of\n\npix2pix-maps\n[^]*\nPhase p2: 100 epochs of/,
    );
  });
});

describe('what phases cannot be', () => {
  test('wrong in what they change', async () => {
    const text = withPhases(`
    - { id: a, for: 1 epoch }
    - { id: a, for: 1 epoc, change: { game.updates.G.losses.l1.type: l3, game.updates.E.every: 2 steps, "networks.*.patsh": 1 } }
    - { for: 1 epoch, change: { game.updates.G.losses.l2: null } }
`);
    const printed = await complaints(text);
    expect(
      [...printed.matchAll(/^\S+:(\d+:\d+) error (\S+)/gm)].map(([, place, code]) => `${place} ${code}`),
    ).toEqual([
      '70:21 bad-duration',
      '70:70 unknown-loss',
      '70:87 missing-key',
      '70:105 no-match',
      '71:55 nothing-to-take-out',
    ]);
  });

  test('none, without a length', async () => {
    expect(await complaints(REFERENCE.replace('for: 200 epochs, ', ''))).toMatchInlineSnapshot(`
      "recipes/mine.yaml:66:1 error missing-key  "train" needs "for".
        66 | train: { batch: 1, seed: 1 }
           | ^^^^^
        for: How long. A step is one batch, an epoch one pass over the largest source. Example: for: 200 epochs."
    `);
  });
});

test('two phases of one id, and another optimizer than the state was of', async () => {
  const phases = (list: string) => REFERENCE.replace('for: 200 epochs', `phases: [${list}]`);
  expect(await findings(phases('{ id: a, for: 1 epoch }, { id: a, for: 1 epoch }'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:66:50 error duplicate-id  "a" is already the id of another phase.
      66 | train: { phases: [{ id: a, for: 1 epoch }, { id: a, for: 1 epoch }], batch: 1, seed: 1 }
         |                                                  ^
      Rename one."
  `);
  expect(
    await findings(
      phases('{ id: a, for: 1 epoch }, { id: b, for: 1 epoch, change: { optimizer: { type: sgd } } }'),
    ),
  ).toMatchInlineSnapshot(`
    "recipes/mine.yaml:66:50 error phase  The optimizer of D is sgd in the phase b, and adam in a, whose state it cannot continue with.
      66 | train: { phases: [{ id: a, for: 1 epoch }, { id: b, for: 1 epoch, change: { optimizer: { type: sgd } } }], batch: 1, seed: 1 }
         |                                                  ^
      Keep the shape of every variable and the type of every optimizer; its learning rate and schedule may change.

    recipes/mine.yaml:66:50 error phase  The optimizer of G is sgd in the phase b, and adam in a, whose state it cannot continue with.
      66 | train: { phases: [{ id: a, for: 1 epoch }, { id: b, for: 1 epoch, change: { optimizer: { type: sgd } } }], batch: 1, seed: 1 }
         |                                                  ^
      Keep the shape of every variable and the type of every optimizer; its learning rate and schedule may change."
  `);
});
