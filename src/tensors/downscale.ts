import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape } from '../core/shape.js';
import { reduction } from '../blocks/index.js';
import { defineTensor } from '../registry/index.js';

export const downscale = defineTensor({
  type: 'downscale',
  summary: 'The image smoothed and shrunk by a whole factor: the source of super-resolution.',
  description:
    'Kernels are widened by the factor against aliasing, and the image is mirrored at its border, as in MATLAB’s imresize; bicubic is Keys’ with a = -0.5. Bicubic may leave [-1, 1] a little beside strong edges. Shape: [height / factor, width / factor, channels].',
  formula:
    'y = R x C^T per channel; a row of R weighs the rows of x by the kernel, and sums to 1; C the columns',
  paper: 'doi:10.1109/TASSP.1981.1163711',
  params: Type.Object(
    {
      of: Type.String({ description: 'The call or name of the image.' }),
      factor: Type.Integer({
        minimum: 2,
        maximum: 64,
        default: 4,
        description: 'How many times smaller; height and width are multiples of it.',
      }),
      interpolation: Type.Enum(['area', 'bilinear', 'bicubic'], {
        default: 'bicubic',
        description:
          '`area` is the mean of each block of pixels, `bilinear` a triangle twice as wide, `bicubic` keeps edges sharpest.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'downscale', of: 'photo', factor: 4, interpolation: 'bicubic' },
  operands: ['of'],
  stopsGradient: false,

  shape({ factor }, [of]) {
    const [height, width, channels] = imageShape('downscale', [of!]);
    if (height % factor === 0 && width % factor === 0) return [height / factor, width / factor, channels];
    throw new UserError(`${formatShape(of!)} cannot be made ${factor} times smaller.`, {
      exitCode: 2,
      remedy: 'Height and width must be multiples of `factor`.',
    });
  },

  build:
    ({ factor, interpolation }, { tf }) =>
    ([of]) => {
      const [batch = 1, height = 1, width = 1, channels = 1] = of!.shape;
      const [low, narrow] = [height / factor, width / factor];
      const rows = tf.tensor2d(reduction(height, factor, interpolation));
      const columns = tf.tensor2d(reduction(width, factor, interpolation));
      // One product of matrices for the rows of all images, one for the columns: what is multiplied stands first.
      const tall = tf.reshape(tf.transpose(of!, [1, 0, 2, 3]), [height, batch * width * channels]);
      const lowered = tf.reshape(tf.matMul(rows, tall), [low, batch, width, channels]);
      const wide = tf.reshape(tf.transpose(lowered, [2, 1, 0, 3]), [width, batch * low * channels]);
      const small = tf.reshape(tf.matMul(columns, wide), [narrow, batch, low, channels]);
      return tf.transpose(small, [1, 2, 0, 3]);
    },
});
