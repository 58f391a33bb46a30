import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const prelu = defineLayer({
  type: 'prelu',
  role: 'activation',
  summary: 'Leaky rectifier that learns its slope, one per channel.',
  description: 'Variable: slope [channels]. The activation of SRResNet.',
  formula: 'y = max(x, 0) + slope min(x, 0)',
  paper: 'arXiv:1502.01852',
  params: Type.Object(
    { init: Type.Number({ default: 0.25, description: 'Slope that it starts from.' }) },
    { additionalProperties: false },
  ),
  example: { type: 'prelu' },

  plan({ init }, inputs) {
    const output = singleShape('prelu', inputs);
    const shape = [output.at(-1)!];
    return {
      output,
      variables: [{ name: 'slope', shape, init: { type: 'constant', value: init }, trainable: true }],
      flops: 2 * sizeOf(output),
    };
  },

  build(_params, { tf }) {
    // Of rectifiers, which every engine can differentiate twice.
    return ([input], { slope }) => tf.sub(tf.relu(input!), tf.mul(slope!, tf.relu(tf.neg(input!))));
  },
});
