import { type Call, formatCall } from '../../../core/call.js';
import { formatShape, type Shape } from '../../../core/shape.js';
import type { Codes } from './code.js';

/** Shapes of a network's arguments by name. */
type Inputs = Readonly<Record<string, Shape>>;
/** A call and what it gives. */
type Operand = readonly [call: Call, shapes: readonly Shape[]];

const show = ([call, shapes]: Operand): string =>
  `${formatCall(call)} is ${shapes.map(formatShape).join(', ')}`;
const both = (inputs: Inputs): string => Object.values(inputs).map(formatShape).join(' and ');
const networkOf = (call: Call): string => (call.kind === 'call' ? call.network : call.name);

const LINE = '{ type: unet, depth: 6, filters: 32 }';

/** What is only found by planning: shapes that cannot be. */
export const planCodes = {
  'no-such-patch': {
    meaning: 'No depth of a PatchGAN gives this receptive field.',
    remedy: 'Use one of the nearest sizes, which the message lists, or `image`.',
    example: { replace: 'patch: 34', by: 'patch: 32' },
  },
  'too-small': {
    meaning: 'The window of a layer is larger than what is left of the image.',
    remedy: 'Use a larger `size`, fewer downsampling layers, or a smaller kernel.',
    example: { replace: 'depth: 6', by: 'depth: 8' },
  },
  'shapes-differ': {
    meaning:
      'Tensors of different shapes are stacked, added or compared: a skip link, a difference, an output and its reference.',
    remedy: 'Link blocks of the same resolution; check `size`, and `channels` of the output.',
    example: {
      replace: LINE,
      by: '{ type: encoder-decoder, encoder: [{ id: e1, filters: 8 }, { id: e2, filters: 8 }], decoder: [{ id: d1, filters: 8, skip: e2 }] }',
    },
    says: {
      output: (name: string, shape: Shape, reference: string, expected: Shape) => ({
        message: `The output ${name} is ${formatShape(shape)}, but its reference ${reference} is ${formatShape(expected)}.`,
        remedy:
          'An output must have the shape of its reference: check `output.channels`, and that the depth fits `size`.',
      }),
      stacked: (first: Shape, second: Shape, call: Call) => ({
        message: `${formatShape(first)} and ${formatShape(second)} cannot be stacked on the channels in ${formatCall(call)}.`,
        remedy: 'Arguments of one call must have equal height and width.',
      }),
      compared: (of: Operand, to: Operand) => ({
        message: `${show(of)} and ${show(to)}: they cannot be compared.`,
        remedy:
          'A difference needs two tensors of the same shape: check `output.channels`, `size` and the part that is named.',
      }),
      mask: (where: Operand, of: Operand) => ({
        message: `The mask ${show(where)} and ${show(of)}: it does not cover it.`,
        remedy: 'A mask has the height and width of what is compared, and one channel or as many.',
      }),
    },
  },
  'calls-differ': {
    meaning: 'Two calls give a network different numbers of channels or arguments.',
    remedy: 'Use the same arguments in all calls: a discriminator sees `source` always or never.',
    example: { replace: 'real: D(source, target)', by: 'real: D(target)' },
    says: {
      shapes: (call: Call, given: Inputs, first: Call, before: Inputs) => ({
        message: `${networkOf(call)} is given ${both(given)} in ${formatCall(call)}, but ${both(before)} in ${formatCall(first)}.`,
        remedy:
          'All calls of a network must take the same shape: the same number of channels over all arguments.',
      }),
      count: (call: Call, names: readonly string[], given: number) => ({
        message: `${networkOf(call)} takes ${names.length} arguments (${names.join(', ')}), but ${formatCall(call)} gives ${given}.`,
        remedy: 'The key `inputs` of a network names its arguments in order.',
      }),
    },
  },
  'unknown-part': {
    meaning: 'A call names a part that the network does not have.',
    remedy: 'A part is an output, the id of a block or layer, or `features`.',
    example: { replace: 'of: fake', by: 'of: G.e9(source)' },
  },
  'which-output': {
    meaning: 'A network has several outputs, and a call does not say which one it wants.',
    remedy: 'Write N.OUTPUT(...).',
    example: {
      replace: LINE,
      by: '{ type: layers, layers: [{ id: a, type: conv, filters: 3 }, { id: b, type: tanh }], outputs: { raw: a, image: b } }',
    },
  },
  'one-tensor': {
    meaning: 'A call returns a list of tensors where a single one is needed.',
    remedy: 'Only losses that compare take lists: { of: D.features(a), to: D.features(b) }.',
    example: { replace: 'fake: G(source)', by: 'fake: G.features(source)' },
    says: (call: Call) => `${formatCall(call)} is a list of tensors, but a single one is needed.`,
  },
  network: {
    meaning: 'A layer cannot take its input.',
    remedy: 'The message names the layer, and both shapes or numbers; `gan plan` lists all layers.',
    example: { replace: 'filters: 32 }\n  D', by: 'filters: 32, norm: { type: group, groups: 5 } }\n  D' },
  },
  shape: {
    meaning: 'A tensor or a loss is given a shape that it cannot take.',
    remedy: 'The message says which shape it takes.',
    example: {
      replace: 'fake: G(source)',
      by: 'fake: G(small)\n    small: { type: downscale, of: source, factor: 7 }',
    },
  },
} satisfies Codes;
