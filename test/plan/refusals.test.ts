import { describe, expect, test } from 'vitest';
import { findings } from '../recipe/support.js';

// What layers, networks, tensors and losses say of shapes that they cannot take.

/** A recipe of one network of images of 16x16x3, with named arguments where there are inputs. */
const withNetwork = (network: string, call = 'G(source)'): string => `name: mine
data:
  pairs: { type: side-by-side, path: maps, fields: { source: left, target: right }, size: 16 }
networks:
  G:
    ${network}
game:
  tensors:
    z: { type: noise, size: 8 }
    fake: ${call}
  updates:
    G: { losses: { l1: { type: l1, of: fake, to: target } } }
optimizer: { type: adam, learning_rate: 1e-3 }
train: { for: 10 steps }
`;

/** What is said of a list of layers. */
const ofLayers = (layers: string, call?: string, inputs = ''): Promise<string> =>
  findings(
    withNetwork(`type: layers\n    ${inputs}layers:\n      - ${layers.split('\n').join('\n      - ')}`, call),
  );

describe('a layer refuses', () => {
  test('several inputs where it takes one', async () => {
    expect(
      await ofLayers(
        '{ id: a, type: tanh }\n{ id: b, type: conv, filters: 3, from: [a, input] }',
        'G(source, z)',
      ),
    ).toMatchInlineSnapshot(`
      "recipes/mine.yaml:9:42 error network  G: b: A convolution takes one image (height x width x channels), but gets 16x16x11 and 16x16x11.
        9 |       - { id: b, type: conv, filters: 3, from: [a, input] }
          |                                          ^^^^
        Combine them first: by an add, or a concat, which stacks their channels."
    `);
    expect(
      await ofLayers(
        '{ id: a, type: tanh }\n{ id: b, type: reshape, shape: [3], from: [a, input] }',
        'G(source, z)',
      ),
    ).toMatchInlineSnapshot(`
      "recipes/mine.yaml:9:45 error network  G: b: A reshape takes one input, but gets 2: 16x16x11, 16x16x11.
        9 |       - { id: b, type: reshape, shape: [3], from: [a, input] }
          |                                             ^^^^
        Combine them first: by an add, or a concat, which stacks their channels."
    `);
  });

  test('a vector where it takes an image', async () => {
    expect(await ofLayers('{ type: conv, filters: 3 }', 'G(z)')).toMatchInlineSnapshot(`
      "recipes/mine.yaml:8:9 error network  G: l1: A convolution takes one image (height x width x channels), but gets a vector of 8.
        8 |       - { type: conv, filters: 3 }
          |         ^^^^^^^^^^^^^^^^^^^^^^^^^^
        In a network, a dense layer and a reshape turn a vector into an image."
    `);
  });

  test('to add what differs', async () => {
    expect(
      await ofLayers(
        '{ id: a, type: conv, filters: 5, kernel: 3 }\n{ id: b, type: add, from: [a, input] }',
        'G(source, z)',
      ),
    ).toMatchInlineSnapshot(`
      "recipes/mine.yaml:9:29 error shapes-differ  G: b: 16x16x5 and 16x16x11 cannot be added: all numbers must be equal.
        9 |       - { id: b, type: add, from: [a, input] }
          |                             ^^^^
        Match the channels with a 1x1 convolution, and the size with its stride."
    `);
  });

  test.each(['conditional-batch-norm', 'adaptive-instance-norm', 'projection', 'modulated-conv'])(
    'to be conditioned by an image: %s',
    async (type) => {
      const filters = type === 'modulated-conv' ? ', filters: 3' : '';
      expect(
        await ofLayers(
          `{ id: a, type: ${type}, by: other${filters} }`,
          'G(source, target, z)',
          'inputs: [image, other, style]\n    ',
        ),
      ).toMatchSnapshot();
    },
  );

  test('windows that do not fit', async () => {
    expect(
      await ofLayers(
        '{ type: dilated-conv, filters: 3, kernel: 9, dilation: 4, padding: 0 }',
        'G(source, z)',
      ),
    ).toMatchInlineSnapshot(`
      "recipes/mine.yaml:8:9 error too-small  G: l1: A 9x9 convolution of dilation 4 with padding 0 does not fit into an input of 16x16x11.
        8 |       - { type: dilated-conv, filters: 3, kernel: 9, dilation: 4, padding: 0 }
          |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Use a smaller kernel or dilation, or \`padding: same\`."
    `);
    expect(await ofLayers('{ type: pool, size: 32 }', 'G(source, z)')).toMatchInlineSnapshot(`
      "recipes/mine.yaml:8:29 error too-small  G: l1: A window of 32x32 does not fit into an input of 16x16x11.
        8 |       - { type: pool, size: 32 }
          |                             ^^
        Use a larger \`size\` of the data, or pool less."
    `);
    expect(await ofLayers('{ type: pad, amount: 16, mode: reflect }', 'G(source, z)')).toMatchInlineSnapshot(`
      "recipes/mine.yaml:8:30 error too-small  G: l1: A margin of 16 pixels cannot be mirrored in an input of 16x16x11.
        8 |       - { type: pad, amount: 16, mode: reflect }
          |                              ^^
        It must be smaller than height and width; or use \`mode: zero\`."
    `);
  });

  test('a transposed convolution that leaves nothing, or pads more than its stride', async () => {
    expect(
      await ofLayers(
        '{ type: pool, size: 16 }\n{ type: transposed-conv, filters: 3, kernel: 2, stride: 2, padding: 1 }',
        'G(source, z)',
      ),
    ).toMatchInlineSnapshot(`
      "recipes/mine.yaml:9:9 error too-small  G: l2: A 2x2 transposed convolution with padding 1 leaves nothing of an input of 1x1x11.
        9 |       - { type: transposed-conv, filters: 3, kernel: 2, stride: 2, padding: 1 }
          |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Use a smaller padding."
    `);
    expect(await ofLayers('{ type: transposed-conv, filters: 3, output_padding: 2 }', 'G(source, z)'))
      .toMatchInlineSnapshot(`
      "recipes/mine.yaml:8:62 error out-of-range  G: l1: An output_padding of 2 must be below the stride, 2.
        8 |       - { type: transposed-conv, filters: 3, output_padding: 2 }
          |                                                              ^
        It selects one of the sizes that a strided convolution maps to one: leave it out, or use stride - 1."
    `);
  });

  test('to shuffle channels that are no multiple', async () => {
    expect(await ofLayers('{ type: pixel-shuffle, factor: 2 }', 'G(source, z)')).toMatchInlineSnapshot(`
      "recipes/mine.yaml:8:40 error network  G: l1: A pixel shuffle by 2 takes a multiple of 4 channels, but gets 16x16x11.
        8 |       - { type: pixel-shuffle, factor: 2 }
          |                                        ^
        Give the convolution before it 4 times as many filters."
    `);
  });

  test('a shape of another number of values', async () => {
    expect(await ofLayers('{ type: reshape, shape: [4, 4, 4] }', 'G(source, z)')).toMatchInlineSnapshot(`
      "recipes/mine.yaml:8:26 error network  G: l1: 16x16x11 holds 2816 values, and 4x4x4 64.
        8 |       - { type: reshape, shape: [4, 4, 4] }
          |                          ^^^^^
        The number of values must stay the same: check \`units\` of the layer above."
    `);
  });

  test('an id that an input has', async () => {
    expect(await ofLayers('{ id: input, type: tanh }', 'G(source, z)')).toMatchInlineSnapshot(`
      "recipes/mine.yaml:8:15 error duplicate-id  G: input: "input" is already a layer above, or an input of the network.
        8 |       - { id: input, type: tanh }
          |               ^^^^^
        Ids name what \`from\` reads: choose another."
    `);
  });
});

