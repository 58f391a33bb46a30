import { expect, test } from 'vitest';
import { complaints, reference } from '../support.js';

// Findings about the meaning of the reference recipe with one thing changed, as a person sees them.

test('an unknown network in a call', async () => {
  expect(await complaints(reference('fake: G(source)', 'fake: Gen(source)'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:46:11 error unknown-network  There is no network "Gen" in this recipe.
      46 |     fake: Gen(source)
         |           ^^^
      Networks: D, G."
  `);
});

test('a field called like a network', async () => {
  expect(await complaints(reference('fake: G(source)', 'fake: source(target)'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:46:11 error unknown-network  "source" is a field or tensor; only networks can be called.
      46 |     fake: source(target)
         |           ^^^^^^
      Networks: D, G."
  `);
});

test('a network that is not called', async () => {
  expect(await complaints(reference('fool: D(source, fake) ', 'fool: D '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:59:17 error bad-call  "D" is a network, but is not called.
      59 |           fool: D         # G wants its fake called real
         |                 ^
      Call it: D(...)."
  `);
});

test('a split call in a list', async () => {
  expect(await complaints(reference('play: [D, G] ', 'play: [D(a, b)] '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:61:10 error call-split  Inside { } and [ ] a comma ends the value, so this call is split.
      61 |   play: [D(a, b)]                          # every step: D, then G
         |          ^^^^^^^
      Quote it: "D(a, b)"."
  `);
});

test('no order of play', async () => {
  expect(await complaints(reference('  play: [D, G]                          # every step: D, then G\n', '')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:44:1 error missing-key  "game" needs "play".
      44 | game:
         | ^^^^
      play: The updates of one step in order; an inner list is played at once. Required where there is more than one update."
  `);
});

test('an update of no network', async () => {
  expect(await complaints(reference('    D:\n      losses', '    critic:\n      losses')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:48:5 error unknown-network  There is no network "critic" in this recipe.
      48 |     critic:
         |     ^^^^^^
      An update trains the network of its name, unless \`train\` names others. Networks: D, G.

    recipes/mine.yaml:61:10 error unknown-update  There is no update "D".
      61 |   play: [D, G]                          # every step: D, then G
         |          ^
      Updates: G, critic."
  `);
});

test('a loss that only measures', async () => {
  expect(await complaints(reference('          weight: 0.5', '          weight: 0'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:48:5 error untrained  The update D has no loss with a weight above 0 that trains a network.
      48 |     D:
         |     ^

    recipes/mine.yaml:54:19 warning weightless-loss  The loss adversarial of D has weight 0: it is measured but trains nothing.
      54 |           weight: 0
         |                   ^
      Give it a weight above 0, or remove the loss. In an ablation, 0 is a level like any other."
  `);
});

test('scores of nothing', async () => {
  expect(
    await complaints(
      reference('          fool: D(source, fake)         # G wants its fake called real\n', ''),
    ),
  ).toMatchInlineSnapshot(`
    "recipes/mine.yaml:57:9 error missing-key  The loss adversarial (bce) is given no scores.
      57 |         adversarial:
         |         ^^^^^^^^^^^
      Set \`real\` and \`fake\` in the update of the discriminator, \`fool\` in that of the generator."
  `);
});

test('an output of no tensor', async () => {
  expect(await complaints(reference('    fake: { from: source', '    fakes: { from: source')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:63:5 error unknown-name  There is no tensor "fakes".
      63 |     fakes: { from: source, reference: target }
         |     ^^^^^
      Did you mean "fake"? Tensors: fake."
  `);
});

test('a jitter below the size', async () => {
  expect(await complaints(reference('jitter: 286', 'jitter: 128'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:13:24 error out-of-range  A crop of 256x256 does not fit into 128x128.
      13 |     augment: { jitter: 128, flip: horizontal }    # resize to 286, crop back to 256 at random, mirror; the same draw for both fields
         |                        ^^^
      \`jitter\` is the size before the crop, larger than \`size\`: the paper uses 286 for 256."
  `);
});

test('a batch that does not divide', async () => {
  expect(await complaints(reference('batch: 1', 'batch: 4, accumulate: 3'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:66:49 error out-of-range  A batch of 4 cannot be split into 3 equal parts.
      66 | train: { for: 200 epochs, batch: 4, accumulate: 3, seed: 1 }
         |                                                 ^
      Use a divisor of the batch size."
  `);
});

test('like a network that is not there', async () => {
  expect(await complaints(reference('    type: patchgan\n    patch: 70 ', '    like: E\n    patch: 70 ')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:40:11 error unknown-network  There is no network "E" in this recipe.
      40 |     like: E
         |           ^
      Networks: G."
  `);
});

test('several mistakes are told at once, sorted by place', async () => {
  const text = reference('type: patchgan', 'type: pathgan')
    .replace('batch: 1,', 'batch: none,')
    .replace('of: fake', 'of: fakes');
  expect(await complaints(text)).toMatchInlineSnapshot(`
    "recipes/mine.yaml:40:11 error unknown-network  There is no network type "pathgan".
      40 |     type: pathgan
         |           ^^^^^^^
      Did you mean "patchgan"? Networks: dcgan-generator, encoder-decoder, layers, patchgan, resnet, resnet-encoder, unet.

    recipes/mine.yaml:60:29 error unknown-name  There is no field or tensor "fakes".
      60 |         l1: { type: l1, of: fakes, to: target, weight: 100 }    # lambda
         |                             ^^^^^
      Did you mean "fake"? Fields and tensors: fake, source, target.

    recipes/mine.yaml:66:34 error wrong-type  "batch" must be a whole number of at least 1, not "none".
      66 | train: { for: 200 epochs, batch: none, seed: 1 }
         |                                  ^^^^"
  `);
});

test('extends of what is no text', async () => {
  expect(await complaints('extends: [./pix2pix-maps.yaml]\nname: mine\n')).toMatchInlineSnapshot(`
    "recipes/mine.yaml:1:10 error wrong-type  "extends" must be the name of a file.
      1 | extends: [./pix2pix-maps.yaml]
        |          ^^^^^^^^^^^^^^^^^^^^^"
  `);
});

test('an entry twice', async () => {
  expect(await complaints(reference('from: source,', 'from: [source, source],'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:63:13 error twice  "from" has an entry twice.
      63 |     fake: { from: [source, source], reference: target }
         |             ^^^^
      Remove one of the two."
  `);
});
