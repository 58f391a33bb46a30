import type { RoleChoice } from '../registry/index.js';
import type { Fans } from '../registry/index.js';
import type { Init, VariableSpec } from '../registry/index.js';
import { type WeightNorm, weightNormVariables } from './weight-norm.js';

/** A layer's key `init` as a variable's start. @param init a number is a normal distribution's standard deviation. */
export function kernelInit(init: number | RoleChoice, fans: Fans): Init {
  return typeof init === 'number'
    ? { type: 'normal', mean: 0, deviation: init }
    : { type: 'drawn', by: typeof init === 'string' ? { type: init } : init, fans };
}

/**
 * Kernel, and bias where wanted, of a convolution either way.
 * @param kernel `[k, k, in, filters]`, or `[k, k, filters, in]` where it is transposed.
 */
export function convVariables(
  kernel: VariableSpec['shape'],
  filters: number,
  {
    bias,
    init,
    weight_norm = 'none',
  }: { readonly bias: boolean; readonly init: number | RoleChoice; readonly weight_norm?: WeightNorm },
): VariableSpec[] {
  const [height = 1, width = 1, ...ends] = kernel;
  const other = ends[0] === filters ? ends[1]! : ends[0]!;
  const fans = { fanIn: height * width * other, fanOut: height * width * filters };
  return [
    { name: 'kernel', shape: kernel, init: kernelInit(init, fans), trainable: true },
    ...weightNormVariables(weight_norm, filters),
    ...(bias ? [biasVariable(filters)] : []),
  ];
}

/** A bias per output, from 0. */
export const biasVariable = (outputs: number): VariableSpec => ({
  name: 'bias',
  shape: [outputs],
  init: { type: 'constant', value: 0 },
  trainable: true,
});
