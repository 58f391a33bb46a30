export { type DeliveryOptions } from './options.js';
export { Tracking, type TrackingEvents } from './start.js';
export { syncRun, type SyncResult, trackedRuns } from './sync.js';
