import { expect, test } from 'vitest';
import { errorsOf, pointed } from './support.js';

// What layers, networks, tensors and losses say of shapes that they cannot take.

/** A recipe of one network of images of 16x16x3, with named arguments where there are inputs. */
const withNetwork = (network: string, call = 'G(source, z)'): string => `name: mine
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

/** The same with a list of layers, one a line. */
const ofLayers = (layers: readonly string[], call?: string, inputs = ''): string =>
  withNetwork(
    ['type: layers', ...(inputs ? [inputs] : []), 'layers:', ...layers.map((each) => `  - { ${each} }`)].join(
      '\n    ',
    ),
    call,
  );
const INPUTS = 'inputs: [image, other, style]';
const by = (layer: string): string => ofLayers([`id: a, type: ${layer}`], 'G(source, target, z)', INPUTS);
const A = 'id: a, type: tanh';
const UNET = withNetwork('type: unet\n    depth: 3');
const DCGAN = withNetwork('type: dcgan-generator\n    output: { channels: 3 }', 'G(z)');

const CASES: readonly [string, string][] = [
  ['a convolution two inputs', ofLayers([A, 'id: b, type: conv, filters: 3, from: [a, input]'])],
  ['a reshape two inputs', ofLayers([A, 'id: b, type: reshape, shape: [3], from: [a, input]'])],
  ['a convolution a vector', ofLayers(['type: conv, filters: 3'], 'G(z)')],
  ['a sum what differs', ofLayers(['id: a, type: conv, filters: 5', 'id: b, type: add, from: [a, input]'])],
  ['a class that is an image', by('conditional-batch-norm, by: other')],
  ['a style that is an image', by('adaptive-instance-norm, by: other')],
  ['a projection on an image', by('projection, by: other')],
  ['modulation by an image', by('modulated-conv, filters: 3, by: other')],
  [
    'a dilated window that does not fit',
    ofLayers(['type: dilated-conv, filters: 3, kernel: 9, dilation: 4, padding: 0']),
  ],
  ['a window that does not fit', ofLayers(['type: pool, size: 32'])],
  ['a margin wider than the image', ofLayers(['type: pad, amount: 16, mode: reflect'])],
  [
    'a transposed convolution that leaves nothing',
    ofLayers(['type: pool, size: 16', 'type: transposed-conv, filters: 3, kernel: 2, stride: 2, padding: 1']),
  ],
  ['one that pads more than its stride', ofLayers(['type: transposed-conv, filters: 3, output_padding: 2'])],
  ['channels that are no multiple', ofLayers(['type: pixel-shuffle, factor: 2'])],
  ['a shape of another number of values', ofLayers(['type: reshape, shape: [4, 4, 4]'])],
  ['an id that an input has', ofLayers(['id: input, type: tanh'])],
  ['a factor that no doubling makes', withNetwork('type: srresnet\n    factor: 3')],
  ['an image that no doubling makes', DCGAN.replace('size: 16', 'size: 24')],
  [
    'arguments of two sizes',
    UNET.replace('(source, z)', '(source, small, z)').replace(
      'z:',
      'small: { type: downscale, of: source, factor: 2 }\n    z:',
    ),
  ],
  [
    'grey of what is grey',
    UNET.replace('(source', '(two').replace(
      'z:',
      'one: { type: grey, of: source }\n    two: { type: grey, of: one }\n    z:',
    ),
  ],
  [
    'ssim of images smaller than its window',
    UNET.replace('size: 16', 'size: 8').replace('type: l1,', 'type: ssim,'),
  ],
];

/** In the same order: code, the stretch of text that is pointed at, message, remedy. */
const SAID = `
network from | G: b: A convolution takes one image (height x width x channels), but gets 16x16x11 and 16x16x11. | Combine them first: by an add, or a concat, which stacks their channels.
network from | G: b: A reshape takes one input, but gets 2: 16x16x11, 16x16x11. | Combine them first: by an add, or a concat, which stacks their channels.
network { type: conv, filters: 3 } | G: l1: A convolution takes one image (height x width x channels), but gets a vector of 8. | In a network, a dense layer and a reshape turn a vector into an image.
shapes-differ from | G: b: 16x16x5 and 16x16x11 cannot be added: all numbers must be equal. | Match the channels with a 1x1 convolution, and the size with its stride.
network other | G: a: A norm is conditioned on a vector, but \`by\` is 16x16x3. | \`by\` names an argument of the network that is a vector: a class, or noise.
network other | G: a: A style is a vector, but \`by\` is 16x16x3. | \`by\` names a layer or an argument of the network that is a vector: mapped noise.
network other | G: a: A projection needs a vector, but \`by\` is 16x16x3. | \`by\` names an argument of the network that is a vector: a class, or noise.
network other | G: a: A style is a vector, but \`by\` is 16x16x3. | \`by\` names a layer or an argument of the network that is a vector: mapped noise.
too-small { type: dilated-conv, filters: 3, kernel: 9, dilation: 4, padding: 0 } | G: l1: A 9x9 convolution of dilation 4 with padding 0 does not fit into an input of 16x16x11. | Use a smaller kernel or dilation, or \`padding: same\`.
too-small 32 | G: l1: A window of 32x32 does not fit into an input of 16x16x11. | Use a larger \`size\` of the data, or pool less.
too-small 16 | G: l1: A margin of 16 pixels cannot be mirrored in an input of 16x16x11. | It must be smaller than height and width; or use \`mode: zero\`.
too-small { type: transposed-conv, filters: 3, kernel: 2, stride: 2, padding: 1 } | G: l2: A 2x2 transposed convolution with padding 1 leaves nothing of an input of 1x1x11. | Use a smaller padding.
out-of-range 2 | G: l1: An output_padding of 2 must be below the stride, 2. | It selects one of the sizes that a strided convolution maps to one: leave it out, or use stride - 1.
network 2 | G: l1: A pixel shuffle by 2 takes a multiple of 4 channels, but gets 16x16x11. | Give the convolution before it 4 times as many filters.
network shape | G: l1: 16x16x11 holds 2816 values, and 4x4x4 64. | The number of values must stay the same: check \`units\` of the layer above.
duplicate-id input | G: input: "input" is already a layer above, or an input of the network. | Rename one.
network 3 | G: A factor of 3 is not a power of 2. | Use 2, 4, 8 or 16.
network G | G: An image of 24x24 cannot be made by doubling a map of 4 pixels. | Its shorter side must be 8, 16, 32, 64, ..., and the longer a multiple of a quarter of it.
shapes-differ G(source, small, z) | 16x16x3 and 8x8x3 cannot be stacked on the channels in G(source, small, z). | Arguments of one call must have equal height and width.
shape one | grey takes an image of 3 channels, but gets 16x16x1. | A field \`as: grey\` already has one channel.
shape l1 | ssim compares images of at least 11x11 pixels, not 8x8x3. | Use a smaller \`window\`, or l1.
`;

test.each(CASES.map(([what, text], i) => [what, text, SAID.trim().split('\n')[i]!]))(
  'refused: %s',
  async (_, text, expected) => {
    const errors = await errorsOf(text);
    expect(errors.map((each) => `${each.code} ${pointed(each)} | ${each.remedy!}`)).toEqual([expected]);
  },
);
