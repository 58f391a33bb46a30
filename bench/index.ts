/**
 * `npm run bench`: seconds per training step, engine by engine, and PyTorch's beside them in the same run.
 * Rounds are interleaved (ours, peer, ours, peer) and medians taken, since machines are noisy; ratios are what counts.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import Table from 'cli-table3';
import { median } from './median.js';
import type { TrainingTimes } from './training.js';

// The other benchmarks are files of their own.
const OTHERS = ['recording'];
const [which = ''] = process.argv.slice(2);
if (OTHERS.includes(which)) {
  await import(`./${which}.js`);
  process.exit();
}

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Compiled to dist/bench, two levels below the project. */
const project = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const { values } = parseArgs({
  options: {
    'peer-python': { type: 'string' },
    engines: { type: 'string', default: 'ort' },
    threads: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- [--engines ort,cpu] [--rounds 3] [--threads 2] [--peer-python PATH] [--json FILE]

  --peer-python  a Python with torch: its step of the same networks is timed in turn with ours

npm run bench -- recording --help: other figures`);
  process.exit(0);
}

/** The recipes timed, with the peer's arguments for the same networks. */
const SUBJECTS = [
  {
    name: 'pix2pix-maps (256 px)',
    recipe: 'recipes/pix2pix-maps.yaml',
    steps: 12,
    peer: ['--size', '256', '--depth', '8', '--filters', '64', '--strided', '3'],
    // A quarter of an hour a step: said, not waited for.
    skip: ['cpu'],
  },
  {
    name: 'pix2pix-maps-64 (64 px)',
    recipe: 'recipes/pix2pix-maps-64.yaml',
    steps: 60,
    peer: ['--size', '64', '--depth', '6', '--filters', '32', '--strided', '2'],
    skip: [],
  },
] as const;

async function ours(recipe: string, engine: string, steps: number, warmup: number): Promise<TrainingTimes> {
  const { stdout } = await run(process.execPath, [
    here('training.js'),
    ...['--recipe', project(recipe), '--engine', engine, '--threads', values.threads],
    ...['--steps', String(steps), '--warmup', String(warmup)],
  ]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as TrainingTimes;
}

interface PeerTimes {
  readonly version: string;
  readonly ms: number;
  readonly peakRssMB: number;
}

async function peer(
  python: string,
  args: readonly string[],
  steps: number,
  fused: boolean,
): Promise<PeerTimes> {
  const { stdout } = await run(python, [
    project('bench/pytorch_step.py'),
    ...args,
    ...['--steps', String(steps), '--threads', values.threads, ...(fused ? ['--fused'] : [])],
  ]);
  return JSON.parse(stdout) as PeerTimes;
}

const rounds = Number(values.rounds);
const python = values['peer-python'];
const results: unknown[] = [];
const table = new Table({
  head: [
    'recipe',
    'what',
    'ms/step',
    'images/s',
    'peak RSS',
    'of stock PyTorch',
    'data',
    'compute',
    'optimizer',
    'recording',
    'other',
  ],
  style: { head: [], border: [] },
});
for (const subject of SUBJECTS) {
  const engines = values.engines.split(',');
  const times = new Map<string, TrainingTimes[]>();
  const peers = new Map<string, PeerTimes[]>();
  const add = <T>(map: Map<string, T[]>, key: string, value: T) =>
    map.set(key, [...(map.get(key) ?? []), value]);
  for (let round = 1; round <= rounds; round++) {
    console.error(`${subject.name}: round ${round} of ${rounds} ...`);
    for (const engine of engines) {
      if ((subject.skip as readonly string[]).includes(engine)) {
        if (round === 1)
          console.error(`${engine} is left out of ${subject.name}: it takes many minutes a step.`);
        continue;
      }
      // tfjs's own engine is a reference for tests, seconds a step: two say enough.
      const slow = engine === 'cpu';
      if (slow && round > 1) continue;
      add(times, engine, await ours(subject.recipe, engine, slow ? 1 : subject.steps, slow ? 1 : 3));
      if (python === undefined) continue;
      add(peers, 'PyTorch stock', await peer(python, subject.peer, subject.steps, false));
      add(peers, 'PyTorch fused Adam', await peer(python, subject.peer, subject.steps, true));
    }
  }
  const stock = peers.get('PyTorch stock');
  const stockMs = stock && median(stock.map((each) => each.ms));
  const ratio = (ms: number): string => (stockMs === undefined ? '' : (ms / stockMs).toFixed(2));
  for (const [engine, list] of times) {
    const ms = median(list.map((each) => each.ms));
    const share = (phase: keyof TrainingTimes['phases']): string =>
      `${((100 * median(list.map((each) => each.phases[phase]))) / ms).toFixed(1)} %`;
    const peak = Math.max(...list.map((each) => each.peakRssMB));
    table.push([
      subject.name,
      engine,
      ms.toFixed(1),
      ((1000 * list[0]!.images) / ms).toFixed(2),
      `${peak.toFixed(0)} MB`,
      ratio(ms),
      ...(['data', 'compute', 'optimizer', 'recording', 'other'] as const).map(share),
    ]);
    results.push({ recipe: subject.name, engine, ms, peakRssMB: peak, rounds: list });
  }
  for (const [name, list] of peers) {
    const ms = median(list.map((each) => each.ms));
    const peak = Math.max(...list.map((each) => each.peakRssMB));
    const label = `${name} ${list[0]!.version}`;
    table.push([
      subject.name,
      label,
      ms.toFixed(1),
      (1000 / ms).toFixed(2),
      `${peak.toFixed(0)} MB`,
      ratio(ms),
    ]);
    results.push({ recipe: subject.name, engine: name, ms, peakRssMB: peak, rounds: list });
  }
}
console.log(`${cpus()[0]?.model ?? ''}, ${values.threads} threads, Node ${process.versions.node}`);
console.log(table.toString());
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
