import type { LayerConfig, RoleChoice } from '../registry/index.js';

function typeOf(choice: RoleChoice): string {
  return typeof choice === 'string' ? choice : choice.type;
}

function paramsOf(choice: RoleChoice): Readonly<Record<string, unknown>> {
  if (typeof choice === 'string') return {};
  const { type, ...params } = choice;
  return params;
}

/** The norm layer of a block, or nothing for `none`: the layer type of the norm `batch` is `batch-norm`. */
export function normOf(norm: RoleChoice, block: string): LayerConfig[] {
  return typeOf(norm) === 'none'
    ? []
    : [{ id: `${block}/norm`, type: `${typeOf(norm)}-norm`, ...paramsOf(norm) }];
}

/** The activation layer of a block, or nothing for `none`. */
export function activationOf(activation: RoleChoice, block: string): LayerConfig[] {
  return typeOf(activation) === 'none'
    ? []
    : [{ id: `${block}/activation`, type: typeOf(activation), ...paramsOf(activation) }];
}

/** Whether a convolution before this norm has a bias: batch norm would cancel it. */
export function needsBias(bias: 'auto' | boolean, norm: RoleChoice): boolean {
  return bias === 'auto' ? typeOf(norm) !== 'batch' : bias;
}
