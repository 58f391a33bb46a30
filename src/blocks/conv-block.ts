import type { Padding } from '../core/window.js';
import { activationOf, needsBias, normOf } from './role-layers.js';
import { type RoleChoice } from '../registry/index.js';
import type { LayerConfig } from '../registry/index.js';
import { type Upsample, upsampleLayers } from './upsample.js';

/** Keys that all blocks of a network share. */
export interface BlockStyle {
  readonly norm: RoleChoice;
  readonly activation: RoleChoice;
  readonly bias: 'auto' | boolean;
  readonly init: number | RoleChoice;
  readonly weight_norm: 'none' | 'spectral';
}

export interface ConvBlock {
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: Padding;
  /** Of a transposed convolution. */
  readonly output_padding?: number;
  /** Pixels mirrored around the input in place of zeros. */
  readonly reflect?: number;
  readonly from?: string;
  readonly norm?: RoleChoice;
  readonly activation?: RoleChoice;
  readonly bias?: 'auto' | boolean;
  /** Enlarges by `stride` where there is one. */
  readonly upsample?: Upsample;
}

/** Margin, convolution (or a way up), norm and activation. */
export function convBlock(path: string, style: BlockStyle, block: ConvBlock): LayerConfig[] {
  const {
    filters,
    kernel,
    stride = 1,
    padding = 'same',
    output_padding = 0,
    reflect,
    from,
    upsample,
  } = block;
  const norm = block.norm ?? style.norm;
  const bias = needsBias(block.bias ?? style.bias, norm);
  const { init, weight_norm } = style;
  const margin =
    reflect === undefined ? [] : [{ id: `${path}/pad`, type: 'pad', amount: reflect, mode: 'reflect' }];
  const space = reflect === undefined ? padding : 0;
  const convolution = upsample
    ? upsampleLayers(upsample, {
        ...{ path, filters, kernel, stride, padding, output_padding },
        ...{ bias, init, weight_norm },
      })
    : [
        {
          id: `${path}/conv`,
          type: 'conv',
          filters,
          kernel,
          stride,
          padding: space,
          bias,
          init,
          weight_norm,
        },
      ];
  const [first, ...rest] = [...margin, ...convolution];
  const layers: LayerConfig[] = [{ ...first!, ...(from === undefined ? {} : { from }) }, ...rest];
  return [...layers, ...normOf(norm, path), ...activationOf(block.activation ?? style.activation, path)];
}

/** conv, norm, activation, conv, norm, added to the input: He et al. 2015 as image transformers use it, without a last activation. */
export function residualBlock(
  path: string,
  from: string,
  style: BlockStyle,
  {
    filters,
    reflect,
    dropout = 0,
  }: { readonly filters: number; readonly reflect?: number; readonly dropout?: number },
): LayerConfig[] {
  const conv = { filters, kernel: 3, ...(reflect === undefined ? {} : { reflect }) };
  const first = convBlock(`${path}/a`, style, { ...conv, from });
  const drop = dropout > 0 ? [{ id: `${path}/dropout`, type: 'dropout', rate: dropout }] : [];
  const second = convBlock(`${path}/b`, style, { ...conv, activation: 'none' });
  return [...first, ...drop, ...second, { id: `${path}/add`, type: 'add', from: [from, second.at(-1)!.id] }];
}

/** norm, activation, conv, norm, activation, conv beside a 1x1 convolution: the blocks of SNGAN, with the size changed inside. */
export function preactivatedBlock(
  path: string,
  from: string,
  style: BlockStyle,
  {
    filters,
    resize,
    first = false,
    shortcut = true,
  }: {
    readonly filters: number;
    readonly resize: 'up' | 'down' | 'none';
    /** The first block of a discriminator has no activation at its start: a rectifier would clip pixels. */
    readonly first?: boolean;
    /** Whether a convolution brings the input to the block's filters. */
    readonly shortcut?: boolean;
  },
): LayerConfig[] {
  const { norm, activation, init, weight_norm } = style;
  const conv = (id: string, kernel: number): LayerConfig => ({
    id: `${path}/${id}`,
    type: 'conv',
    filters,
    kernel,
    init,
    weight_norm,
    bias: true,
  });
  const before = first ? [] : [...normOf(norm, `${path}/a`), ...activationOf(activation, `${path}/a`)];
  const up = (id: string) => (resize === 'up' ? [{ id: `${path}/${id}/up`, type: 'upsample' }] : []);
  const down = (id: string) => (resize === 'down' ? [{ id: `${path}/${id}/down`, type: 'pool' }] : []);
  const main = [
    ...before,
    ...up('a'),
    conv('a/conv', 3),
    ...normOf(norm, `${path}/b`),
    ...activationOf(activation, `${path}/b`),
    conv('b/conv', 3),
    ...down('b'),
  ];
  const side = [...up('side'), ...(shortcut ? [conv('side/conv', 1)] : []), ...down('side')];
  const end = side.at(-1)?.id ?? from;
  const start = (layers: readonly LayerConfig[]) =>
    layers.map((layer, i) => (i === 0 ? { ...layer, from } : layer));
  return [...start(main), ...start(side), { id: `${path}/add`, type: 'add', from: [main.at(-1)!.id, end] }];
}
