/**
 * `npm run bench -- tracking`: what it costs a run that it is sent to MLflow: to a server that answers, to none, to one that
 * takes connections and says nothing. Every round is a run of each, in turn, and one that is sent nowhere.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { runChild } from './child.js';
import { median } from './median.js';
import type { TrackingTimes } from './tracking-run.js';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    recipe: { type: 'string', default: 'recipes/pix2pix-maps-64.yaml' },
    data: { type: 'string', default: 'synthetic' },
    steps: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    set: { type: 'string', multiple: true, default: [] },
    'tracking-uri': { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- tracking [--tracking-uri http://127.0.0.1:5000] [--recipe FILE] [--steps 1000] [--rounds 3] [--set path=value] [--json FILE]

  trainer    processor time of the process that trains
  sink       processor time of the one that sends, as a share of the trainer's; it runs at low priority
  step       median step
  at the end from the last step to the end of the run: last pictures, checkpoint, report, and the wait for the server`);
  process.exit(0);
}
const frozen = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
await once(frozen, 'listening');
const arms: Readonly<Record<string, string | undefined>> = {
  'sent nowhere': undefined,
  ...(values['tracking-uri'] === undefined ? {} : { 'a server that answers': values['tracking-uri'] }),
  'no server there': 'http://127.0.0.1:1',
  'a frozen server': `http://127.0.0.1:${(frozen.address() as AddressInfo).port}`,
};
const { recipe, data, steps, threads, set } = values;
const args = ['--recipe', recipe, '--data', data, '--steps', steps, '--threads', threads];
args.push(...set.flatMap((each) => ['--set', each]));
const times = new Map<string, TrackingTimes[]>(Object.keys(arms).map((arm) => [arm, []]));
for (let round = 1; round <= Number(values.rounds); round++) {
  console.error(`round ${round} of ${values.rounds} ...`);
  // Each round starts with another one, since a machine's speed drifts.
  const order = Object.entries(arms);
  order.push(...order.splice(0, round % order.length));
  for (const [arm, uri] of order) {
    const more = uri === undefined ? [] : ['--uri', uri];
    times.get(arm)!.push(await runChild<TrackingTimes>('tracking-run.js', [...args, ...more]));
  }
}
frozen.close();
const of = (arm: string, value: (times: TrackingTimes) => number): number =>
  median(times.get(arm)!.map(value));
const [bare = ''] = Object.keys(arms);
/** Ratios of one round each, so that a machine that grows slower meanwhile does not count. */
const against = (arm: string, value: (times: TrackingTimes) => number): number =>
  median(times.get(arm)!.map((each, i) => value(each) / value(times.get(bare)![i]!) - 1));
const percent = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(2)} %`;
const table = new Table({
  head: ['sent to', 'trainer', 'sink', 'step', 'at the end'],
  style: { head: [], border: [] },
});
for (const arm of Object.keys(arms)) {
  const alone = arm === bare;
  table.push([
    arm,
    alone
      ? `${(of(arm, (each) => each.trainerCpuMs) / 1000).toFixed(1)} s`
      : percent(against(arm, (each) => each.trainerCpuMs)),
    alone
      ? ''
      : `${(of(arm, (each) => each.sinkCpuMs) / 1000).toFixed(2)} s, ${percent(of(arm, (each) => each.sinkCpuMs / each.trainerCpuMs))}`,
    alone
      ? `${of(arm, (each) => each.medianStepMs).toFixed(1)} ms`
      : percent(against(arm, (each) => each.medianStepMs)),
    `${(of(arm, (each) => each.endMs) / 1000).toFixed(2)} s`,
  ]);
}
console.log(`${recipe}, ${steps} steps, medians of ${values.rounds} rounds`);
console.log(table.toString());
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify(Object.fromEntries(times), undefined, 2)}\n`);
