import { setImmediate } from 'node:timers/promises';

/**
 * What `make` gives for `from`, `from` + 1, ..., in order, with `ahead` of them under way while the consumer computes.
 * A step that blocks the event loop also blocks the hand-over between native threads, hence one turn of the loop before
 * each item: what the threads have finished goes on to its next stage.
 */
export async function* readAhead<T>(
  make: (index: number) => Promise<T>,
  from: number,
  ahead: number,
): AsyncGenerator<T, never> {
  const pending: Promise<T>[] = [];
  let next = from;
  try {
    for (;;) {
      while (pending.length <= ahead) {
        const item = make(next++);
        // Awaited in its turn; until then its failure must not count as unhandled.
        item.catch(() => undefined);
        pending.push(item);
      }
      await setImmediate();
      yield await pending.shift()!;
    }
  } finally {
    // Files are not left open behind a consumer that stops.
    await Promise.allSettled(pending);
  }
}
