import { describe, expect, test } from 'vitest';
import { planTrials, trialErrors } from '../../src/plan/ablation.js';
import { formatFlops, formatPlan, formatTrials } from '../../src/plan/print.js';
import type { LoadedAblation } from '../../src/recipe/ablation/load.js';
import { parse } from '../recipe/support.js';
import { planOf, registry, TINY_RECIPE } from '../support/plan.js';
import { CLASSES, errorsOf, pointed } from './support.js';

const LABEL = 'data.images.fields.label';
const LOSS = 'game.updates.D.losses.c';

describe('how many classes there are', () => {
  test.each<[string, string[], number, string | undefined]>([
    ['is as many as the output has that is compared with them', [], 7, 'deduced'],
    ['on whichever side', [`${LOSS}.of=label`, `${LOSS}.to=D.class(real)`], 7, 'deduced'],
    ['or with labels drawn like them', [`${LOSS}.of=D.class(fake)`, `${LOSS}.to=y`], 7, 'deduced'],
    ['but not with another label', [`${LOSS}.of=D.class(fake)`, `${LOSS}.to=code`], 10, 'assumed'],
    ['is a guess where nothing is compared', [`${LOSS}=null`], 10, 'assumed'],
    ['is what the recipe says', [`${LABEL}.classes=12`, `${LOSS}=null`], 12, undefined],
    ['or names', [`${LABEL}.classes=[cat, dog]`, `${LOSS}=null`], 2, undefined],
  ])('%s', async (_, set, classes, how) => {
    const plan = await planOf(CLASSES, set);
    expect([plan.fields['label']!.shape, plan.fields['label']!.count]).toEqual([[classes], how]);
    // Noise, labels, codes and a point between two labels are one vector; between two classes is none.
    expect(plan.networks['G']!.input).toEqual([4 + classes + 7 + classes]);
    expect(plan.classes).toEqual({ label: 'label', y: 'label', copy: 'label', code: 'code' });
    expect(Object.keys(plan.fields)).toEqual(['label', 'other', 'real']);
    const notes = { deduced: 'as many as the output compared', assumed: 'a guess until the data' };
    for (const [each, note] of Object.entries(notes))
      expect(formatPlan(plan).includes(note)).toBe(each === how);
    expect(plan.tensors.find(({ name }) => name === 'fake')!.shape).toEqual([16, 32, 3]);
  });

  test.each([
    ['auto', 10],
    ['["#000000", "#ffffff", "#ff0000"]', 3],
  ])('of colours, palette %s: %i', async (palette, colours) => {
    const labels = `data.others.fields.other={ from: image, as: labels, palette: ${palette} }`;
    const { fields } = await planOf(CLASSES, [labels]);
    expect(fields['other']!.shape).toEqual([16, 32, colours]);
  });
});

