// A worker as `gan worker` is one, but for what its trials do.
import { fileURLToPath } from 'node:url';
import { shippedDefinitions } from '../../../dist/src/definitions.js';
import { runWorker } from '../../../dist/src/sweep/queue/worker.js';

const [, , queue, runs] = process.argv;
await runWorker(
  {
    queue,
    runs,
    jobs: 2,
    lock: 1,
    drain: false,
    engine: 'cpu',
    threads: 1,
    loading: { dataFolder: runs, cacheBytes: 0, prefetch: 1, maxBadShare: 0 },
    program: fileURLToPath(new URL('quick-trial.mjs', import.meta.url)),
  },
  shippedDefinitions(),
  new AbortController().signal,
  { onReady: () => undefined, onStart: () => undefined, onEnd: () => undefined, warn: () => undefined },
);
