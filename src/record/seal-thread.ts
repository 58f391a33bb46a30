/** A thread that seals one checkpoint: hashing takes a processor for as long as writing does. */
import { parentPort, workerData } from 'node:worker_threads';
import { sealCheckpoint, type Unsealed } from './seal-checkpoint.js';

parentPort!.postMessage(await sealCheckpoint(workerData as Unsealed));
