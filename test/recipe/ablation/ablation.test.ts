import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { UserError } from '../../../src/core/errors.js';
import { planTrials } from '../../../src/plan/ablation.js';
import { formatTrials } from '../../../src/plan/print.js';
import { planningErrors, planPhases } from '../../../src/plan/phases.js';
import { isAblation, loadAblation } from '../../../src/recipe/ablation/node.js';
import { Bases } from '../../../src/recipe/read/bases.js';
import { formatDiagnostics } from '../../../src/recipe/messages/findings.js';
import { loadRecipe } from '../../../src/recipe/node.js';
import { ablationSchema } from '../../../src/recipe/schema/publish.js';
import { smallRegistry as registry } from '../../support/small-registry.js';
import { compiled, parse, REFERENCE } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'gan-ablation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'base.yaml'), REFERENCE);

const load = (text: string) => {
  writeFileSync(join(folder, 'mine.yaml'), text);
  return loadAblation('mine.yaml', { registry, cwd: folder, examine: planningErrors });
};

async function complaints(text: string): Promise<string> {
  const error: unknown = await load(text)
    .then((ablation) => planTrials(ablation, registry))
    .catch((reason: unknown) => reason);
  if (!(error instanceof UserError)) throw new Error('It is sound, or fails otherwise.', { cause: error });
  expect(error.exitCode).toBe(2);
  return formatDiagnostics(error.diagnostics);
}

const LOSSES = `name: losses
base: ./base.yaml
vary:
  loss:
    variants:
      L1: { game.play: [G], game.updates.G.losses.adversarial: null }
      L1+GAN:
        game.updates.D.losses.adversarial: { real: D(target), fake: D(fake) }
        game.updates.G.losses.adversarial.fool: D(fake)
      L1+cGAN: {}
  patch: { path: networks.D.patch, values: [1, 70] }
  seed: { path: train.seed, values: [1, 2] }
report: { metrics: [val/l1], rows: loss, columns: patch, average: seed }
`;

test('what is wrong with the base, the axes and the shapes of trials is said at once', async () => {
  writeFileSync(
    join(folder, 'broken.yaml'),
    REFERENCE.replace('type: adam', 'type: adamm').replace('skip: e4', 'skip: e5'),
  );
  expect(
    await complaints(`name: broken
base: ./broken.yaml
summery: Unknown
vary:
  seed: { path: train.seed, values: [1, 2] }
`),
  ).toMatchInlineSnapshot(`
    "broken.yaml:33:39 error shapes-differ  G: decoder/d4/concat: 16x16x512 and 8x8x512 cannot be stacked on the channels: all but the last number must be equal.
      33 |       - { id: d4, filters: 512, skip: e5 }
         |                                       ^^
      Link blocks of the same resolution; with a depth of n, height and width must be multiples of 2^n.

    broken.yaml:65:20 error unknown-optimizer  There is no optimizer "adamm".
      65 | optimizer: { type: adamm, learning_rate: 2e-4, beta1: 0.5 }
         |                    ^^^^^
      Did you mean "adam"? Optimizers: adam, rmsprop, sgd.

    mine.yaml:3:1 error unknown-key  "summery" is not a key of the ablation.
      3 | summery: Unknown
        | ^^^^^^^
      Did you mean "summary"? Keys: base, name, report, search, summary, vary."
  `);
  expect(
    await complaints(`name: trials
base: ./base.yaml
vary:
  patch: { path: networks.D.patch, values: [70, 71, large] }
  rate: { path: optimizer.learning_rate, values: [2e-4, fast] }
`),
  ).toMatchInlineSnapshot(`
  "mine.yaml:4:49 error no-such-patch  D: No depth gives a patch of 71 pixels with 4x4 kernels.
    4 |   patch: { path: networks.D.patch, values: [70, 71, large] }
      |                                                 ^^
    The nearest are 16, 34, 70; \`image\` covers the whole input.

  mine.yaml:4:53 error unknown-choice  "large" is not a choice for "patch".
    4 |   patch: { path: networks.D.patch, values: [70, 71, large] }
      |                                                     ^^^^^
    Choices: image. Or a whole number of at least 1.

  mine.yaml:5:57 error wrong-type  "learning_rate" must be a number above 0, not "fast".
    5 |   rate: { path: optimizer.learning_rate, values: [2e-4, fast] }
      |                                                         ^^^^"
`);
});

