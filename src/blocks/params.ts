import { Type } from 'typebox';
import { INIT_ROLE, type LayerDefinition, ROLE_KEYWORD } from '../registry/index.js';

/** A layer of a role, by short name or with its keys: `batch`, `none`, or `{ type: leaky-relu, slope: 0.1 }`. */
export function roleChoice(
  role: NonNullable<LayerDefinition['role']>,
  options: {
    description: string;
    default?: string | { readonly type: string; readonly [param: string]: unknown };
  },
) {
  return Type.Union(
    [
      Type.String({ [ROLE_KEYWORD]: role }),
      Type.Object({ type: Type.String({ [ROLE_KEYWORD]: role }) }, { additionalProperties: true }),
    ],
    options,
  );
}

/** Keys that a network's blocks share, and that a network sets for all of its blocks. */
export const kernelParam = (fallback: number) =>
  Type.Integer({
    minimum: 1,
    maximum: 31,
    default: fallback,
    description: 'Side of the square kernel in pixels.',
  });

export const paddingParam = (fallback: number | 'same') =>
  Type.Union([Type.Integer({ minimum: 0, maximum: 15 }), Type.Literal('same')], {
    default: fallback,
    description:
      'Zeros around the input: a number of pixels on each side, or `same` (output = input / stride, rounded up). At stride 1 an even kernel with padding 1 gives one pixel less than `same`.',
  });

export const biasParam = () =>
  Type.Union([Type.Literal('auto'), Type.Boolean()], {
    default: 'auto',
    description:
      'Whether convolutions have a bias. `auto`: where no batch norm follows, since that would cancel it.',
  });

export const initParam = () =>
  Type.Union(
    [
      Type.Number({ minimum: 0, maximum: 1 }),
      Type.String({ [ROLE_KEYWORD]: INIT_ROLE }),
      Type.Object({ type: Type.String({ [ROLE_KEYWORD]: INIT_ROLE }) }, { additionalProperties: true }),
    ],
    {
      default: 0.02,
      description:
        'How kernels start: a number is the standard deviation of a normal distribution; else an initialiser, by name or with its keys.',
    },
  );

export const filtersParam = (options: { default?: number; description?: string } = {}) =>
  Type.Integer({ minimum: 1, maximum: 65536, description: 'Output channels.', ...options });
