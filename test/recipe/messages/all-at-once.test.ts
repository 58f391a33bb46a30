import { expect, test } from 'vitest';
import { complaints, REFERENCE } from '../support.js';

/** The reference recipe with several stretches of its text replaced, each of which is in it once. */
function broken(...changes: readonly (readonly [replace: string, by: string])[]): string {
  return changes.reduce((text, [replace, by]) => {
    expect(text.split(replace), replace).toHaveLength(2);
    return text.replace(replace, () => by);
  }, REFERENCE);
}

const BAD_SKIP = ['{ id: d4, filters: 512, skip: e4 }', '{ id: d4, filters: 512, skip: e5 }'] as const;
const BAD_PATCH = ['patch: 70  ', 'patch: 71  '] as const;
const BAD_OPTIMIZER = ['type: adam', 'type: adamm'] as const;
const codes = (text: string): readonly string[] =>
  [...text.matchAll(/^\S+:(\d+):\d+ (?:error|warning) (\S+)/gm)].map(([, line, code]) => `${line} ${code}`);

test('a slip in the form does not hide a skip that cannot be, nor a patch that no depth gives', async () => {
  expect(await complaints(broken(BAD_OPTIMIZER, BAD_SKIP, BAD_PATCH))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:33:39 error shapes-differ  G: decoder/d4/concat: 16x16x512 and 8x8x512 cannot be stacked on the channels: all but the last number must be equal.
      33 |       - { id: d4, filters: 512, skip: e5 }
         |                                       ^^
      Link blocks of the same resolution; with a depth of n, height and width must be multiples of 2^n.

    recipes/mine.yaml:41:12 error no-such-patch  D: No depth gives a patch of 71 pixels with 4x4 kernels.
      41 |     patch: 71                           # receptive field in pixels: 1, 16, 34, 70, 142, 286, or \`image\`
         |            ^^
      The nearest are 16, 34, 70; \`image\` covers the whole input.

    recipes/mine.yaml:65:20 error unknown-optimizer  There is no optimizer "adamm".
      65 | optimizer: { type: adamm, learning_rate: 2e-4, beta1: 0.5 }
         |                    ^^^^^
      Did you mean "adam"? Optimizers: adam, rmsprop, sgd."
  `);
});

test('a slip in one call hides nothing of the others', async () => {
  const text = broken(
    ['fake: G(source)', 'fake: G(sorce)'],
    ['real: D(source, target) ', 'real: D(target) '],
    ['fool: D(source, fake)', 'fool: D(source, target, target)'],
    ['{ type: l1, of: fake, to: target', '{ type: l1, of: fake, too: target'],
  );
  expect(await complaints(text)).toMatchInlineSnapshot(`
    "recipes/mine.yaml:46:13 error unknown-name  There is no field or tensor "sorce".
      46 |     fake: G(sorce)
         |             ^^^^^
      Did you mean "source"? Fields and tensors: fake, source, target.

    recipes/mine.yaml:59:17 error calls-differ  D is given 256x256x9 in D(source, target, target), but 256x256x3 in D(target).
      59 |           fool: D(source, target, target)         # G wants its fake called real
         |                 ^^^^^^^^^^^^^^^^^^^^^^^^^
      All calls of a network must take the same shape: the same number of channels over all arguments.

    recipes/mine.yaml:60:35 error unknown-key  "too" is not a key of the loss l1 (l1).
      60 |         l1: { type: l1, of: fake, too: target, weight: 100 }    # lambda
         |                                   ^^^
      Did you mean "to"? Keys: every, of, schedule, to, type, weight, where."
  `);
});

test('a slip in a loss does not hide what the game of the others means', async () => {
  const text = broken(
    ['type: l1, of', 'type: l11, of'],
    ['fool: D(source, fake)', 'real: D(source, fake)'],
    ['target: { from: right, palette: auto }', 'target: { from: right, pallette: auto }'],
  );
  expect(await complaints(text)).toMatchInlineSnapshot(`
    "recipes/mine.yaml:11:30 error unknown-key  "pallette" is not a key of the field target.
      11 |       target: { from: right, pallette: auto }      # the map's flat colours, for pixel-accuracy
         |                              ^^^^^^^^
      Did you mean "palette"? Keys: as, from, palette.

    recipes/mine.yaml:59:17 error untaught-judge  "real" trains D, which the update G does not train.
      59 |           real: D(source, fake)         # G wants its fake called real
         |                 ^^^^^^^^^^^^^^^
      Use \`fool\` if the update should make its fakes look real; \`real\` and \`fake\` train D.

    recipes/mine.yaml:60:21 error unknown-loss  There is no loss "l11".
      60 |         l1: { type: l11, of: fake, to: target, weight: 100 }    # lambda
         |                     ^^^
      Did you mean "l1"? Losses: bce, cross-entropy, gradient-penalty, hinge, l1, l2, lsgan, patch-nce, r1, relativistic, wgan."
  `);
});

