export * from './evaluate.js';
export * from './game.js';
export * from './noise-batch.js';
export * from './outputs.js';
export * from './rehearse.js';
export * from './sample.js';
export * from './step.js';
export * from './train.js';
