/** Lets signals, timers and background work that wait in the event loop have their turn. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if ('setImmediate' in globalThis) setImmediate(resolve);
    else setTimeout(resolve);
  });
