export { fetchRun, fetchRuns } from './fetch.js';
export { Mirror } from './mirror.js';
export { MlflowStore } from './mlflow-store.js';
export { openStore } from './open.js';
export { patiently } from './patience.js';
export { requireServer } from './require-server.js';
