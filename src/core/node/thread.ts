import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts the compiled module `file`, named as seen from the caller's `import.meta.url`, as a thread.
 * Threads run JavaScript alone: called from sources, as tests are, it is the one in dist/.
 */
export function startThread(url: string, file: string, options: WorkerOptions): Worker {
  const compiled = url.endsWith('.ts') ? url.replace(/\/src\/(?!.*\/src\/)/, '/dist/src/') : url;
  return new Worker(new URL(file, compiled), options);
}
