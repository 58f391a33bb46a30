import { Type } from 'typebox';
import { checkSameShape } from '../blocks/index.js';
import { defineTensor } from '../registry/index.js';

export const normalSample = defineTensor({
  type: 'normal-sample',
  summary:
    'A draw from the normal distribution given by an encoder, through which gradients reach the encoder.',
  description:
    'The reparameterisation of variational autoencoders; goes with the loss `kl`. Values are independent; new in every step, fixed in samples and evaluation.',
  formula: 'y = mean + exp(log_variance / 2) n, n ~ N(0, 1) per value',
  paper: 'arXiv:1312.6114',
  params: Type.Object(
    {
      mean: Type.String({ description: 'The call or name of the means.' }),
      log_variance: Type.String({
        description: 'The call or name of the natural logarithms of the variances, shaped as the means.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'normal-sample', mean: 'E.mean(target)', log_variance: 'E.log_variance(target)' },
  operands: ['mean', 'log_variance'],
  stopsGradient: false,
  shape: (_params, [mean, logVariance]) => checkSameShape('normal-sample', mean!, logVariance!),
  build:
    (_params, { tf, draw }) =>
    ([mean, logVariance]) => {
      const noise = draw(mean!.shape, (random, values) => void random.fillNormal(values));
      return tf.add(mean!, tf.mul(noise, tf.exp(tf.div(logVariance!, 2))));
    },
});
