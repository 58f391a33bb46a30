import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const softmax = defineLayer({
  type: 'softmax',
  role: 'activation',
  range: [0, 1],
  summary: 'Turns the channels into probabilities that sum to 1.',
  description: 'For generators of label maps. `cross-entropy` takes logits and needs none.',
  formula: 'y_c = exp(x_c) / sum_k exp(x_k)',
  paper: 'doi:10.1007/978-3-642-76153-9_28',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'softmax' },

  plan: elementwisePlan('softmax', 4),

  build(_params, { tf }) {
    return ([input]) => {
      // Less the largest: exp of a logit may overflow.
      const shifted = tf.exp(tf.sub(input!, tf.max(input!, -1, true)));
      return tf.div(shifted, tf.sum(shifted, -1, true));
    };
  },
});
