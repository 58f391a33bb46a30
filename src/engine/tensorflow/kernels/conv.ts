import type { KernelConfig, NamedAttrMap } from '@tensorflow/tfjs';
import type { Tf } from '../../../core/ops.js';
import { aroundStock, type Call, type Margins, withMargins, withoutMargins } from './stock.js';

type Four = [number, number, number, number];

/**
 * tfjs-node's convolutions refuse padding that is given in pixels. What SAME would pad is called SAME; for the rest the
 * image is padded beforehand, or its gradient cropped afterwards.
 */
export function convKernels(tf: Tf, backendName: string): KernelConfig[] {
  return ['Conv2D', 'DepthwiseConv2dNative'].flatMap((name) =>
    [
      [name, forward] as const,
      [`${name}BackpropFilter`, filterGradient] as const,
      [`${name}BackpropInput`, inputGradient] as const,
    ].map(([kernelName, run]) => aroundStock(tf, backendName, kernelName, (call) => run(tf, call))),
  );
}

function forward(tf: Tf, { inputs, attrs, stock }: Call) {
  const { x, filter } = inputs as Record<'x' | 'filter', Call['inputs'][string]>;
  const { pad, margins } = paddingOf(tf, x.shape, filter.shape, attrs);
  if (!margins) return stock({ x, filter }, { pad });
  const padded = withMargins(tf, x, margins);
  const y = stock({ x: padded, filter }, { pad: 'valid' });
  padded.dispose();
  return y;
}

function filterGradient(tf: Tf, { inputs, attrs, stock }: Call) {
  const { x, dy } = inputs as Record<'x' | 'dy', Call['inputs'][string]>;
  const { pad, margins } = paddingOf(tf, x.shape, attrs['filterShape'] as number[], attrs);
  if (!margins) return stock({ x, dy }, { pad });
  const padded = withMargins(tf, x, margins);
  const dw = stock({ x: padded, dy }, { pad: 'valid' });
  padded.dispose();
  return dw;
}

function inputGradient(tf: Tf, { inputs, attrs, stock }: Call) {
  const { dy, filter } = inputs as Record<'dy' | 'filter', Call['inputs'][string]>;
  const shape = attrs['inputShape'] as Four;
  const { pad, margins } = paddingOf(tf, shape, filter.shape, attrs);
  if (!margins) return stock({ dy, filter }, { pad });
  const [[top, bottom], [left, right]] = margins;
  const padded = [shape[0], shape[1] + top + bottom, shape[2] + left + right, shape[3]];
  return withoutMargins(tf, stock({ dy, filter }, { pad: 'valid', inputShape: padded }), margins, shape);
}

/** The padding as TensorFlow names it, or the margins where it has no name for them. */
function paddingOf(
  tf: Tf,
  image: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dimRoundingMode }: NamedAttrMap,
): { readonly pad: NonNullable<NamedAttrMap[string]>; readonly margins?: Margins } {
  type Pad = Parameters<Tf['backend_util']['computeConv2DInfo']>[4];
  const info = (padding: Pad) =>
    tf.backend_util.computeConv2DInfo(
      [...image] as Four,
      [...filter] as Four,
      strides as number,
      (dilations ?? 1) as number,
      padding,
      dimRoundingMode as 'floor',
    );
  const { padInfo, outHeight, outWidth } = info(pad as Pad);
  if (padInfo.type === 'SAME' || padInfo.type === 'VALID') return { pad: pad! };
  const same = info('same');
  const { top, bottom, left, right } = padInfo;
  const isSame =
    same.outHeight === outHeight &&
    same.outWidth === outWidth &&
    (['top', 'bottom', 'left', 'right'] as const).every((side) => same.padInfo[side] === padInfo[side]);
  if (isSame) return { pad: 'same' };
  return {
    pad: pad!,
    margins: [
      [top, bottom],
      [left, right],
    ],
  };
}
