import type { Round } from './round.js';

/** Hands runs to workers elsewhere, and follows them as long as somebody looks. */
export async function runQueued(
  url: string,
  { prepared: { request, expanded }, folder, sweep, tasks, signal, observer }: Round,
): Promise<void> {
  // Only a sweep that uses Redis loads its client.
  const { SweepQueue } = await import('./queue/submit.js');
  const queue = await SweepQueue.open(url, sweep);
  try {
    const submit = (some: Round['tasks']): Promise<void> =>
      queue.submit(some, ({ id }) => expanded.recipes[id]!, request.retries);
    await submit(tasks);
    if (request.detach) return;
    await queue.follow(
      folder,
      tasks,
      signal,
      {
        begun: (run) => observer.begun?.(run),
        heard: (run, message) => observer.heard?.(run, message),
        ended: (run, status, reason) =>
          observer.ended?.(run, { status, ...(reason === undefined ? {} : { reason }) }, false),
        warn: (text) => observer.warn(text),
      },
      submit,
    );
  } finally {
    await queue.close();
  }
}
