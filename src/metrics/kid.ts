import { defineSetMetric } from '../registry/index.js';
import { compareFeatures, featureParams } from './support/feature-sets.js';
import { kernelDistance } from './support/kernel-distance.js';

export const kid = defineSetMetric({
  type: 'kid',
  summary: 'Kernel distance between the features of all outputs and of all references.',
  description:
    'Both sets go through a network of the user’s own, as for `fid`, which shares it: with both in one recipe each image goes through it once. The squared maximum mean discrepancy under a cubic kernel, estimated without bias over the whole sets: small sets make it noisy, not too large, so that splits of a few hundred images can be compared. About 0 for sets of one distribution, and slightly below it by chance. Papers often print it times 1000.',
  formula:
    'mean of k(a, a’) + mean of k(b, b’) - 2 mean of k(a, b), over pairs of different images; k(x, y) = (x . y / d + 1)^3, d the number of features',
  paper: 'arXiv:1801.01401',
  better: 'lower',
  unit: 'squared distance in the kernel’s space',
  params: featureParams(),
  example: { type: 'kid', features: './inception.onnx', range: '-1..1' },

  build: compareFeatures(kernelDistance),
});
