import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * The compiled module `file`, named as seen from the caller's `import.meta.url`: threads and other processes run JavaScript
 * alone. Called from sources, as tests are, it is the one in dist/.
 */
export function compiledFile(url: string, file: string): URL {
  const compiled = url.endsWith('.ts') ? url.replace(/\/src\/(?!.*\/src\/)/, '/dist/src/') : url;
  return new URL(file, compiled);
}

/** Starts a compiled module as a thread; see `compiledFile`. */
export function startThread(url: string, file: string, options: WorkerOptions): Worker {
  return new Worker(compiledFile(url, file), options);
}
