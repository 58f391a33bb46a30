import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import { sizeOf } from '../../../core/shape.js';
import type { Tf } from '../../../core/ops.js';
import type { WebgpuBackend } from '../backend.js';
import { newTensor, runProgram } from '../program.js';
import { finish } from './columns.js';
import {
  type ConvNumbers,
  type ConvPrograms,
  FILTER_GRADIENT,
  FORWARD,
  INPUT_GRADIENT,
  LARGE,
  SMALL,
} from './conv-programs.js';
import { DEPTH, type Tile } from './product.js';
import { replacing } from './replacing.js';

type Info = ReturnType<Tf['backend_util']['computeConv2DInfo']>;

/** Workgroups that fill a large graphics processor, and the fewest steps for which a sum is split. */
const FULL_WORKGROUPS = 256;
const MIN_STEPS_PER_SPLIT = 4;
/** Cost of an element of a small tile relative to a large one, whose invocations read less for each product. */
const SMALL_COST = 2;

interface Size {
  readonly shape: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly places: number;
  /** Of the place that has most. */
  readonly steps: number;
}

/** Elements of the tiles that a product takes, empty ones included. */
const covered = ({ size }: Tile, { rows, columns }: Size): number =>
  Math.ceil(rows / size) * Math.ceil(columns / size) * size ** 2;

/** @returns undefined where the product has more rows of tiles than the device takes. */
function tileFor({ device }: WebgpuBackend, size: Size): Tile | undefined {
  const limit = device.limits.maxComputeWorkgroupsPerDimension;
  const fits = ({ size: side }: Tile) => Math.max(size.rows, size.columns) <= limit * side;
  if (fits(SMALL) && covered(SMALL, size) * SMALL_COST < covered(LARGE, size)) return SMALL;
  return fits(LARGE) ? LARGE : undefined;
}

/** Where the result has fewer tiles than the device has processors, the sum is taken in parts, which are then summed. */
function run<Tensors extends string>(
  backend: WebgpuBackend,
  programs: ConvPrograms<Tensors>,
  tensors: Readonly<Record<NoInfer<Tensors>, TensorInfo>>,
  info: Info,
  product: Size,
): TensorInfo | undefined {
  const tile = tileFor(backend, product);
  if (!tile) return undefined;
  const { shape, rows, columns, places, steps } = product;
  const across = [Math.ceil(columns / tile.size), Math.ceil(rows / tile.size)] as const;
  const tiles = across[0] * across[1] * places;
  const splits = Math.max(
    1,
    Math.min(Math.ceil(FULL_WORKGROUPS / tiles), Math.ceil(steps / MIN_STEPS_PER_SPLIT)),
  );
  const size = sizeOf(shape);
  const result = newTensor(backend, splits === 1 ? shape : [splits, size]);
  const numbers: Record<ConvNumbers, number> = {
    images: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    filters: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideY: info.strideHeight,
    strideX: info.strideWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
    dilationY: info.dilationHeight,
    dilationX: info.dilationWidth,
    splits,
    each: Math.ceil(steps / splits),
    size,
  };
  runProgram(
    backend,
    programs.get(tile)!,
    { ...tensors, result } as Record<Tensors | 'result', TensorInfo>,
    numbers,
    [...across, places * splits],
  );
  return { ...finish(backend, result, { chunks: splits }), shape: [...shape] };
}

const pieces = (count: number): number => Math.ceil(count / DEPTH);

/** Convolutions of NHWC images and their gradients. */
export function convKernels(tf: Tf, backendName: string, backend: WebgpuBackend): KernelConfig[] {
  const infoOf = (image: readonly number[], filter: readonly number[], attrs: KernelAttrs): Info =>
    tf.backend_util.computeConv2DInfo(
      [...image] as Four,
      [...filter] as Four,
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      attrs.dataFormat === 'NCHW' ? 'channelsFirst' : 'channelsLast',
    );
  const around = <Inputs extends string>(
    kernelName: string,
    replacement: (inputs: Readonly<Record<Inputs, TensorInfo>>, attrs: KernelAttrs) => TensorInfo | undefined,
  ): KernelConfig =>
    replacing<Inputs>(tf, backendName, kernelName, (inputs, attrs) =>
      replacement(inputs, attrs as unknown as KernelAttrs),
    );
  return [
    around<'x' | 'filter'>('Conv2D', ({ x, filter }, attrs) => {
      const info = infoOf(x.shape, filter.shape, attrs);
      if (info.dataFormat === 'channelsFirst') return undefined;
      return run(backend, FORWARD, { image: x, weights: filter }, info, {
        shape: info.outShape,
        rows: info.batchSize * info.outHeight * info.outWidth,
        columns: info.outChannels,
        places: 1,
        steps: info.filterHeight * info.filterWidth * pieces(info.inChannels),
      });
    }),
    around<'dy' | 'filter'>('Conv2DBackpropInput', ({ dy, filter }, attrs) => {
      const info = infoOf(attrs.inputShape!, filter.shape, attrs);
      const dilated = info.dilationHeight > 1 || info.dilationWidth > 1;
      if (info.dataFormat === 'channelsFirst' || dilated) return undefined;
      const { strideHeight, strideWidth } = info;
      return run(backend, INPUT_GRADIENT, { dy, weights: filter }, info, {
        shape: info.inShape,
        rows:
          info.batchSize * Math.ceil(info.inHeight / strideHeight) * Math.ceil(info.inWidth / strideWidth),
        columns: info.inChannels,
        places: strideHeight * strideWidth,
        steps:
          Math.ceil(info.filterHeight / strideHeight) *
          Math.ceil(info.filterWidth / strideWidth) *
          pieces(info.outChannels),
      });
    }),
    around<'x' | 'dy'>('Conv2DBackpropFilter', ({ x, dy }, attrs) => {
      const info = infoOf(x.shape, attrs.filterShape!, attrs);
      if (info.dataFormat === 'channelsFirst') return undefined;
      return run(backend, FILTER_GRADIENT, { image: x, dy }, info, {
        shape: info.filterShape,
        rows: info.inChannels,
        columns: info.outChannels,
        places: info.filterHeight * info.filterWidth,
        steps: info.batchSize * info.outHeight * pieces(info.outWidth),
      });
    }),
  ];
}

type Four = [number, number, number, number];

interface KernelAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: string;
  readonly inputShape?: readonly number[];
  readonly filterShape?: readonly number[];
}
