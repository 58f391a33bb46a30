export { drawPhases } from './phases.js';
