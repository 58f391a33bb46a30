import { Type } from 'typebox';
import { biasParam, initParam, roleChoice } from './params.js';
import { weightNormParam } from './weight-norm.js';

/** Keys that the families share: how all their blocks are made. @param norm what they use by default. */
export const styleParams = (
  norm: string,
  activation: string | { readonly type: string; readonly slope: number },
) => ({
  norm: roleChoice('norm', { default: norm, description: 'Normalisation of the blocks.' }),
  activation: roleChoice('activation', {
    default: activation,
    description: 'Activation of the blocks.',
  }),
  bias: biasParam(),
  init: initParam(),
  weight_norm: weightNormParam(),
});

export const imageOutputParam = (activation = 'tanh') =>
  Type.Object(
    {
      channels: Type.Integer({ minimum: 1, default: 3, description: 'Channels of the image made.' }),
      activation: roleChoice('activation', {
        default: activation,
        description: 'tanh: values in [-1, 1], as images are.',
      }),
    },
    { additionalProperties: false, default: {}, description: 'The last block.' },
  );
