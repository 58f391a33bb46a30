import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { enlarge, factorParam, interpolationParam } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const upsample = defineLayer({
  type: 'upsample',
  summary: 'Enlarges the image by repeating its pixels or blending between them; learns nothing.',
  formula: 'y[i, j] = x at (i + 1/2) / factor - 1/2, (j + 1/2) / factor - 1/2',
  paper: 'doi:10.23915/distill.00003',
  params: Type.Object(
    { factor: factorParam(), interpolation: interpolationParam() },
    { additionalProperties: false },
  ),
  example: { type: 'upsample', factor: 2 },

  plan({ factor, interpolation }, inputs) {
    const [height, width, channels] = imageShape('upsample', inputs);
    const output = [height * factor, width * factor, channels];
    return {
      output,
      variables: [],
      flops: interpolation === 'nearest' ? 0 : 8 * sizeOf(output),
      window: { kernel: 1, stride: 1, scale: factor },
    };
  },

  build({ factor, interpolation }, { tf }) {
    return ([input]) => enlarge(tf, input as Tensor4D, factor, interpolation);
  },
});