describe('a network refuses', () => {
  test('a factor that no doubling makes', async () => {
    expect(await findings(withNetwork('type: srresnet\n    factor: 3', 'G(source, z)')))
      .toMatchInlineSnapshot(`
      "recipes/mine.yaml:7:13 error network  G: A factor of 3 is not a power of 2.
        7 |     factor: 3
          |             ^
        Use 2, 4, 8 or 16."
    `);
  });

  test('an image that no doubling makes', async () => {
    const network = 'type: dcgan-generator\n    output: { channels: 3 }';
    expect(await findings(withNetwork(network, 'G(z)').replace('size: 16 }', 'size: 24 }')))
      .toMatchInlineSnapshot(`
      "recipes/mine.yaml:5:3 error network  G: An image of 24x24 cannot be made by doubling a map of 4 pixels.
        5 |   G:
          |   ^
        Its shorter side must be 8, 16, 32, 64, ..., and the longer a multiple of a quarter of it."
    `);
  });

  test('to guess which size is meant', async () => {
    const network = 'type: dcgan-generator\n    output: { channels: 3 }';
    const more = '  more: { type: images, path: x, fields: { other: image }, size: 32 }\nnetworks:';
    expect(await findings(withNetwork(network, 'G(z)').replace('networks:', more))).toMatchInlineSnapshot(`
      "recipes/mine.yaml:6:3 error network  G: The size of the image it makes is not known: the sources of the data have different sizes.
        6 |   G:
          |   ^
        Give the network a \`size\`."
    `);
  });

  test('arguments of two sizes', async () => {
    const tensors = 'small: { type: downscale, of: source, factor: 2 }\n    z:';
    expect(
      await findings(withNetwork('type: unet\n    depth: 3', 'G(source, small, z)').replace('z:', tensors)),
    ).toMatchInlineSnapshot(`
      "recipes/mine.yaml:12:11 error shapes-differ  16x16x3 and 8x8x3 cannot be stacked on the channels in G(source, small, z).
        12 |     fake: G(source, small, z)
           |           ^^^^^^^^^^^^^^^^^^^
        Arguments of one call must have equal height and width."
    `);
  });
});

test('grey refuses what is grey', async () => {
  const tensors = 'one: { type: grey, of: source }\n    two: { type: grey, of: one }\n    z:';
  expect(await findings(withNetwork('type: unet\n    depth: 3', 'G(two, z)').replace('z:', tensors)))
    .toMatchInlineSnapshot(`
      "recipes/mine.yaml:11:28 error shape  grey takes an image of 3 channels, but gets 16x16x1.
        11 |     two: { type: grey, of: one }
           |                            ^^^
        A field \`as: grey\` already has one channel."
    `);
});

test('ssim refuses images smaller than its window', async () => {
  const text = withNetwork('type: unet\n    depth: 3', 'G(source, z)')
    .replace('size: 16', 'size: 8')
    .replace('type: l1, of', 'type: ssim, of');
  expect(await findings(text)).toMatchInlineSnapshot(`
    "recipes/mine.yaml:13:20 error shape  ssim compares images of at least 11x11 pixels, not 8x8x3.
      13 |     G: { losses: { l1: { type: ssim, of: fake, to: target } } }
         |                    ^^
      Use a smaller \`window\`, or l1."
  `);
});
