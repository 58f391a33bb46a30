export { publicAddress } from './connection.js';
export type { TrialJob } from './job.js';
export { SweepQueue } from './submit.js';
export { runWorker, type WorkerRequest } from './worker.js';
