import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { startThread } from '../../core/node/thread.js';
import { type OpenDataOptions, RemoteData, type Report, unpackError } from '../../data/node.js';
import type { Data } from '../../data/index.js';
import type { DataThreadInput } from './data-thread.js';

/**
 * Pixels do not count as objects: with V8's usual 16 MB of these a dozen pictures make it mark the whole heap, which costs
 * as much as decoding them. Swept as often as this they are gone before.
 */
const YOUNG_MB = 2;

/**
 * Opens the sources of a recipe in a thread of their own. A step keeps the thread that trains from everything else for as
 * long as it takes: there, decoded images would wait for it at each of their stages, and made ones be made between steps.
 * @throws UserError where data is missing, empty or mostly unreadable.
 */
export function openDataThread({
  warn,
  plugins = [],
  ...options
}: Omit<OpenDataOptions, 'registry'> & {
  /** Files of definitions that do not ship. */
  readonly plugins?: readonly string[];
}): Promise<Data> {
  const { port1: port, port2 } = new MessageChannel();
  const workerData: DataThreadInput = { port: port2, options, plugins };
  const thread = startThread(import.meta.url, './data-thread.js', {
    workerData,
    transferList: [port2],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  return new Promise<Data>((resolve, reject) => {
    thread.once('error', reject);
    const listen = (report: Report): void => {
      if (report.type === 'warning') warn(report.text);
      if (report.type === 'refused') reject(unpackError(report.failure));
      if (report.type !== 'opened') return;
      // Within the same turn, so that no message comes while there is no listener.
      port.off('message', listen);
      thread.unref();
      resolve(new RemoteData(thread, port, report.info, warn));
    };
    port.on('message', listen);
    thread.once('exit', (code) => {
      // The exit event may come before the last messages.
      for (let last = receiveMessageOnPort(port); last; last = receiveMessageOnPort(port))
        listen(last.message as Report);
      reject(new Error(`The thread that reads data ended with code ${code}.`));
    });
  });
}
