/** The thread that reads a run's data: see open-data.ts. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { openData, type OpenDataOptions, packError, type Report, serve } from '../../data/node.js';
import { datasets } from '../../datasets/index.js';
import { Registry } from '../../registry/index.js';

export interface DataThreadInput {
  readonly port: MessagePort;
  readonly options: Omit<OpenDataOptions, 'registry' | 'warn'>;
  readonly plugins: readonly string[];
}

const { port, options, plugins } = workerData as DataThreadInput;
const report = (message: Report): void => port.postMessage(message);
try {
  const data = await openData({
    ...options,
    // Data sets alone: of all else nothing is read here, and a small heap is quickly swept of the pixels that come and go.
    registry: await registryFor(plugins),
    warn: (text) => report({ type: 'warning', text }),
  });
  serve(data, port, options.prefetch);
} catch (error) {
  report({ type: 'refused', failure: packError(error) });
  port.close();
}

/** A plugin is held against everything that ships: its example may name any of it. */
async function registryFor(files: readonly string[]): Promise<Registry> {
  if (files.length === 0) return new Registry({ dataset: datasets });
  const { definitionsWith } = await import('../../definitions.js');
  return definitionsWith(files);
}