describe('an ablation', () => {
  test('judges seeds once, and gives each trial its own', async () => {
    const ablation = await load(LOSSES);
    const planned = planTrials(ablation, registry);
    expect(planned).toHaveLength(10); // L1 does not play D, so its patches are one
    for (const { trials, phases } of planned) {
      const { recipe } = trials[0]!.recipe;
      const alone = await parse(trials[0]!.recipe.resolvedYaml);
      expect(recipe).toEqual(alone.recipe);
      expect(String(recipe.train.seed)).toBe(trials[0]!.cells['seed']);
      expect(phases).toEqual(
        planPhases(alone, registry).map((phase, i) => ({ ...phase, id: phases[i]!.id })),
      );
    }
    expect(await complaints(LOSSES.replace('values: [1, 2]', 'values: [1, -2]'))).toContain(
      'error out-of-range  "seed" must be a whole number of at least 0, not -2.',
    );
  });

  test('and recipes are read with a base that others were read with, as if alone', async () => {
    const bases = new Bases();
    writeFileSync(join(folder, 'child.yaml'), 'extends: ./base.yaml\nname: child\ntrain: { seed: 7 }\n');
    writeFileSync(join(folder, 'losses.yaml'), LOSSES);
    for (let i = 0; i < 2; i++) {
      const child = await loadRecipe('child.yaml', { registry, cwd: folder, bases });
      expect(child.recipe).toEqual((await loadRecipe('child.yaml', { registry, cwd: folder })).recipe);
      const ablation = await loadAblation('losses.yaml', { registry, cwd: folder, bases });
      expect(ablation.trials.map(({ hash }) => hash)).toEqual(
        (await load(LOSSES)).trials.map(({ hash }) => hash),
      );
      expect(ablation.trials[0]!.recipe.recipe).toEqual((await load(LOSSES)).trials[0]!.recipe.recipe);
    }
  });

  test('is every combination of its axes, each the base with its changes', async () => {
    const { axes, trials, report, warnings } = await load(LOSSES);
    expect(axes).toEqual([
      { name: 'loss', levels: ['L1', 'L1+GAN', 'L1+cGAN'] },
      { name: 'patch', levels: ['1', '70'] },
      { name: 'seed', levels: ['1', '2'] },
    ]);
    expect(trials).toHaveLength(12);
    expect(trials[0]!.cells).toEqual({ loss: 'L1', patch: '1', seed: '1' });
    expect(report).toEqual({ metrics: ['val/l1'], rows: 'loss', columns: 'patch', average: 'seed' });
    expect(warnings).toEqual([]);
    const { recipe: base } = await loadRecipe('base.yaml', { registry, cwd: folder });
    const last = trials.at(-1)!;
    expect(last.cells).toEqual({ loss: 'L1+cGAN', patch: '70', seed: '2' });
    expect(last.recipe.recipe).toEqual({ ...base, train: { ...base.train, seed: 2 } });
    const unconditional = trials.find(({ cells }) => cells['loss'] === 'L1+GAN' && cells['patch'] === '1')!;
    expect(unconditional.recipe.recipe.game.updates['D']!.losses['adversarial']).toMatchObject({
      real: 'D(target)',
      weight: 0.5,
    });
    expect(unconditional.recipe.recipe.networks['D']!['patch']).toBe(1);
  });

  test('runs equal trials once: where D is not played, its patch does not count', async () => {
    const ablation = await load(LOSSES);
    const planned = planTrials(ablation, registry);
    // Two seeds of L1, and of each of the others two patches by two seeds.
    expect(planned).toHaveLength(2 + 4 + 4);
    expect(planned[0]!.trials.map(({ cells }) => cells)).toEqual([
      { loss: 'L1', patch: '1', seed: '1' },
      { loss: 'L1', patch: '70', seed: '1' },
    ]);
    const text = formatTrials(ablation, planned);
    expect(text).toContain('12 trials, 10 runs');
    expect(text).toMatch(/L1 +70 +1 +1 +the same/);
  });

  test('hashes what is played, whatever it is called and however it is ordered', async () => {
    const hash = async (text: string) => (await load(text)).trials.map((trial) => trial.hash);
    const one = 'vary: { seed: { path: train.seed, values: [1] } }\n';
    const plain = await hash(`name: a\nbase: ./base.yaml\n${one}`);
    const lines = REFERENCE.split('\n');
    const name = lines.findIndex((line) => line.startsWith('name:'));
    writeFileSync(
      join(folder, 'other.yaml'),
      [...lines.slice(name + 2), 'name: other', 'summary: other'].join('\n'),
    );
    expect(await hash(`name: b\nbase: ./other.yaml\n${one}`)).toEqual(plain);
    const two = 'vary: { weight: { path: game.updates.G.losses.l1.weight, values: [100, 10] } }\n';
    const [same, another] = await hash(`name: c\nbase: ./base.yaml\n${two}`);
    expect([same]).toEqual(plain);
    expect(another).not.toBe(same);
  });

  test('lays what is written higher up first, so that the order of axes never counts', async () => {
    const loss =
      'loss: { variants: { L1: { game.play: [G], game.updates.G.losses.adversarial: null }, both: {} } }';
    const gan = 'gan: { path: "game.updates.*.losses.adversarial.type", values: [bce, hinge] }';
    const hashes = async (first: string, second: string) => {
      const { trials } = await load(`name: a\nbase: ./base.yaml\nvary:\n  ${first}\n  ${second}\n`);
      return new Set(trials.map((trial) => trial.hash));
    };
    expect(await hashes(loss, gan)).toEqual(await hashes(gan, loss));
    expect((await hashes(loss, gan)).size).toBe(3);
    const added =
      'loss: { variants: { l2: { game.updates.G.losses: { l2: { type: l2, of: fake, to: target, weight: 1 } } } } }';
    const weight = 'weight: { path: "game.updates.*.losses.l2.weight", values: [5] }';
    const { trials } = await load(`name: a\nbase: ./base.yaml\nvary:\n  ${weight}\n  ${added}\n`);
    expect(trials[0]!.recipe.recipe.game.updates['G']!.losses['l2']!.weight).toBe(5);
  });

  test('reports what its base evaluates, of each output by its name where there are several', async () => {
    const outputs = 'fake: { from: source, reference: target }';
    const two = `${outputs}\n    again: { reference: source }\n    third: {}`;
    writeFileSync(
      join(folder, 'two.yaml'),
      REFERENCE.replace(outputs, () => two)
        .replace('fake: G(source)', 'fake: G(source)\n    again: G(source)\n    third: G(source)')
        .replace('split: val, metrics: [l1, psnr, ssim, pixel-accuracy]', 'split: test, metrics: [l1, psnr]'),
    );
    const { report } = await load(
      'name: a\nbase: ./two.yaml\nvary: { seed: { path: train.seed, values: [1] } }\n',
    );
    expect(report.metrics).toEqual(['test/fake/l1', 'test/again/l1', 'test/fake/psnr', 'test/again/psnr']);
  });

  test('has paths beside itself, as a base in another folder would say them', async () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(folder, 'sub', 'base.yaml'), REFERENCE);
    const vary = 'vary: { data: { path: data.pairs.path, values: [./photos] } }';
    const { trials } = await load(`name: a\nbase: ./sub/base.yaml\n${vary}\n`);
    expect(trials[0]!.recipe.recipe.data['pairs']!.path).toBe('../photos');
  });

  test('is known by what it varies', async () => {
    await load(LOSSES);
    expect(isAblation('mine.yaml', { cwd: folder })).toBe(true);
    expect(isAblation('base.yaml', { cwd: folder })).toBe(false);
    expect(isAblation('nothing.yaml', { cwd: folder })).toBe(false);
    const error: unknown = await loadRecipe('mine.yaml', { registry, cwd: folder }).catch(
      (reason: unknown) => reason,
    );
    expect(formatDiagnostics((error as UserError).diagnostics)).toMatchInlineSnapshot(`
      "mine.yaml:3:1 error ablation  This is an ablation, not a recipe.
        3 | vary:
          | ^^^^
        \`gan check\`, \`gan plan\` and \`gan sweep\` accept ablations.

      mine.yaml:6:64 error null-value  null removes an inherited key, but this recipe extends nothing.
        6 |       L1: { game.play: [G], game.updates.G.losses.adversarial: null }
          |                                                                ^^^^
        Remove the key, or write \`none\` if that is a choice."
    `);
  });

  test('is what the published schema describes', () => {
    const validate = compiled(ablationSchema(registry));
    validate(parseYaml(LOSSES));
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ name: 'a', base: 'b', vary: { seed: { paths: 'train.seed' } } })).toBe(false);
  });
});

