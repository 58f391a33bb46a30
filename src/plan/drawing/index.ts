export { drawPhases } from './phases.js';

export type { Outline } from './svg.js';
