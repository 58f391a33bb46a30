export type { Grid } from './grid.js';
export { readOutput, readOutputs, writeOutputs } from './outputs.js';
export { renderGrid } from './render-grid.js';
