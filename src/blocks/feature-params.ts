import { Type } from 'typebox';
import type { FeatureRange } from '../core/features.js';

/** Keys of a metric that compares images by the features of a network. */
export const featureParams = () => ({
  features: Type.String({
    minLength: 1,
    description:
      'ONNX file of a network from images `[n, 3, height, width]` or `[n, height, width, 3]` to features: `./x` is beside the recipe, a bare `x` in the data folder.',
    examples: ['./inception.onnx'],
  }),
  range: Type.Enum(['-1..1', '0..1', '0..255'] satisfies FeatureRange[], {
    default: '-1..1',
    description: 'What the network expects black and white to be.',
  }),
});
