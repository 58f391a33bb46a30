import { expect, test } from 'vitest';
import { complaints, REFERENCE, reference } from './support.js';

// Findings about the meaning of the reference recipe with one thing changed, as a person sees them.

test('an unknown name in a call', async () => {
  expect(await complaints(reference('fake: G(source)', 'fake: G(sorce)'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:46:13 error unknown-name  There is no field or tensor "sorce".
      46 |     fake: G(sorce)
         |             ^^^^^
      Did you mean "source"? Fields and tensors: fake, source, target."
  `);
});

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

test('a call that is not closed', async () => {
  expect(await complaints(reference('fake: G(source)', 'fake: G(source'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:46:12 error bad-call  "G(source" is not a call: this parenthesis is not closed.
      46 |     fake: G(source
         |            ^
      A call is a name, N(a, b) or N.part(a, b)."
  `);
});

test('a number in a call', async () => {
  expect(await complaints(reference('fake: G(source)', 'fake: G(source, 1)'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:46:21 error bad-call  "G(source, 1)" is not a call: a name is expected here, but there is "1".
      46 |     fake: G(source, 1)
         |                     ^
      A call is a name, N(a, b) or N.part(a, b)."
  `);
});

test('an operator in a call', async () => {
  expect(await complaints(reference('real: D(source, target) ', 'real: D(source, target) * 2 ')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:52:35 error bad-call  "D(source, target) * 2" is not a call: the call ends before this: only names and N(a, b) are calls.
      52 |           real: D(source, target) * 2       # conditional, because D sees \`source\`
         |                                   ^^^
      A call is a name, N(a, b) or N.part(a, b)."
  `);
});

test('a part without a call', async () => {
  expect(await complaints(reference('of: fake', 'of: G.e1'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:60:29 error bad-call  "G.e1" is not a call: a part must be called: G.e1(...).
      60 |         l1: { type: l1, of: G.e1, to: target, weight: 100 }    # lambda
         |                             ^^^^
      A call is a name, N(a, b) or N.part(a, b)."
  `);
});

test('a split call', async () => {
  expect(await complaints(reference('of: fake, to: target', 'of: G(source, target), to: target')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:60:29 error call-split  Inside { } and [ ] a comma ends the value, so this call is split.
      60 |         l1: { type: l1, of: G(source, target), to: target, weight: 100 }    # lambda
         |                             ^^^^^^^^^^^^^^^^^
      Quote it: "G(source, target)"."
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

test('one name for two things', async () => {
  expect(await complaints(reference('    fake: G(source)', '    fake: G(source)\n    target: G(source)')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:47:5 error name-taken  "target" is already a field of pairs, and would be a tensor too.
      47 |     target: G(source)
         |     ^^^^^^
      Fields, tensors and networks share one name space: rename one."
  `);
});

test('a reserved update name', async () => {
  expect(await complaints(reference('    G:\n      losses', '    val:\n      train: G\n      losses')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:55:5 error name-taken  No update can be called "val": names of metrics begin with it.
      55 |     val:
         |     ^^^

    recipes/mine.yaml:62:13 error unknown-update  There is no update "G".
      62 |   play: [D, G]                          # every step: D, then G
         |             ^
      Updates: D, val."
  `);
});

test('a cycle of tensors', async () => {
  expect(await complaints(reference('    fake: G(source)', '    fake: G(again)\n    again: G(fake)')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:47:5 error tensor-cycle  again needs fake needs again: these tensors cannot be computed.
      47 |     again: G(fake)
         |     ^^^^^"
  `);
});

test('an unknown update in play', async () => {
  expect(await complaints(reference('play: [D, G] ', 'play: [D, Gen] '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:61:13 error unknown-update  There is no update "Gen".
      61 |   play: [D, Gen]                          # every step: D, then G
         |             ^^^
      Updates: D, G."
  `);
});

test('an update played twice', async () => {
  expect(await complaints(reference('play: [D, G] ', 'play: [D, G, D] '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:61:16 error played-twice  "D" is played twice.
      61 |   play: [D, G, D]                          # every step: D, then G
         |                ^
      To play it more often than the others, set \`every\` on the others."
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

test('an update whose losses do not reach what it trains', async () => {
  expect(
    await complaints(
      reference('    fake: G(source)', '    made: G(source)\n    fake: { type: detach, of: made }'),
    ),
  ).toMatchInlineSnapshot(`
    "recipes/mine.yaml:56:5 error untrained  No loss of the update G reaches G, which it trains.
      56 |     G:
         |     ^
      Its losses reach: D."
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
      Give it a weight above 0, or remove the loss."
  `);
});

test('fool in the update of the discriminator', async () => {
  expect(
    await complaints(reference('          fake: D(source, fake)\n', '          fool: D(source, fake)\n')),
  ).toMatchInlineSnapshot(`
    "recipes/mine.yaml:53:17 error fools-itself  The update D trains D, so it cannot fool it.
      53 |           fool: D(source, fake)
         |                 ^^^^^^^^^^^^^^^
      Move it to the update that trains the generator of the fakes, or use \`fake\` here."
  `);
});

test('real in the update of the generator', async () => {
  expect(await complaints(reference('fool: D(source, fake) ', 'real: D(source, fake) ')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:59:17 error untaught-judge  "real" trains D, which the update G does not train.
      59 |           real: D(source, fake)         # G wants its fake called real
         |                 ^^^^^^^^^^^^^^^
      Use \`fool\` if the update should make its fakes look real; \`real\` and \`fake\` train D."
  `);
});

test('scores of a field', async () => {
  expect(await complaints(reference('real: D(source, target) ', 'real: target '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:52:17 error no-scores  "real" takes scores, but target is not the output of a network.
      52 |           real: target       # conditional, because D sees \`source\`
         |                 ^^^^^^
      Apply a discriminator to it: D(target)."
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

test('a comparison without the other side', async () => {
  const relativistic = reference(
    '          type: bce\n          fool',
    '          type: relativistic\n          fool',
  );
  expect(await complaints(relativistic)).toMatchInlineSnapshot(`
    "recipes/mine.yaml:57:9 error missing-key  The loss adversarial (relativistic) compares real scores with fake ones, but is not given "real".
      57 |         adversarial:
         |         ^^^^^^^^^^^
      Set \`real\` and \`fake\` in the update of the discriminator, \`fool\` and \`real\` in that of the generator."
  `);
  expect(
    await complaints(
      relativistic.replace(
        '          fool: D(source, fake) ',
        '          fool: D(source, fake)\n          real: D(source, target) ',
      ),
    ),
  ).toMatchInlineSnapshot(`"nothing"`);
});

test('a tensor behind weights that moved', async () => {
  expect(await complaints(reference('    D:\n      losses', '    D:\n      train: [D, G]\n      losses')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:60:17 error stale-tensor  G would differentiate G through a tensor, with weights that D has already updated in this step.
      60 |           fool: D(source, fake)         # G wants its fake called real
         |                 ^^^^^^^^^^^^^^^
      Play the two together, as an inner list [D, G], or call G inside the loss.

    recipes/mine.yaml:61:29 error stale-tensor  G would differentiate G through a tensor, with weights that D has already updated in this step.
      61 |         l1: { type: l1, of: fake, to: target, weight: 100 }    # lambda
         |                             ^^^^
      Play the two together, as an inner list [D, G], or call G inside the loss."
  `);
});

test('a network without a use', async () => {
  expect(
    await complaints(
      reference(
        '    patch: 70 ',
        '    patch: 16\n  E: { type: patchgan }\n  unused:\n    type: patchgan\n    patch: 70 ',
      ),
    ),
  ).toMatchInlineSnapshot(`
    "recipes/mine.yaml:42:3 warning unused-network  E is not built: no played update and no output uses it.
      42 |   E: { type: patchgan }
         |   ^
      Call it in a loss of a played update, or remove it.

    recipes/mine.yaml:43:3 warning unused-network  unused is not built: no played update and no output uses it.
      43 |   unused:
         |   ^^^^^^
      Call it in a loss of a played update, or remove it."
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

test('an output from what does not suffice', async () => {
  expect(await complaints(reference('    fake: { from: source,', '    fake: { from: target,')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:63:13 error insufficient-from  fake cannot be computed from target: it needs source too.
      63 |     fake: { from: target, reference: target }
         |             ^^^^
      Write from: [target, source], or leave \`from\` out."
  `);
});

test('an output from what is not there', async () => {
  expect(await complaints(reference('    fake: { from: source,', '    fake: { from: sauce,')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:63:19 error unknown-name  There is no field or tensor "sauce".
      63 |     fake: { from: sauce, reference: target }
         |                   ^^^^^
      Did you mean "source"? Fields and tensors: fake, source, target."
  `);
});

test('a reference that is no field', async () => {
  expect(await complaints(reference('reference: target', 'reference: targets'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:63:38 error unknown-name  There is no field "targets".
      63 |     fake: { from: source, reference: targets }
         |                                      ^^^^^^^
      Did you mean "target"? Fields: source, target."
  `);
});

test('metrics of nothing', async () => {
  expect(await complaints(reference('{ from: source, reference: target }', '{ from: source }')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:68:1 error no-reference  Nothing can be measured: no output has a reference.
      68 | evaluate: { every: 5 epochs, split: val, metrics: [l1, psnr, ssim, pixel-accuracy] }
         | ^^^^^^^^
      Set the field to compare with under game.outputs: fake: { reference: target }."
  `);
});

test('a metric that needs a palette', async () => {
  expect(await complaints(reference('{ from: right, palette: auto }', 'right'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:68:68 error needs-palette  pixel-accuracy needs the palette of target, but the field has none.
      68 | evaluate: { every: 5 epochs, split: val, metrics: [l1, psnr, ssim, pixel-accuracy] }
         |                                                                    ^^^^^^^^^^^^^^
      Write target: { from: right, palette: auto }."
  `);
});

test('a metric twice', async () => {
  expect(await complaints(reference('psnr, ssim', 'psnr, psnr'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:68:62 error twice  The metric psnr is listed twice, and both would be called val/psnr.
      68 | evaluate: { every: 5 epochs, split: val, metrics: [l1, psnr, psnr, pixel-accuracy] }
         |                                                              ^^^^"
  `);
});

test('a skip to no block', async () => {
  expect(await complaints(reference('skip: e7', 'skip: e9'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:30:39 error unknown-block  There is no block "e9" to skip from.
      30 |       - { id: d7, filters: 512, skip: e9, dropout: 0.5 }
         |                                       ^^
      Did you mean "e1"? Blocks: bottleneck, e1, e2, e3, e4, e5, e6, e7."
  `);
});

test('a block twice', async () => {
  expect(await complaints(reference('id: e2', 'id: e1'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:22:15 error duplicate-id  "e1" is already the id of another block.
      22 |       - { id: e1, filters: 128 }
         |               ^^

    recipes/mine.yaml:35:39 error unknown-block  There is no block "e2" to skip from.
      35 |       - { id: d2, filters: 128, skip: e2 }
         |                                       ^^
      Did you mean "e1"? Blocks: bottleneck, e1, e3, e4, e5, e6, e7."
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

test('columns of nothing', async () => {
  expect(await complaints(reference('split: val, count: 4', 'split: val, count: 4, show: [sorce, fake]')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:67:56 error unknown-name  There is no field or tensor "sorce".
      67 | sample: { every: 1 epoch, split: val, count: 4, show: [sorce, fake] }
         |                                                        ^^^^^
      Did you mean "source"? Fields and tensors: fake, source, target."
  `);
});

test('a split that is not there', async () => {
  expect(await complaints(reference('size: 256\n', 'size: 256\n    splits: { train: 0.9, test: 0.1 }\n')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:68:34 error unknown-split  The source pairs has no split "val".
      68 | sample: { every: 1 epoch, split: val, count: 4 }
         |                                  ^^^
      Splits: test, train.

    recipes/mine.yaml:69:37 error unknown-split  The source pairs has no split "val".
      69 | evaluate: { every: 5 epochs, split: val, metrics: [l1, psnr, ssim, pixel-accuracy] }
         |                                     ^^^
      Splits: test, train."
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

test('like itself', async () => {
  expect(await complaints(reference('    type: patchgan\n    patch: 70 ', '    like: D\n    patch: 70 ')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:40:11 error like-cycle  D ends up being like itself.
      40 |     like: D
         |           ^
      Give one of them a type."
  `);
});

test('a network that is used and not trained', async () => {
  const set = ['networks.E={ type: unet, depth: 2, output: { channels: 3 } }'];
  expect(await complaints(reference('fake: G(source)', 'fake: G(E(source))'), { set }))
    .toMatchInlineSnapshot(`
      "--set error untrained  E is used, but no played update trains it.
         | networks.E={ type: unet, depth: 2, output: { channels: 3 } }
         |          ^
        List it in the \`train\` of an update, or set its \`weights\`."
    `);
});

test('two updates of one network with different optimizers', async () => {
  const set = [
    'game.updates.again={ train: D, losses: { a: { type: bce, real: "D(source, target)" } }, optimizer: { beta1: 0.9 } }',
    'game.play=[D, again, G]',
  ];
  expect(await complaints(REFERENCE, { set })).toMatchInlineSnapshot(`
    "--set error optimizers-differ  D and again both train D, with different optimizers.
       | game.updates.again={ train: D, losses: { a: { type: bce, real: "D(source, target)" } }, optimizer: { beta1: 0.9 } }
       |                                                                                         ^^^^^^^^^
      Optimizer state belongs to the network: use the same optimizer for both.

    --set warning high-momentum  again plays against another network with beta1 0.9 of adam: gradients from ten steps ago still count, although the opponent has changed since.
       | game.updates.again={ train: D, losses: { a: { type: bce, real: "D(source, target)" } }, optimizer: { beta1: 0.9 } }
       |                                                                                                             ^^^
      Most GANs train more stably with beta1: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep it if the paper that you follow uses it."
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
      Did you mean "patchgan"? Networks: coarse-to-fine, dcgan-discriminator, dcgan-generator, encoder-decoder, layers, mlp, patchgan, resnet, resnet-encoder, sngan-discriminator, sngan-generator, srresnet, stylegan2-discriminator, stylegan2-synthesis, unet.

    recipes/mine.yaml:60:29 error unknown-name  There is no field or tensor "fakes".
      60 |         l1: { type: l1, of: fakes, to: target, weight: 100 }    # lambda
         |                             ^^^^^
      Did you mean "fake"? Fields and tensors: fake, source, target.

    recipes/mine.yaml:66:34 error wrong-type  "batch" must be a whole number of at least 1, not "none".
      66 | train: { for: 200 epochs, batch: none, seed: 1 }
         |                                  ^^^^"
  `);
});

test('a penalty at a call', async () => {
  const set = ['game.updates.D.losses.r1={ type: r1, of: "D(source, target)", at: "G(source)", weight: 1 }'];
  expect(await complaints(REFERENCE, { set })).toMatchInlineSnapshot(`
    "--set error bad-call  "at" must name a field or tensor; this is a call.
       | game.updates.D.losses.r1={ type: r1, of: "D(source, target)", at: "G(source)", weight: 1 }
       |                                                                   ^^^^^^^^^^^
      Give the call a name in \`tensors\`."
  `);
});

test('a batch in parts, of which a later update would compute a tensor anew with weights that are gone', async () => {
  const text = reference('batch: 1,', 'batch: 4, accumulate: 2,')
    .replace('    fake: G(source)\n', '    fake: G(source)\n    verdict: D(source, fake)\n')
    .replace('fool: D(source, fake)', 'fool: verdict');
  expect(await complaints(text)).toMatchInlineSnapshot(`
    "recipes/mine.yaml:60:17 error stale-tensor  G trains G through the tensor verdict, made by D, which D has already updated in this step: it cannot be recomputed for the parts of a batch.
      60 |           fool: verdict         # G wants its fake called real
         |                 ^^^^^^^
      Call D inside the loss, play G first, or remove \`train.accumulate\`."
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
         |             ^^^^"
  `);
});