describe('what is wrong with an ablation', () => {
  const HEAD = 'name: a\nbase: ./base.yaml\n';

  test('its own form', async () => {
    expect(await complaints('name: a\nbases: ./base.yaml\nvary:\n  seed: { path: train.seed, vals: [1] }\n'))
      .toMatchInlineSnapshot(`
        "mine.yaml:2:1 error unknown-key  "bases" is not a key of the ablation.
          2 | bases: ./base.yaml
            | ^^^^^
          Did you mean "base"? Keys: base, name, report, search, summary, vary.

        mine.yaml:4:29 error unknown-key  "vals" is not a key of "vary.seed".
          4 |   seed: { path: train.seed, vals: [1] }
            |                             ^^^^
          Did you mean "values"? Keys: path, range, scale, values, variants, whole."
      `);
  });

  test('axes that are none, levels that are there twice', async () => {
    const text = `${HEAD}vary:
  a: { path: train.seed }
  b: { path: train.batch, values: [1], variants: { x: {} } }
  c: { path: train.accumulate, values: [1, "1"] }
`;
    expect(await complaints(text)).toMatchInlineSnapshot(`
      "mine.yaml:4:3 error bad-axis  The axis a needs either values at a path, or variants.
        4 |   a: { path: train.seed }
          |   ^
        Write { path: train.seed, values: [1, 2, 3] }, or { variants: { NAME: { PATH: VALUE } } }.

      mine.yaml:5:3 error bad-axis  The axis b needs either values at a path, or variants.
        5 |   b: { path: train.batch, values: [1], variants: { x: {} } }
          |   ^
        Write { path: train.seed, values: [1, 2, 3] }, or { variants: { NAME: { PATH: VALUE } } }.

      mine.yaml:6:3 error twice  The axis c has the level 1 twice.
        6 |   c: { path: train.accumulate, values: [1, "1"] }
          |   ^
        Remove one of the two."
    `);
  });

  test('two axes that write one value', async () => {
    const text = `${HEAD}vary:
  patch: { path: networks.D.patch, values: [1, 70] }
  size: { variants: { small: { networks.D: { patch: 16, filters: 8 } }, large: {} } }
`;
    expect(await complaints(text)).toMatchInlineSnapshot(`
      "mine.yaml:5:32 error axes-overlap  The axes patch and size both set networks.D.patch.
        5 |   size: { variants: { small: { networks.D: { patch: 16, filters: 8 } }, large: {} } }
          |                                ^^^^^^^^^^
        All axes are crossed, so each must set different values."
    `);
  });

  test('a report of what there is not', async () => {
    const text = `${HEAD}vary:
  seed: { path: train.seed, values: [1, 2] }
report: { metrics: [val/l2, val/ssim], rows: sead, columns: seed, average: seed }
`;
    expect(await complaints(text)).toMatchInlineSnapshot(`
      "mine.yaml:5:21 error unknown-metric  "val/l2" is not measured by the base recipe.
        5 | report: { metrics: [val/l2, val/ssim], rows: sead, columns: seed, average: seed }
          |                     ^^^^^^
        Did you mean "val/l1"? The base evaluates: val/l1, val/pixel-accuracy, val/psnr, val/ssim.

      mine.yaml:5:46 error unknown-axis  There is no axis "sead" in this ablation.
        5 | report: { metrics: [val/l2, val/ssim], rows: sead, columns: seed, average: seed }
          |                                              ^^^^
        Did you mean "seed"? Axes: seed.

      mine.yaml:5:76 error twice  The axis seed is already in the report.
        5 | report: { metrics: [val/l2, val/ssim], rows: sead, columns: seed, average: seed }
          |                                                                            ^^^^
        Remove one of the two."
    `);
  });

  test('a base that is not there', async () => {
    expect(await complaints('name: a\nbase: ./bas.yaml\nvary: { seed: { path: train.seed, values: [1] } }\n'))
      .toMatchInlineSnapshot(`
        "mine.yaml:2:7 error unreadable  bas.yaml cannot be read: there is no such file.
          2 | base: ./bas.yaml
            |       ^^^^^^^^^^
          Did you mean "base.yaml"?"
      `);
  });

  test('every trial that is no recipe, at the line of the axis', async () => {
    const text = `${HEAD}vary:
  gan: { path: "game.updates.*.losses.adversarial.type", values: [bce, hing] }
  patch: { path: networks.D.patch, values: [70, 71, seventy] }
  none: { path: "networks.*.depths", values: [1] }
  seed: { path: train.sed, values: [1, 2] }
`;
    const printed = await complaints(text);
    expect([...printed.matchAll(/^mine.yaml:(\S+ error \S+)/gm)].map(([, each]) => each)).toEqual([
      '4:72 error unknown-loss',
      '5:49 error no-such-patch',
      '5:53 error unknown-choice',
      '6:17 error no-match',
      '7:23 error unknown-key',
    ]);
  });
});

