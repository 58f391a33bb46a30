import { setImmediate } from 'node:timers/promises';

/**
 * Yields `make(from)`, `make(from + 1)`, ... in order, and keeps `ahead` calls running while the consumer computes.
 * A step that blocks the event loop also blocks work that passes from one native thread to another, hence one turn of the
 * loop before each item.
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
        // It is awaited later; until then its failure must not count as unhandled.
        item.catch(() => undefined);
        pending.push(item);
      }
      await setImmediate();
      yield await pending.shift()!;
    }
  } finally {
    // When a consumer stops, no file stays open.
    await Promise.allSettled(pending);
  }
}
