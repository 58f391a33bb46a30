export * from './evaluate.js';
export * from './network.js';
export * from './tape.js';
