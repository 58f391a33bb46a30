/** The thread that reads a run's data: see open-data.ts. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { openData, type OpenDataOptions } from '../data/open.js';
import { serve } from '../data/thread/serve.js';
import { packError, type Report } from '../data/thread/messages.js';
import { datasets } from '../datasets/index.js';
import { Registry } from '../registry/index.js';

export interface DataThreadInput {
  readonly port: MessagePort;
  readonly options: Omit<OpenDataOptions, 'registry' | 'warn'>;
}

const { port, options } = workerData as DataThreadInput;
const report = (message: Report): void => port.postMessage(message);
try {
  const data = await openData({
    ...options,
    // Data sets alone: of all else nothing is read here, and a small heap is quickly swept of the pixels that come and go.
    registry: new Registry({ dataset: datasets }),
    warn: (text) => report({ type: 'warning', text }),
  });
  serve(data, port, options.prefetch);
} catch (error) {
  report({ type: 'refused', failure: packError(error) });
  port.close();
}
