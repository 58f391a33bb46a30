export type { LoadedAblation, Trial } from './load.js';
