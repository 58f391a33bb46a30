export { compareRuns } from './compare.js';
export { writeComparison } from './write.js';
