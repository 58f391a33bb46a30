export { stepsPerEpoch } from './order.js';

export type { Batch, Data } from './types.js';
