import { Type } from 'typebox';
import type { VariableSpec } from '../registry/index.js';

/** Keys of norms. */
export const epsilonParam = () =>
  Type.Number({ exclusiveMinimum: 0, default: 1e-5, description: 'Added to the variance.' });

export const affineParam = (fallback: boolean) =>
  Type.Boolean({ default: fallback, description: 'Whether it learns a scale and a shift per channel.' });

/** Scale and shift per channel, from N(1, 0.02) and 0. */
export const affineVariables = (channels: number): VariableSpec[] => [
  { name: 'gamma', shape: [channels], init: { type: 'normal', mean: 1, deviation: 0.02 }, trainable: true },
  { name: 'beta', shape: [channels], init: { type: 'constant', value: 0 }, trainable: true },
];
