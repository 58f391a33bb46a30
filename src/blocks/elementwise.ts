import { singleShape } from '../core/image-shape.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { LayerPlan } from '../registry/index.js';

/** The plan of a layer that changes each value of its one input by itself. @param flops per value. */
export const elementwisePlan =
  (layer: string, flops = 1) =>
  (_params: unknown, inputs: readonly Shape[]): LayerPlan => {
    const output = singleShape(layer, inputs);
    return { output, variables: [], flops: flops * sizeOf(output) };
  };
