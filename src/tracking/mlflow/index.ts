export { MlflowClient } from './client.js';
export { type Connection, connectionFromEnvironment } from './connection.js';
export { type FailureKind, MlflowError } from './error.js';
export { gridImagePaths, IMAGES_TAG, safeKey, stepOfGridImage } from './names.js';
export type { Metric, Run, RunStatus, Tag } from './types.js';
