import { defineSetMetric } from '../registry/index.js';
import { compareFeatures, featureParams } from './support/feature-sets.js';
import { frechetDistance } from './support/frechet.js';

export const fid = defineSetMetric({
  type: 'fid',
  summary: 'Fréchet distance between the features of all outputs and of all references.',
  description:
    'Both sets go through a network of the user’s own (an ONNX file: Inception’s pooled features give the figure of the literature) and are taken for normal distributions. 0 for equal sets. It needs no pairs, and is biased upwards by small sets: compare runs on the same number of images only. Images are resized to the network’s input where that has a size, bilinearly; a feature map is averaged over its pixels. With more features than a few hundred and as many images it takes minutes.',
  formula: '|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), m the means, C the covariances (divided by n - 1)',
  paper: 'arXiv:1706.08500',
  better: 'lower',
  unit: 'squared distance of features',
  params: featureParams(),
  example: { type: 'fid', features: './inception.onnx', range: '-1..1' },

  build: compareFeatures(frechetDistance),
});
