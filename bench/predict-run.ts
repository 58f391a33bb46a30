/** Times `gan predict` on a folder of images, in a process of its own: used by bench/predict.ts. Prints one line of JSON. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { predict } from '../src/runs/predict/index.js';

export interface PredictTimes {
  readonly images: number;
  /** Milliseconds from the first picture written to the last, by image. */
  readonly imageMs: number;
  /** Until the first picture: reading the checkpoint, building and compiling the network. */
  readonly firstMs: number;
  readonly peakRssMB: number;
}

const { values } = parseArgs({
  options: {
    run: { type: 'string', default: '' },
    images: { type: 'string', default: '' },
    threads: { type: 'string', default: '2' },
  },
});
const out = await mkdtemp(join(tmpdir(), 'gan-bench-'));
const start = performance.now();
const writtenAt: number[] = [];
try {
  await predict(
    {
      run: values.run,
      runs: '.',
      files: [values.images],
      out,
      engine: 'ort',
      threads: Number(values.threads),
    },
    { made: () => void writtenAt.push(performance.now()), warn: console.error },
  );
} finally {
  await rm(out, { recursive: true, force: true });
}
const times: PredictTimes = {
  images: writtenAt.length,
  imageMs: (writtenAt.at(-1)! - writtenAt[0]!) / (writtenAt.length - 1),
  firstMs: writtenAt[0]! - start,
  peakRssMB: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(times));
