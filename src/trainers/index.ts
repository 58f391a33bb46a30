export { dryRun } from './dry-run.js';
export { checkEvaluation, evaluate } from './evaluate.js';
export { Game } from './game.js';
export { Network } from './network.js';
export { noiseBatch } from './noise-batch.js';
export { makeImages, networksOf } from './outputs.js';
export { makeSamples } from './sample.js';
export { playStep } from './step.js';
export { train } from './train.js';

export type { GameOptions, StartingWeights } from './game.js';
export type { OutputInputs } from './outputs.js';
export type { Samples } from './sample.js';
export type { RunClock } from './schedule.js';
