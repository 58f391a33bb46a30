import { MessageChannel } from 'node:worker_threads';
import { startThread } from '../core/thread.js';
import type { OpenDataOptions } from '../data/open.js';
import { type Report, unpackError } from '../data/thread/messages.js';
import { RemoteData } from '../data/thread/remote.js';
import type { Data } from '../data/types.js';
import type { DataThreadInput } from './data-thread.js';

/**
 * Opens the sources of a recipe in a thread of their own. A step keeps the thread that trains from everything else for as
 * long as it takes: there, decoded images would wait for it at each of their stages, and made ones be made between steps.
 * @throws UserError where data is missing, empty or mostly unreadable.
 */
export function openDataThread({ warn, ...options }: Omit<OpenDataOptions, 'registry'>): Promise<Data> {
  const { port1: port, port2 } = new MessageChannel();
  const workerData: DataThreadInput = { port: port2, options };
  const thread = startThread(import.meta.url, './data-thread.js', { workerData, transferList: [port2] });
  return new Promise<Data>((resolve, reject) => {
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`The thread that reads data ended with code ${code}.`)));
    const listen = (report: Report): void => {
      if (report.type === 'warning') warn(report.text);
      if (report.type === 'refused') reject(unpackError(report.failure));
      if (report.type !== 'opened') return;
      // At once: no later message may find nobody listening.
      port.off('message', listen);
      thread.unref();
      resolve(new RemoteData(thread, port, report.info, warn));
    };
    port.on('message', listen);
  });
}
