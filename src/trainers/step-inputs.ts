import type { Batch } from '../data/index.js';

/** What changes from step to step other than variables: all that a step's operations are fed with. */
export interface StepInputs {
  readonly step: number;
  readonly batch: Batch;
  readonly numbers: ReadonlyMap<string, number>;
  /** Which of the step's equal micro-batches this is, from 0. */
  readonly microBatch: { readonly index: number; readonly count: number };
  /** Random values of the whole batch, by the id of their draw: filled as micro-batches ask for them. */
  readonly drawings: Map<string, Float32Array>;
  /** Values of this micro-batch's tensors that the first group's pass made. */
  readonly stored: Map<string, Float32Array>;
}