describe('published numbers', () => {
  const published = (values: string, more = '') =>
    `name: a\nbase: ./base.yaml\nvary:\n  lambda: { path: game.updates.G.losses.l1.weight, values: [1, 10] }\nreport:\n  rows: lambda\n${more}  published:\n    - { source: A 2017, data: elsewhere, metrics: [x, y], values: ${values} }\n`;

  test('stand beside levels of the rows', async () => {
    const { report } = await load(published('{ 1: [0.1, 0.2] }'));
    expect(report.published).toEqual([
      { source: 'A 2017', data: 'elsewhere', metrics: ['x', 'y'], values: { 1: [0.1, 0.2] } },
    ]);
  });

  test.each([['{ 2: [0.1, 0.2] }'], ['{ 1: [0.1] }'], ['{ 1: { 10: [0.1, 0.2] } }']])(
    'are refused as %s',
    async (values) => {
      expect(await complaints(published(values))).toMatchSnapshot();
    },
  );

  test('stand beside levels of the columns where there are some', async () => {
    const text = published('{ 1: [0.1, 0.2], 10: { 1: [1, 2], 3: [1, 2] } }', '  columns: seed\n').replace(
      'vary:\n',
      'vary:\n  seed: { path: train.seed, values: [1, 2] }\n',
    );
    expect(await complaints(text)).toMatchSnapshot();
  });
});

test('a report on a base that evaluates nothing', async () => {
  writeFileSync(join(folder, 'silent.yaml'), REFERENCE.replace(/^evaluate: .*$/m, ''));
  const text = 'name: a\nbase: ./silent.yaml\nvary: { seed: { path: train.seed, values: [1] } }\n';
  expect(await complaints(`${text}report: { metrics: [val/l1] }\n`)).toMatchSnapshot();
});

test('a vary that is no map', async () => {
  expect(await complaints('name: a\nbase: ./base.yaml\nvary: [1]\n')).toMatchSnapshot();
});
