import { binaryOps, rsqrt } from '../lowerings/elementwise.js';
import type { Node } from '../node.js';
import { binary, constant, unary } from './elementwise.js';
import { kernel, type Kernel } from './kernel.js';

interface BatchNormInputs {
  [key: string]: Node | undefined;
  x: Node;
  mean: Node;
  variance: Node;
  offset?: Node;
  scale?: Node;
}

const { Add, Sub, Multiply } = binaryOps;

export const normalisationKernels: readonly Kernel[] = [
  kernel<BatchNormInputs, { varianceEpsilon: number }>('FusedBatchNorm', (inputs, { varianceEpsilon }) => {
    const { x, mean, variance, offset, scale } = inputs;
    const rstd = unary(rsqrt, binary(Add, variance, constant(varianceEpsilon, [], 'float32')));
    const y = binary(Multiply, binary(Sub, x, mean), scale ? binary(Multiply, rstd, scale) : rstd);
    return offset ? binary(Add, y, offset) : y;
  }),
];
