/**
 * Milliseconds of a training step, engine by engine, and PyTorch's beside them in the same run. Rounds are interleaved
 * (ours, tuned peer, stock peer, ours, ...) and medians taken, since machines are noisy; ratios are what counts.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { runChild, runPython } from './child.js';
import { median } from './median.js';
import type { TrainingTimes } from './training.js';

/** Compiled to dist/bench, two levels below the project. */
const project = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const { values } = parseArgs({
  options: {
    'peer-python': { type: 'string' },
    'peer-preload': { type: 'string' },
    engines: { type: 'string', default: 'ort' },
    threads: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- [--engines ort,cpu] [--rounds 3] [--threads 2] [--only 256|256x4|64] [--json FILE]
                [--peer-python PATH [--peer-preload LIBRARY]]

  --peer-python   a Python with torch: its step of the same networks is timed in turn with ours
  --peer-preload  an allocator that keeps its pages, e.g. libjemalloc.so.2, for the peer's tuned form

npm run bench -- check|data|predict|recording|tracking --help: other figures`);
  process.exit(0);
}

/** The recipes timed, with the peer's arguments for the same networks. */
const SUBJECTS = [
  {
    id: '256',
    name: 'pix2pix-maps (256 px)',
    recipe: 'recipes/pix2pix-maps.yaml',
    batch: 1,
    steps: 15,
    peer: ['--size', '256', '--depth', '8', '--filters', '64', '--strided', '3'],
    // A quarter of an hour a step: reported as such, not run.
    skip: ['cpu'],
  },
  {
    id: '256x4',
    name: 'the same, batch 4',
    recipe: 'recipes/pix2pix-maps.yaml',
    batch: 4,
    steps: 8,
    peer: ['--size', '256', '--depth', '8', '--filters', '64', '--strided', '3', '--batch', '4'],
    skip: ['cpu'],
  },
  {
    id: '64',
    name: 'pix2pix-maps-64 (64 px)',
    recipe: 'recipes/pix2pix-maps-64.yaml',
    batch: 1,
    steps: 150,
    peer: ['--size', '64', '--depth', '6', '--filters', '32', '--strided', '2'],
    skip: [],
  },
] as const;

interface PeerTimes {
  readonly version: string;
  readonly ms: number;
  readonly peakRssMB: number;
}

/** PyTorch as it comes, and as its best: Adam in one kernel, and memory that is not given back between steps. */
const PEERS = ['tuned', 'stock'] as const;

function peer(python: string, form: (typeof PEERS)[number], args: readonly string[]): Promise<PeerTimes> {
  const preload = values['peer-preload'];
  const environment =
    form === 'tuned' && preload !== undefined
      ? { LD_PRELOAD: preload, MALLOC_CONF: 'dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always' }
      : {};
  return runPython(
    python,
    'pytorch_step.py',
    [...args, '--threads', values.threads, ...(form === 'tuned' ? ['--fused'] : [])],
    environment,
  );
}

const rounds = Number(values.rounds);
const python = values['peer-python'];
const results: unknown[] = [];
const style = { head: [], border: [] };
const steps = new Table({
  head: [
    'recipe',
    'what',
    'ms/step',
    'images/s',
    'peak RSS',
    'planned',
    'first step',
    'of tuned',
    'of stock',
  ],
  style,
});
const phases = new Table({
  head: ['recipe', 'engine', 'compute', 'optimizer', 'data', 'tracing', 'other'],
  style,
});
for (const subject of SUBJECTS) {
  if (values.only !== undefined && values.only !== subject.id) continue;
  const times = new Map<string, TrainingTimes[]>();
  const peers = new Map<string, PeerTimes[]>();
  const add = <T>(map: Map<string, T[]>, key: string, value: T) =>
    map.set(key, [...(map.get(key) ?? []), value]);
  for (let round = 1; round <= rounds; round++) {
    for (const engine of values.engines.split(',')) {
      if ((subject.skip as readonly string[]).includes(engine)) {
        if (round === 1)
          console.error(`${engine} is left out of ${subject.name}: it takes many minutes a step.`);
        continue;
      }
      // tfjs's own engine takes seconds a step and is only a reference: two steps are enough.
      const slow = engine === 'cpu';
      if (slow && round > 1) continue;
      console.error(`${subject.name}: round ${round} of ${rounds}, ${engine} ...`);
      const ours = await runChild<TrainingTimes>('training.js', [
        ...['--recipe', project(subject.recipe), '--engine', engine, '--threads', values.threads],
        ...['--batch', String(subject.batch), '--steps', String(slow ? 1 : subject.steps)],
        ...['--warmup', slow ? '1' : '5'],
      ]);
      add(times, engine, ours);
    }
    if (python === undefined) continue;
    for (const form of PEERS) {
      console.error(`${subject.name}: round ${round} of ${rounds}, PyTorch ${form} ...`);
      add(peers, form, await peer(python, form, [...subject.peer, '--steps', String(subject.steps)]));
    }
  }
  const middle = (list: readonly { readonly ms: number }[]): number => median(list.map(({ ms }) => ms));
  const ratios = (ms: number): string[] =>
    PEERS.map((form) => peers.get(form)).map((list) => (list ? (ms / middle(list)).toFixed(2) : ''));
  const peak = (list: readonly { readonly peakRssMB: number }[]): number =>
    Math.max(...list.map(({ peakRssMB }) => peakRssMB));
  const row = (what: string, ms: number, rss: number, planned = '', first = ''): void => {
    const rate = ((1000 * subject.batch) / ms).toFixed(2);
    steps.push([
      subject.name,
      what,
      ms.toFixed(1),
      rate,
      `${rss.toFixed(0)} MB`,
      planned,
      first,
      ...ratios(ms),
    ]);
  };
  for (const [engine, list] of times) {
    const ms = middle(list);
    const first = `${(median(list.map(({ firstMs }) => firstMs)) / 1000).toFixed(2)} s`;
    row(engine, ms, peak(list), `${list[0]!.plannedMB.toFixed(0)} MB`, first);
    const share = (phase: keyof TrainingTimes['phases']): string => {
      const phaseMs = median(list.map((each) => each.phases[phase]));
      return `${phaseMs.toFixed(1)} ms, ${((100 * phaseMs) / ms).toFixed(1)} %`;
    };
    phases.push([
      subject.name,
      engine,
      ...(['compute', 'optimizer', 'data', 'tracing', 'other'] as const).map(share),
    ]);
    results.push({ recipe: subject.name, what: engine, ms, peakRssMB: peak(list), rounds: list });
  }
  for (const [form, list] of peers) {
    row(`PyTorch ${list[0]!.version}, ${form}`, middle(list), peak(list));
    results.push({
      recipe: subject.name,
      what: `PyTorch ${form}`,
      ms: middle(list),
      peakRssMB: peak(list),
      rounds: list,
    });
  }
}
const machine = `${cpus()[0]?.model.trim() ?? ''}, ${values.threads} threads, Node ${process.versions.node}`;
console.log(machine);
console.log(steps.toString());
console.log('Where the step goes:');
console.log(phases.toString());
if (values.json !== undefined)
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, date: new Date().toISOString(), results }, undefined, 2)}\n`,
  );
