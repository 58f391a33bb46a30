import type { Batch } from '../data/index.js';

/** What changes from step to step, other than variables: all that a step's operations are fed with. */
export interface StepInputs {
  readonly step: number;
  readonly batch: Batch;
  readonly numbers: ReadonlyMap<string, number>;
  /** Which of the equal parts of the step's batch this is, from 0. */
  readonly part: { readonly index: number; readonly of: number };
  /** What the whole batch drew, by who drew it: filled as its parts ask for it. */
  readonly drawings: Map<string, Float32Array>;
  /** Of this part, tensors' values that an earlier pass made. */
  readonly stored: Map<string, Float32Array>;
}