test.each([
  ['a network', 'patch: 70  ', 'patches: 70  ', ['41 unknown-key']],
  ['a block', '{ id: e4, filters: 512 }', '{ id: e4, filters: many }', ['24 wrong-type']],
  ['a skip', 'skip: e5,', 'skip: e55,', ['32 unknown-block']],
  ['a data set', 'type: side-by-side', 'type: side-by-sides', ['7 unknown-dataset']],
  ['a size', 'size: 256', 'size: big', ['12 wrong-type']],
  ['a field', '      source: left', '      sources: left', Array.from({ length: 5 }, () => 'unknown-name')],
  ['a field’s key', 'palette: auto', 'palete: auto', ['11 unknown-key']],
  ['a tensor’s call', 'fake: G(source)', 'fake: G(sorce)', ['46 unknown-name']],
  ['a tensor that is not a call', 'fake: G(source)', 'fake: G(source', ['46 bad-call']],
  ['a name that is taken', 'fake: G(source)', 'fake: G(source)\n    target: G(fake)', ['47 name-taken']],
  ['a loss’s interval', 'of: fake, to: target', 'of: fake, to: target, every: often', ['60 bad-duration']],
  ['a loss', 'type: l1, of', 'type: l1, off', ['60 unknown-key']],
  ['an update', '    G:\n      losses', '    GG:\n      losses', ['55 unknown-network', '61 unknown-update']],
  ['what is played', 'play: [D, G]', 'play: [D, GG]', ['61 unknown-update']],
  ['the optimizer', 'learning_rate: 2e-4', 'learning_rates: 2e-4', ['65 unknown-key']],
  ['the batch', 'batch: 1', 'batch: none', ['66 wrong-type']],
])('what comes of a slip in %s is not said beside it', async (_, replace, by, expected) => {
  const found = codes(await complaints(broken([replace, by])));
  expect(found.map((each, i) => (/^\d/.test(expected[i] ?? '1') ? each : each.split(' ')[1]))).toEqual(
    expected,
  );
});

test('what is doubtful is said beside what is wrong', async () => {
  const text = broken(
    ['weight: 100', 'weight: 0'],
    ['  D:\n    type: patchgan', '  E: { like: D }\n  D:\n    type: patchgan'],
    ['    fake: G(source)', '    fake: G(source)\n    again: G(fake)'],
    BAD_OPTIMIZER,
    BAD_PATCH,
  );
  expect(await complaints(text)).toMatchInlineSnapshot(`
    "recipes/mine.yaml:39:3 warning unused-network  E is not built: no played update and no output uses it.
      39 |   E: { like: D }
         |   ^
      Call it in a loss of a played update, or remove it.

    recipes/mine.yaml:42:12 error no-such-patch  D: No depth gives a patch of 71 pixels with 4x4 kernels.
      42 |     patch: 71                           # receptive field in pixels: 1, 16, 34, 70, 142, 286, or \`image\`
         |            ^^
      The nearest are 16, 34, 70; \`image\` covers the whole input.

    recipes/mine.yaml:48:12 warning unused-tensor  The tensor again is not computed: no played loss, no output and no sample needs it.
      48 |     again: G(fake)
         |            ^^^^^^^
      Remove it, or use it in a loss.

    recipes/mine.yaml:62:55 warning weightless-loss  The loss l1 of G has weight 0: it is measured but trains nothing.
      62 |         l1: { type: l1, of: fake, to: target, weight: 0 }    # lambda
         |                                                       ^
      Give it a weight above 0, or remove the loss. In an ablation, 0 is a level like any other.

    recipes/mine.yaml:67:20 error unknown-optimizer  There is no optimizer "adamm".
      67 | optimizer: { type: adamm, learning_rate: 2e-4, beta1: 0.5 }
         |                    ^^^^^
      Did you mean "adam"? Optimizers: adam, rmsprop, sgd."
  `);
});

test('a section that is not there hides nothing that is doubtful', async () => {
  const text = broken(['    fake: G(source)', '    fake: G(source)\n    again: G(fake)'], BAD_OPTIMIZER);
  const without = text.replace(/^sample: .*$/m, '');
  expect(codes(await complaints(without))).toEqual(['47 unused-tensor', '66 unknown-optimizer']);
});

test('what is doubtful of the whole game is not said where a part of it is wrong, and the rest is', async () => {
  const text = broken(
    ['          fake: D(source, fake)\n', ''],
    ['weight: 100', 'weight: 0'],
    ['fool: D(source, fake)', 'fool: D(source, fakes)'],
  );
  // That D is shown no fakes may be since one of its losses is wrong.
  expect(codes(await complaints(text))).toEqual(['58 unknown-name', '59 weightless-loss']);
});

test('what rests on the batch is not said where that is wrong', async () => {
  const norm = [
    '{ id: bottleneck, filters: 512, norm: none',
    '{ id: bottleneck, filters: 512, norm: batch',
  ] as const;
  expect(codes(await complaints(broken(norm, BAD_OPTIMIZER)))).toEqual([
    '28 signal-zeroed',
    '65 unknown-optimizer',
  ]);
  expect(codes(await complaints(broken(norm, ['batch: 1', 'batch: one'])))).toEqual(['66 wrong-type']);
});

test('what is doubtful in one phase alone is not said where another phase is wrong', async () => {
  const phases = (change: string) =>
    broken(
      [
        'for: 200 epochs',
        `phases: [{ id: a, for: 1 epoch }, { id: b, for: 1 epoch, change: { ${change} } }]`,
      ],
      ['weight: 100', 'weight: 0'],
    );
  expect(codes(await complaints(phases('game.updates.G.losses.l1.of: fakes')))).toEqual([
    '60 weightless-loss',
    '66 unknown-name',
  ]);
  // The loss may have a weight there.
  for (const change of ['game.updates.G.losses.l1.too: fake', 'data.pairs.size: big'])
    expect(codes(await complaints(phases(change)))).toHaveLength(1);
});
