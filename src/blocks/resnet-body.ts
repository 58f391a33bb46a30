import { type BlockStyle, convBlock, residualBlock } from './conv-block.js';
import type { LayerConfig } from '../registry/index.js';
import type { Upsample } from './upsample.js';

interface Body {
  readonly blocks: number;
  /** Of the first convolution; each way down doubles them. */
  readonly filters: number;
  readonly downs: number;
  readonly upsample: Upsample;
  readonly dropout?: number;
  /** Layer that it reads. */
  readonly from?: string;
}

/** A 7x7 convolution, ways down, residual blocks, ways up: Johnson et al. 2016, all but the last convolution. @param prefix of its ids. */
export function resnetBody(
  prefix: string,
  style: BlockStyle,
  { blocks, filters, downs, upsample, dropout = 0, from }: Body,
): LayerConfig[] {
  const layers = convBlock(`${prefix}stem`, style, {
    filters,
    kernel: 7,
    reflect: 3,
    ...(from === undefined ? {} : { from }),
  });
  for (let i = 1; i <= downs; i++)
    layers.push(
      ...convBlock(`${prefix}down${i}`, style, {
        filters: filters * 2 ** i,
        kernel: 3,
        stride: 2,
        padding: 1,
      }),
    );
  for (let i = 1; i <= blocks; i++)
    layers.push(
      ...residualBlock(`${prefix}block${i}`, layers.at(-1)!.id, style, {
        filters: filters * 2 ** downs,
        reflect: 1,
        dropout,
      }),
    );
  for (let i = downs - 1; i >= 0; i--)
    layers.push(
      ...convBlock(`${prefix}up${downs - i}`, style, {
        filters: filters * 2 ** i,
        kernel: 3,
        stride: 2,
        // As the reference does, each pixel in the middle of what it is enlarged to.
        padding: 1,
        output_padding: 1,
        upsample,
      }),
    );
  return layers;
}
