import type { Tf } from '../core/ops.js';
import { convolutionGradients } from './gradients/convolutions.js';
import { elementwiseGradients } from './gradients/elementwise.js';
import { poolingGradients } from './gradients/pooling.js';
import { reductionGradients } from './gradients/reductions.js';
import { resizingGradients } from './gradients/resizing.js';
import { shapeGradients } from './gradients/shapes.js';

/**
 * Gradients that tfjs 4.22 lacks, gets wrong or makes slow, composed of plain ops, so that they serve every engine and
 * can be differentiated again. They replace tfjs's own for as long as the process lives.
 */
export function installGradients(tf: Tf): void {
  const families = [
    elementwiseGradients,
    reductionGradients,
    shapeGradients,
    convolutionGradients,
    poolingGradients,
    resizingGradients,
  ];
  for (const config of families.flatMap((gradients) => gradients(tf))) {
    if ((tf.getGradient(config.kernelName) as object | undefined) !== undefined)
      tf.unregisterGradient(config.kernelName);
    tf.registerGradient(config);
  }
}
