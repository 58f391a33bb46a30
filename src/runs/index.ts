export { run } from './run.js';
export type { RunOutlook, RunResult } from './observer.js';
export type { RunRequest, TrackingRequest } from './request.js';
