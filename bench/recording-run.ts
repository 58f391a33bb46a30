/**
 * One training run, timed from its events: used by bench/recording.ts, in a process of its own.
 * Prints one line of JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../src/runs/index.js';
import { median } from './median.js';

export interface RecordingTimes {
  readonly steps: number;
  /** Milliseconds from the end of the first step, which compiles, to the run's last event. */
  readonly ms: number;
  /** Of it: the steps themselves, their waiting for data, evaluation, and all that is left between the steps. */
  readonly stepMs: number;
  readonly waitMs: number;
  readonly evaluationMs: number;
  readonly recordingMs: number;
  /** The longest single stop for pictures and a checkpoint. */
  readonly longestStopMs: number;
  readonly medianStepMs: number;
  readonly peakRssMB: number;
}

const { values } = parseArgs({
  options: {
    recipe: { type: 'string', default: 'recipes/pix2pix-maps-64.yaml' },
    data: { type: 'string', default: 'synthetic' },
    engine: { type: 'string', default: 'ort' },
    threads: { type: 'string', default: '2' },
    steps: { type: 'string', default: '1000' },
    cache: { type: 'string', default: '1' },
    bare: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
  },
});
// Without what is due between steps: what the steps take by themselves.
const never = `${10 * Number(values.steps)} steps`;
const bare = ['checkpoint', 'sample', 'evaluate'].map((part) => `${part}.every=${never}`);
const folder = await mkdtemp(join(tmpdir(), 'gan-bench-'));
const times = { step: [] as number[], wait: 0, evaluation: 0, longestStop: 0 };
let first = Number.NaN;
let last = Number.NaN;
/** End of the step before, and what was evaluated since. */
let stepEnd = Number.NaN;
let evaluated = 0;
try {
  await run(
    {
      recipe: values.recipe,
      data: [values.data],
      set: [...values.set, ...(values.bare ? bare : [])],
      length: `${values.steps} steps`,
      runs: folder,
      engine: values.engine,
      threads: Number(values.threads),
      loading: {
        dataFolder: 'data',
        cacheBytes: Number(values.cache) * 2 ** 30,
        prefetch: 4,
        maxBadShare: 0.05,
      },
    },
    {
      event(event) {
        const now = performance.now();
        if (event.type === 'step') {
          if (event.step === 1) first = now;
          else {
            times.step.push(event.ms);
            times.wait += event.waitMs;
            times.longestStop = Math.max(times.longestStop, now - event.ms - stepEnd - evaluated);
          }
          evaluated = 0;
          // A bare run ends here: what every run writes at its end is recording.
          if (values.bare) last = now;
          stepEnd = now;
        } else if (event.type === 'evaluation' && !values.bare) {
          evaluated = now - stepEnd;
          times.evaluation += evaluated;
        } else if (event.type === 'end' && !values.bare) last = now;
      },
      warn: (text) => console.error(text),
    },
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
const stepMs = times.step.reduce((sum, ms) => sum + ms, 0);
const result: RecordingTimes = {
  steps: times.step.length,
  ms: last - first,
  stepMs,
  waitMs: times.wait,
  evaluationMs: times.evaluation,
  recordingMs: last - first - stepMs - times.evaluation,
  longestStopMs: times.longestStop,
  medianStepMs: median(times.step),
  peakRssMB: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(result));
