export { TRACKING_FOLDER } from './delivery/cursor.js';
export { connectionOf, type DeliveryOptions } from './delivery/options.js';
export { DeliveryProcess } from './delivery/delivery-process.js';
export type { ParentRun } from './delivery/parent-delivery.js';
export { openParentRun } from './delivery/server-run.js';
export { syncParent, syncRun, type SyncResult, trackedRuns } from './delivery/sync.js';
export { tagsOf } from './delivery/tags.js';
