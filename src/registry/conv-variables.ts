import type { VariableSpec } from './layer.js';

/** Kernel, and bias where wanted, of a convolution either way. @param init standard deviation of the kernel's start. */
export function convVariables(
  kernel: VariableSpec['shape'],
  filters: number,
  { bias, init }: { readonly bias: boolean; readonly init: number },
): VariableSpec[] {
  return [
    { name: 'kernel', shape: kernel, init: { type: 'normal', mean: 0, deviation: init }, trainable: true },
    ...(bias
      ? [{ name: 'bias', shape: [filters], init: { type: 'constant', value: 0 }, trainable: true } as const]
      : []),
  ];
}
