import type { Variable } from '@tensorflow/tfjs';
import type { Shape } from '../core/shape.js';

/** Shapes, by name, of what a tensor or a loss keeps from step to step; 0 at first and saved in checkpoints. */
export type StateShapes = Readonly<Record<string, Shape>>;

/** The kept variables: assign them in place. Values taken from one before an assignment stay what they were. */
export type State = Readonly<Record<string, Variable>>;
