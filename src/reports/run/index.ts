export type { Curves } from '../charts/curves.js';
export { bestOf } from './best.js';
export { digestRun, type RunStatus } from './digest.js';
export { NETWORKS_PICTURE } from './networks.js';
export { spread } from './pictures.js';
export { writeReport } from './write.js';
