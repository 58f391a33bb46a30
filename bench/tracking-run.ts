/**
 * One training run that is tracked, or not, with what its processes took: used by bench/tracking.ts, in a process of its
 * own. Prints one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../src/runs/index.js';
import { median } from './median.js';

export interface TrackingTimes {
  /** Milliseconds of processor time, user and system: of what trains, and of what sends. */
  readonly trainerCpuMs: number;
  readonly sinkCpuMs: number;
  readonly medianStepMs: number;
  /** From the last step to the end of the run, its last pictures and its report included. */
  readonly endMs: number;
}

const { values } = parseArgs({
  options: {
    recipe: { type: 'string', default: 'recipes/pix2pix-maps-64.yaml' },
    data: { type: 'string', default: 'synthetic' },
    threads: { type: 'string', default: '2' },
    steps: { type: 'string', default: '1000' },
    set: { type: 'string', multiple: true, default: [] },
    /** Of the server; without one the run is sent nowhere. */
    uri: { type: 'string' },
  },
});
/** Clock ticks a second of /proc, on every Linux there is. */
const TICKS = 100;

/** Processor time of children, those that have ended and those that live; unknown but on Linux. */
function childrenMs(): number {
  try {
    const fieldsOf = (pid: string): number[] =>
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number);
    const ended = fieldsOf('self');
    const living = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean);
    const ticks = living.map(fieldsOf).reduce((sum, of) => sum + of[11]! + of[12]!, ended[13]! + ended[14]!);
    return (ticks * 1000) / TICKS;
  } catch {
    return Number.NaN;
  }
}

const runs = await mkdtemp(join(tmpdir(), 'gan-bench-'));
const steps: number[] = [];
let lastStep = Number.NaN;
const before = { cpu: process.cpuUsage(), children: childrenMs() };
try {
  await run(
    {
      recipe: values.recipe,
      data: [values.data],
      set: values.set,
      length: `${values.steps} steps`,
      runs,
      engine: 'ort',
      threads: Number(values.threads),
      loading: { dataFolder: 'data', cacheBytes: 2 ** 30, prefetch: 4, maxBadShare: 0.05 },
      tracking: {
        options: { mode: 'auto', experiment: 'bench-tracking' },
        delivery: values.uri === undefined ? undefined : { uri: values.uri },
      },
    },
    {
      event(event) {
        if (event.type !== 'step') return;
        steps.push(event.ms);
        lastStep = performance.now();
      },
      // A server that is away is part of the measurement.
      warn: () => undefined,
    },
  );
  const { user, system } = process.cpuUsage(before.cpu);
  const result: TrackingTimes = {
    trainerCpuMs: (user + system) / 1000,
    sinkCpuMs: childrenMs() - before.children,
    medianStepMs: median(steps),
    endMs: performance.now() - lastStep,
  };
  console.log(JSON.stringify(result));
} finally {
  await rm(runs, { recursive: true, force: true });
}
