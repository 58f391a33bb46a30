/**
 * `npm run bench -- recording`: what journal, pictures and checkpoints cost a real run, at the recipe's own cadence.
 * Every round is a run with them and a run without, in turn.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { runChild } from './child.js';
import { median } from './median.js';
import type { RecordingTimes } from './recording-run.js';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    recipe: { type: 'string', default: 'recipes/pix2pix-maps-64.yaml' },
    data: { type: 'string', default: 'synthetic' },
    steps: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    set: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- recording [--recipe FILE] [--data FOLDER] [--steps 1000] [--rounds 3] [--set path=value] [--json FILE]

  recording  share of the run between its steps that is not evaluation: journal, pictures, checkpoints, the wait at the end
  slowdown   mean step beside what goes on in the background, against the mean step of a run without any of it`);
  process.exit(0);
}
const { recipe, data, steps, threads, set } = values;
const args = ['--recipe', recipe, '--data', data, '--steps', steps, '--threads', threads];
args.push(...set.flatMap((each) => ['--set', each]));
const rounds: { recorded: RecordingTimes; bare: RecordingTimes }[] = [];
for (let round = 1; round <= Number(values.rounds); round++) {
  console.error(`round ${round} of ${values.rounds} ...`);
  rounds.push({
    recorded: await runChild<RecordingTimes>('recording-run.js', args),
    bare: await runChild<RecordingTimes>('recording-run.js', [...args, '--bare']),
  });
}
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const of = (value: (times: RecordingTimes) => number): number =>
  median(rounds.map(({ recorded }) => value(recorded)));
const result = {
  recipe,
  data,
  steps: Number(steps),
  recordingShare: of((times) => times.recordingMs / times.ms),
  longestStopMs: of((times) => times.longestStopMs),
  slowdown: median(rounds.map(({ recorded, bare }) => recorded.stepMs / bare.stepMs - 1)),
  waitShare: of((times) => times.waitMs / times.stepMs),
  evaluationShare: of((times) => times.evaluationMs / times.ms),
  meanStepMs: of((times) => times.stepMs / times.steps),
  peakRssMB: Math.max(...rounds.map(({ recorded }) => recorded.peakRssMB)),
  peakRssBareMB: Math.max(...rounds.map(({ bare }) => bare.peakRssMB)),
};
const table = new Table({ style: { head: [], border: [] } });
table.push(
  ['recording', percent(result.recordingShare)],
  ['longest stop between two steps', `${result.longestStopMs.toFixed(0)} ms`],
  ['slowdown of the steps beside it', percent(result.slowdown)],
  ['waiting for data, of the steps', percent(result.waitShare)],
  ['evaluation', percent(result.evaluationShare)],
  ['mean step', `${result.meanStepMs.toFixed(1)} ms`],
  [
    'peak RSS, and without recording',
    `${result.peakRssMB.toFixed(0)} MB, ${result.peakRssBareMB.toFixed(0)} MB`,
  ],
);
console.log(`${recipe}, ${steps} steps, medians of ${values.rounds} rounds`);
console.log(table.toString());
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ ...result, rounds }, undefined, 2)}\n`);
