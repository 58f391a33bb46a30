import { expect, test } from 'vitest';
import { complaints, REFERENCE, reference } from '../support.js';

// Findings about the form of the reference recipe with one thing changed, as a person sees them.

test('an unknown key of a block', async () => {
  expect(await complaints(reference('{ id: e2, filters: 128 }', '{ id: e2, filter: 128 }')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:22:19 error unknown-key  "filter" is not a key of "networks.G.encoder.e2".
      22 |       - { id: e2, filter: 128 }
         |                   ^^^^^^
      Did you mean "filters"? Keys: activation, bias, dropout, filters, id, kernel, norm, padding, stride."
  `);
});

test('a section without type', async () => {
  expect(await complaints(reference('    type: patchgan\n', ''))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:39:3 error missing-key  The network D needs "type".
      39 |   D:
         |   ^
      Networks: dcgan-generator, encoder-decoder, layers, patchgan, resnet, resnet-encoder, unet."
  `);
});

test('a section that is missing', async () => {
  expect(await complaints(reference('train: { for: 200 epochs, batch: 1, seed: 1 }', '')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:2:1 error missing-key  The recipe needs "train".
      2 | name: pix2pix-maps
        | ^
      train: How long and on how much at once."
  `);
});

test('no optimizer', async () => {
  expect(await complaints(reference('optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }', '')))
    .toMatchInlineSnapshot(`
      "recipes/mine.yaml:48:5 error missing-key  The update D needs "optimizer".
        48 |     D:
           |     ^
        optimizer: Changes to the recipe’s \`optimizer\`, or a complete one if the recipe has none.

      recipes/mine.yaml:55:5 error missing-key  The update G needs "optimizer".
        55 |     G:
           |     ^
        optimizer: Changes to the recipe’s \`optimizer\`, or a complete one if the recipe has none."
    `);
});

test('an unknown choice of a field', async () => {
  expect(await complaints(reference('source: left', 'source: top'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:10:15 error unknown-choice  "top" is not a choice for "from".
      10 |       source: top
         |               ^^^
      Choices: left, right."
  `);
});

test('an unknown norm', async () => {
  expect(await complaints(reference('norm: batch\n', 'norm: bach\n'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:18:11 error unknown-choice  "bach" is not a choice for "norm".
      18 |     norm: bach
         |           ^^^^
      Did you mean "batch"? Choices: batch, group, instance, layer, none."
  `);
});

test('an unknown norm with keys', async () => {
  expect(await complaints(reference('norm: batch\n', 'norm: { type: bach }\n'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:18:5 error unknown-choice  "bach" is not a choice for "norm".
      18 |     norm: { type: bach }
         |     ^^^^
      Did you mean "batch"? Choices: batch, group, instance, layer."
  `);
});

test('an unknown key of a norm', async () => {
  expect(await complaints(reference('norm: batch\n', 'norm: { type: instance, afine: true }\n')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:18:29 error unknown-key  "afine" is not a key of "networks.G.norm".
      18 |     norm: { type: instance, afine: true }
         |                             ^^^^^
      Did you mean "affine"? Keys: affine, epsilon, type."
  `);
});

test('epochs where steps are counted', async () => {
  expect(await complaints(reference('    G:\n      losses', '    G:\n      every: 2 epochs\n      losses')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:56:14 error bad-duration  "2 epochs" is not a duration in steps.
      56 |       every: 2 epochs
         |              ^^^^^^^^
      Write it as, for example, 5 steps or 16 steps."
  `);
});

test('a map where a text stands', async () => {
  expect(await complaints(reference('source: left', 'source: [left]'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:10:7 error wrong-type  "source" must be "left" or "right" or a map of keys, not a list.
      10 |       source: [left]
         |       ^^^^^^"
  `);
});

test('a text where a map stands', async () => {
  expect(await complaints(reference('  tensors:\n    fake: G(source)', '  tensors: G(source)')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:45:12 error wrong-type  "tensors" must be a map of keys, not "G(source)".
      45 |   tensors: G(source)
         |            ^^^^^^^^^"
  `);
});

test.each([
  ['{ type: resnet-encoder, outputs: { log-variance: { units: 8 } } }'],
  ['{ type: layers, layers: [{ id: a, type: dense, units: 8 }], outputs: { log-variance: a } }'],
])('a name of an output that is none: %s', async (network) => {
  expect(await complaints(REFERENCE, { set: [`networks.E=${network}`] })).toContain(
    [
      `--set error bad-name  "log-variance" is not a name.`,
      `   | networks.E=${network}`,
      `   | ${' '.repeat(`networks.E=${network}`.indexOf('log-'))}^^^^^^^^^^^^`,
      '  Use a letter, followed by letters, digits and _.',
    ].join('\n'),
  );
});

test('a path that is missing', async () => {
  expect(await complaints(reference('    path: maps ', '    # path: maps '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:6:3 error missing-key  The source pairs (side-by-side) needs "path".
      6 |   pairs:
        |   ^^^^^
      path: \`./x\` is beside this file, a bare \`x\` in the data folder, an absolute path stays. Example: path: maps."
  `);
});

test('a class that is read as an image, and classes of an image', async () => {
  const field = (label: string) =>
    reference('type: side-by-side ', 'type: class-folders ')
      .replace('source: left', 'source: image')
      .replace('{ from: right, palette: auto }', label);
  expect(await complaints(field('{ from: class, as: grey }'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:11:34 error class-field  A class is not an image: the field target cannot be grey.
      11 |       target: { from: class, as: grey }      # the map's flat colours, for pixel-accuracy
         |                                  ^^^^
      Remove \`as\`: \`from: class\` gives a one-hot vector, anything else an image.

    recipes/mine.yaml:68:68 error needs-palette  pixel-accuracy needs the palette of target, but the field has none.
      68 | evaluate: { every: 5 epochs, split: val, metrics: [l1, psnr, ssim, pixel-accuracy] }
         |                                                                    ^^^^^^^^^^^^^^
      Write target: { from: class, palette: auto }."
  `);
  expect(await complaints(field('{ from: image, as: class }'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:11:34 error class-field  image is an image: the field target cannot be a class.
      11 |       target: { from: image, as: class }      # the map's flat colours, for pixel-accuracy
         |                                  ^^^^^
      Remove \`as\`: \`from: class\` gives a one-hot vector, anything else an image."
  `);
  expect(await complaints(field('{ from: image, classes: 10 }'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:11:30 error class-field  The field target is an image, so it has no classes.
      11 |       target: { from: image, classes: 10 }      # the map's flat colours, for pixel-accuracy
         |                              ^^^^^^^
      Only a field \`from: class\` has classes; \`palette\` lists the colours of labels.

    recipes/mine.yaml:68:68 error needs-palette  pixel-accuracy needs the palette of target, but the field has none.
      68 | evaluate: { every: 5 epochs, split: val, metrics: [l1, psnr, ssim, pixel-accuracy] }
         |                                                                    ^^^^^^^^^^^^^^
      Write target: { from: image, palette: auto }."
  `);
});

test('a key that other types have', async () => {
  expect(await complaints(reference('beta1: 0.5', 'beta1: 0.5, weight_decay: 1e-4'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:65:59 error unknown-key  "weight_decay" is not a key of the optimizer.
      65 | optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5, weight_decay: 1e-4 }
         |                                                           ^^^^^^^^^^^^
      Keys: beta1, beta2, clip_norm, clip_weights, epsilon, learning_rate, schedule, type. "weight_decay" is a key of rmsprop, sgd."
  `);
  expect(await complaints(reference('    patch: 70', '    patch: 70\n    outputs: { score: { units: 1 } }')))
    .toMatchInlineSnapshot(`
      "recipes/mine.yaml:42:5 error unknown-key  "outputs" is not a key of the network D (patchgan).
        42 |     outputs: { score: { units: 1 } }                           # receptive field in pixels: 1, 16, 34, 70, 142, 286, or \`image\`
           |     ^^^^^^^
        Did you mean "output"? Keys: activation, bias, ema, filters, inference, init, inputs, kernel, norm, output, padding, patch, scales, score, type, weight_norm, .... "outputs" is a key of layers, resnet-encoder."
    `);
});