describe('rows and columns', () => {
  const SQUARE = 'data.others.size=16';
  const SIZED =
    'networks.G={ type: layers, layers: [{ type: dense, units: 1536 }, { type: reshape, shape: [16, 32, 3] }] }';
  const other = (as: string) => `data.others.fields.other={ from: image, as: ${as} }`;
  const loss = (keys: string) => `game.updates.G.losses.own={ ${keys} }`;
  const REFERENCE = 'game.outputs.fake={ from: label, reference: other }';
  const E = [
    'networks.E={ type: layers, layers: [{ type: conv, filters: 3 }], weights: ./e }',
    'game.tensors.e=E(z, real, other)',
  ];
  const MASKED = loss('type: l1, of: fake, to: real, where: other');
  const UNKNOWN =
    'G | G: The size of the image it makes is not known: the sources of the data have different sizes.';
  test.each<[string, string[], string?]>([
    ['equal heights and unequal widths are no common size', [SQUARE], UNKNOWN],
    ['nor are equal widths', ['data.others.size=32'], UNKNOWN],
    ['nor the two changed round', ['data.others.size={ height: 32, width: 16 }'], UNKNOWN],
    ['a call stacks what has both', [...E, loss('type: l1, of: e, to: fake')]],
    [
      'not images of unequal widths',
      [...E, SQUARE, SIZED, loss('type: l1, of: e, to: fake')],
      'E(z, real, other) | 16x32x3 and 16x16x3 cannot be stacked on the channels in E(z, real, other).',
    ],
    [
      'a network has one width',
      [SQUARE, SIZED, 'game.updates.D.losses.own={ type: bce, fake: D.score(other) }'],
      'D.score(other) | D is given 16x16x3 in D.score(other), but 16x32x3 in D.score(real).',
    ],
    [
      'a difference needs equal widths',
      [SQUARE, SIZED, loss('type: l1, of: fake, to: other')],
      'fake | fake is 16x32x3 and other is 16x16x3: they cannot be compared.',
    ],
    [
      'and equally many',
      [loss('type: l1, of: D.features(fake), to: D.score(fake)')],
      'D.features(fake) | D.features(fake) is 8x16x2, 4x8x4 and D.score(fake) is 1: they cannot be compared.',
    ],
    [
      'a mask covers both',
      [SQUARE, SIZED, other('mask'), MASKED],
      'other | The mask other is 16x16x1 and fake is 16x32x3: it does not cover it.',
    ],
    ['all channels at once', [other('mask'), MASKED]],
    ['or each its own', [other('rgb'), MASKED]],
    [
      'and no other number',
      [other('rgba'), MASKED],
      'other | The mask other is 16x32x4 and fake is 16x32x3: it does not cover it.',
    ],
    [
      'nor a vector',
      ['game.tensors.v={ type: noise, size: 3 }', MASKED.replace('where: other', 'where: v')],
      'v | The mask v is 3 and fake is 16x32x3: it does not cover it.',
    ],
    [
      'and each of several things that are compared',
      [
        other('mask'),
        'game.tensors.m={ type: downscale, of: other, factor: 2 }',
        loss('type: l1, of: D.features(fake), to: D.features(real), where: m'),
      ],
      'm | The mask m is 8x16x1 and D.features(fake) is 8x16x2, 4x8x4: it does not cover it.',
    ],
    ['an output has its reference’s', [REFERENCE]],
    [
      'width',
      [REFERENCE, SQUARE, SIZED],
      'other | The output fake is 16x32x3, but its reference other is 16x16x3.',
    ],
    [
      'and channels',
      [REFERENCE, other('grey')],
      'other | The output fake is 16x32x3, but its reference other is 16x32x1.',
    ],
  ])('%s', async (_, set, refused) => {
    expect((await errorsOf(CLASSES, set)).map(pointed)).toEqual(refused === undefined ? [] : [refused]);
  });
});

describe('from phase to phase', () => {
  const inPhases = (...changes: readonly string[]) => [
    `train.phases=[${changes.map((change, i) => `{ id: p${i + 1}, for: 1 step, change: { ${change} } }`).join()}]`,
  ];
  const SLIM = 'networks.D.norm: none';
  const IDLE = 'game.play: [G], game.updates.G.losses.adversarial: null';
  const other = (network: string, phase: string, earlier: string, what: string) =>
    `${phase} | ${network} would be a different network in the phase ${phase} than in ${earlier}: ${what}.`;
  const optimizer = (of: string) =>
    `p2 | The optimizer of ${of} is sgd in the phase p2, and adam in p1, whose state it cannot continue with.`;
  const STATISTICS = 'networks.G.inference.batch_statistics: false';
  test.each<[string, string[], ...string[]]>([
    ['rates may change', ['', 'optimizer.learning_rate: 1e-3, optimizer.beta1: 0.4']],
    ['adamw goes on with the state of adam', ['', 'optimizer.type: adamw']],
    ['sgd does not', ['', 'optimizer: { type: sgd }'], optimizer('D'), optimizer('G')],
    ['what is trained no longer needs no state', ['', 'game.play: [G]']],
    ['no variable may go', ['', SLIM], other('D', 'p2', 'p1', 'c2/norm/gamma is gone, and was 8')],
    ['none may come', ['', STATISTICS], other('G', 'p2', 'p1', 'encoder/e2/norm/running_mean is 8')],
    [
      'none may change its shape',
      ['', 'networks.D.filters: 2'],
      other('D', 'p2', 'p1', 'c1/conv/kernel is 4x4x6x2, and was 4x4x6x4'),
    ],
    [
      'not even from two phases before',
      ['', IDLE, SLIM],
      other('D', 'p3', 'p1', 'c2/norm/gamma is gone, and was 8'),
    ],
  ])('%s', async (_, changes, ...refused) => {
    expect((await errorsOf(TINY_RECIPE, inPhases(...changes))).map(pointed)).toEqual(refused);
  });
});

