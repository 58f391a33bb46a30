import type { Tensor } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const relativistic = defineLoss({
  type: 'relativistic',
  operands: 'scores',
  relative: true,
  summary: 'Relativistic GAN: real images should score higher than fakes, whatever the scores are.',
  description:
    'In the update that trains the discriminator it takes `real` and `fake`; in the one that trains what made the fakes, `fool` and beside it `real`, with the roles exchanged. With `against: mean` it is the relativistic average GAN (RaGAN, RaLSGAN and RaHingeGAN by `measure`; ESRGAN’s loss), m the mean over all scores of the other side; with `against: pair`, m is the score of the other side at the same place in the batch (RpGAN, R3GAN), and the two equal parts count half each. The discriminator must not end in a sigmoid.',
  formula:
    'real, fool: f(x - m); fake, and real beside fool: f(m - x); f(d) = log(1 + exp(-d)) (bce), (d - 1)^2 (lsgan), max(0, 1 - d) (hinge)',
  paper: 'arXiv:1807.00734',
  params: Type.Object(
    {
      measure: Type.Enum(['bce', 'lsgan', 'hinge'], {
        default: 'bce',
        description: 'What a difference of scores costs: as in the loss of that name.',
      }),
      against: Type.Enum(['mean', 'pair'], {
        default: 'mean',
        description: '`mean` compares with the mean of the other side, `pair` with one score of it.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'relativistic', real: 'D(source, target)', fake: 'D(source, fake)' },

  build({ measure, against }, { tf }) {
    const cost = {
      bce: (lead: Tensor) => tf.softplus(tf.neg(lead)),
      lsgan: (lead: Tensor) => tf.squaredDifference(lead, 1),
      hinge: (lead: Tensor) => tf.relu(tf.sub(1, lead)),
    }[measure];
    const compare = (higher: Tensor, lower: Tensor): Tensor =>
      against === 'mean' ? cost(tf.sub(higher, lower)) : tf.mul(cost(tf.sub(higher, lower)), 0.5);
    const level = (others: Tensor): Tensor => (against === 'mean' ? tf.mean(others) : others);
    const ahead = (scores: Tensor, others: Tensor) => compare(scores, level(others));
    const behind = (scores: Tensor, others: Tensor) => compare(level(others), scores);
    return { real: ahead, fake: behind, fool: ahead };
  },
});
