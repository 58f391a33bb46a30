export { fetchRun, fetchRuns } from './fetch.js';
export { Mirror } from './mirror.js';
export { MlflowStore } from './mlflow-store.js';
export { openStore } from './open.js';
export { withRetries } from './retry.js';
export { requireServer } from './require-server.js';
