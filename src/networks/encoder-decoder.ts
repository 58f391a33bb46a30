import { type Static, Type } from 'typebox';
import { NAME_PATTERN } from '../core/call.js';
import { UserError } from '../core/errors.js';
import {
  activationOf,
  biasParam,
  filtersParam,
  initParam,
  kernelParam,
  needsBias,
  normOf,
  paddingParam,
  roleChoice,
  upsampleLayers,
  upsampleParam,
  weightNormParam,
} from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

const id = Type.Optional(
  Type.String({
    pattern: NAME_PATTERN,
    description: 'Name of the block, for skips, patches and parts; default by position: e1, e2, ..., d1, ...',
  }),
);
const stride = Type.Integer({
  minimum: 1,
  maximum: 16,
  default: 2,
  description: 'How many times smaller or larger.',
});
const dropout = Type.Number({
  minimum: 0,
  exclusiveMaximum: 1,
  default: 0,
  description: 'Share of values zeroed after the norm.',
});

/** Keys that a block may set for itself in place of the network's. */
const ownKeys = {
  norm: Type.Optional(roleChoice('norm', { description: "Normalisation; default: the network's." })),
  activation: Type.Optional(
    roleChoice('activation', {
      description: "Default: the network's, else leaky-relu 0.2 (encoder) or relu (decoder).",
    }),
  ),
  bias: Type.Optional(
    Type.Union([Type.Literal('auto'), Type.Boolean()], { description: "Default: the network's." }),
  ),
  kernel: Type.Optional(Type.Integer({ minimum: 1, maximum: 31, description: "Default: the network's." })),
  padding: Type.Optional(
    Type.Union([Type.Integer({ minimum: 0, maximum: 15 }), Type.Literal('same')], {
      description: "Default: the network's.",
    }),
  ),
};

const encoderBlock = Type.Object(
  { id, filters: filtersParam(), stride, dropout, ...ownKeys },
  { additionalProperties: false },
);
const decoderBlock = Type.Object(
  {
    id,
    filters: filtersParam(),
    skip: Type.Optional(
      Type.String({ description: 'Id of the encoder block whose output is stacked on the channels.' }),
    ),
    upsample: Type.Optional(
      Type.Enum(['transposed-conv', 'resize-conv', 'pixel-shuffle', 'dilated-conv'], {
        description: "The way up; default: the network's.",
      }),
    ),
    stride,
    dropout,
    ...ownKeys,
  },
  { additionalProperties: false },
);

const params = Type.Object(
  {
    encoder: Type.Array(encoderBlock, {
      minItems: 1,
      description:
        'Blocks of convolution, norm, activation, each halving the resolution; the last is the bottleneck.',
    }),
    decoder: Type.Array(decoderBlock, {
      description:
        'Blocks of transposed convolution (or another way up), norm, dropout, concat(skip), activation, each doubling the resolution.',
    }),
    norm: roleChoice('norm', { default: 'batch', description: 'Normalisation of the blocks.' }),
    activation: Type.Optional(roleChoice('activation', { description: 'Activation of all blocks.' })),
    bias: biasParam(),
    kernel: kernelParam(4),
    padding: paddingParam(1),
    upsample: upsampleParam(),
    init: initParam(),
    weight_norm: weightNormParam(),
    output: Type.Object(
      {
        channels: Type.Integer({ minimum: 1, default: 3, description: 'Channels of the image made.' }),
        activation: roleChoice('activation', {
          default: 'tanh',
          description: 'tanh: values in [-1, 1], as images are.',
        }),
        stride,
        bias: Type.Boolean({ default: true, description: 'Whether the last layer has a bias.' }),
      },
      {
        additionalProperties: false,
        default: {},
        description: 'The last block: the way up and activation.',
      },
    ),
  },
  { additionalProperties: false },
);

type Params = Static<typeof params>;
type Block = Params['decoder'][number];

/** Norm and dropout of one block. */
function normAndDropout(network: Params, block: Block, path: string): LayerConfig[] {
  return [
    ...normOf(block.norm ?? network.norm, path),
    ...(block.dropout > 0 ? [{ id: `${path}/dropout`, type: 'dropout', rate: block.dropout }] : []),
  ];
}

/** What the convolution of a block is made with. */
const convOf = (network: Params, block: Block) => ({
  filters: block.filters,
  kernel: block.kernel ?? network.kernel,
  stride: block.stride,
  padding: block.padding ?? network.padding,
  bias: needsBias(block.bias ?? network.bias, block.norm ?? network.norm),
  init: network.init,
  weight_norm: network.weight_norm,
});

export const encoderDecoder = defineNetwork({
  type: 'encoder-decoder',
  summary:
    'Convolutions down to a bottleneck and transposed convolutions up again, with skip links: a U-Net block by block.',
  description: 'Without any `skip` it is the encoder-decoder of the paper’s ablation.',
  paper: 'arXiv:1611.07004',
  params,
  example: {
    type: 'encoder-decoder',
    encoder: [
      { id: 'e1', filters: 64, norm: 'none' },
      { id: 'bottleneck', filters: 128, norm: 'none', activation: 'relu' },
    ],
    decoder: [{ id: 'd1', filters: 64, skip: 'e1' }],
    output: { channels: 3, activation: 'tanh' },
  },

  expand(network) {
    const layers: LayerConfig[] = [];
    /** Last layer of each encoder block. */
    const ends = new Map<string, string>();
    network.encoder.forEach((block, i) => {
      const name = block.id ?? `e${i + 1}`;
      const activation = block.activation ?? network.activation ?? { type: 'leaky-relu', slope: 0.2 };
      const path = `encoder/${name}`;
      layers.push(
        { id: `${path}/conv`, type: 'conv', ...convOf(network, block) },
        ...normAndDropout(network, block, path),
        ...activationOf(activation, path),
      );
      ends.set(name, layers.at(-1)!.id);
    });
    network.decoder.forEach((block, i) => {
      const path = `decoder/${block.id ?? `d${i + 1}`}`;
      const way = block.upsample ?? network.upsample;
      layers.push(
        ...upsampleLayers(way, { path, ...convOf(network, block), ownPadding: block.padding }),
        ...normAndDropout(network, block, path),
      );
      if (block.skip !== undefined) {
        const skip = ends.get(block.skip);
        if (skip === undefined) {
          throw new UserError(`${path} skips to "${block.skip}", but no encoder block has this name.`, {
            exitCode: 2,
            remedy: `Encoder blocks: ${[...ends.keys()].join(', ')}.`,
          });
        }
        layers.push({ id: `${path}/concat`, type: 'concat', from: [layers.at(-1)!.id, skip] });
      }
      layers.push(...activationOf(block.activation ?? network.activation ?? 'relu', path));
    });
    const { channels, activation, stride: outputStride, bias } = network.output;
    layers.push(
      ...upsampleLayers(network.upsample, {
        path: 'output',
        filters: channels,
        kernel: network.kernel,
        stride: outputStride,
        padding: network.padding,
        bias,
        init: network.init,
        weight_norm: network.weight_norm,
      }),
    );
    layers.push(...activationOf(activation, 'output'));
    return { type: 'layers', layers };
  },
});
