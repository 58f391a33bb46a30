export { writeSweepReport } from './write.js';