/** Trials of an ablation, two of which are one experiment. */
async function trialsOf(...sets: readonly string[][]): Promise<LoadedAblation> {
  const trials = await Promise.all(
    sets.map(async (set, i) => ({
      hash: set.join(),
      cells: { axis: `t${i + 1}` },
      recipe: await parse(TINY_RECIPE, { set }),
    })),
  );
  const axes = [{ name: 'axis', levels: trials.map(({ cells }) => cells.axis) }];
  return {
    name: 'trials',
    trials,
    axes,
    search: {},
    report: { metrics: [] },
    warnings: [],
  } as unknown as LoadedAblation;
}

test('equal trials are one run, and what is wrong with several is said once', async () => {
  const seeds = await trialsOf(['train.seed=1'], ['train.seed=2'], ['train.seed=1']);
  // They have one game, as loading gives it to trials that differ in the seed alone.
  const { game } = seeds.trials[0]!.recipe.recipe;
  const trials = seeds.trials.map((trial) => ({
    ...trial,
    recipe: { ...trial.recipe, recipe: { ...trial.recipe.recipe, game } },
  }));
  const planned = planTrials({ ...seeds, trials }, registry);
  expect(
    planned.map(({ trials: equal, phases }) => [
      equal.map(({ cells }) => cells['axis']),
      phases[0]!.plan.recipe.train.seed,
    ]),
  ).toEqual([
    [['t1', 't3'], 1],
    [['t2'], 2],
  ]);
  const wrong = await trialsOf(
    ['networks.D.patch=71'],
    ['networks.D.patch=71', 'train.seed=2'],
    ['networks.D.patch=72'],
  );
  const messages = [71, 72].map((patch) => `D: No depth gives a patch of ${patch} pixels with 4x4 kernels.`);
  expect(trialErrors(wrong, registry).map(({ message }) => message)).toEqual(messages);
  expect(() => planTrials(wrong, registry)).toThrow('The plan of trials has 2 errors.');
});

test('a trial costs the mean step of its phases, and as many parameters as its largest has', async () => {
  const phases = [
    'train.phases=[{ for: 1 step, change: { game.play: [G], game.updates.G.losses.adversarial: null } }, { for: 1 step }]',
  ];
  const ablation = await trialsOf(
    ['train.batch=1000'],
    ['train.batch=1000', ...phases],
    ['train.batch=1000'],
  );
  const planned = planTrials(ablation, registry);
  const [whole, alone] = [planned[0]!.phases[0]!, planned[1]!.phases[0]!].map(({ plan }) => plan.cost);
  const mean = formatFlops((whole!.flopsPerStep + alone!.flopsPerStep) / 2);
  const lines = formatTrials(ablation, planned)
    .split('\n')
    .slice(-3)
    .map((line) => line.trim().split(/  +/));
  const parameters = whole!.parameters.toLocaleString('en');
  expect(lines).toEqual([
    ['t1', '1', parameters, formatFlops(whole!.flopsPerStep)],
    ['t2', '2', parameters, mean],
    ['t3', '1', 'the same'],
  ]);
});

test('how often updates and losses are played is printed, and calls as the mean of many steps', async () => {
  const rare = ['game.updates.D.every=2 steps', 'game.updates.D.losses.adversarial.every=3 steps'];
  const text = formatPlan(await planOf(TINY_RECIPE, [...rare, 'game.play=[[D, G]]', 'train.batch=3']));
  for (const part of [
    'Every step: [D, G]',
    '  D trains D, every 2 steps:\n    0.5 x adversarial: bce (real D(source, target), fake D(source, fake)), every 3 steps\n',
    '  G trains G:\n    1 x adversarial: bce (fool D(source, fake))\n    100 x l1: l1 (of fake, to target)\n',
    'G 1 in tensors; D 0.33 in D, 0.83 in G',
    '(batch of 3)',
  ])
    expect(text).toContain(part);
});

test.each([
  [999.4e6, '999 MFLOP'],
  [999.5e6, '1.00 GFLOP'],
  [1.234e9, '1.23 GFLOP'],
  [999.4e9, '999 GFLOP'],
  [999.5e9, '1.00 TFLOP'],
])('%f operations are written %s', (flops, text) => {
  expect(formatFlops(flops)).toBe(text);
});
