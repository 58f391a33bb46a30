/** Counts, and milliseconds by what they went into, since the backend opened. */
export interface Stats {
  compiles: number;
  flushes: number;
  nodes: number;
  recordMs: number;
  compileMs: number;
  feedMs: number;
  runMs: number;
  hostMs: number;
}

export const newStats = (): Stats => ({
  compiles: 0,
  flushes: 0,
  nodes: 0,
  recordMs: 0,
  compileMs: 0,
  feedMs: 0,
  runMs: 0,
  hostMs: 0,
});

export function timed<T>(
  stats: Stats,
  figure: 'recordMs' | 'compileMs' | 'feedMs' | 'runMs' | 'hostMs',
  run: () => T,
): T {
  const start = performance.now();
  const result = run();
  stats[figure] += performance.now() - start;
  return result;
}
