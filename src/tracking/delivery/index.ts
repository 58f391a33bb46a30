export { TRACKING_FOLDER } from './cursor.js';
export { connectionOf, type DeliveryOptions } from './options.js';
export { Tracking, type TrackingEvents } from './start.js';
export type { ParentRun } from './parent-delivery.js';
export { openParentRun } from './server-run.js';
export { syncParent, syncRun, type SyncResult, trackedRuns } from './sync.js';
export { tagsOf } from './tags.js';
