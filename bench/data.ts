/**
 * `npm run bench -- data`: images per second of the loader alone, and torch's DataLoader with Pillow in turn with it.
 * An image is a pair, read, resized, cropped, mirrored and turned into two tensors.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import prettyBytes from 'pretty-bytes';
import { runChild, runPython } from './child.js';
import type { LoaderRates } from './data-run.js';
import { median } from './median.js';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    data: { type: 'string' },
    'peer-python': { type: 'string' },
    batch: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- data [--data FOLDER] [--peer-python PATH] [--batch 1] [--rounds 3] [--json FILE]

  --data         side-by-side pairs, in it or in its sub-folder train; without it towns are made up, and there is no peer
  --peer-python  a Python with torch, numpy and Pillow
  cold           every image is decoded anew; from the disk: as the run before left it there (\`disk_cache\`)
                 from memory: what a run reads from its second epoch on (\`cache\`)
  DataLoader     never caches; with 0 and with 2 worker processes, the better one counts`);
  process.exit(0);
}

interface PeerRates {
  readonly version: string;
  readonly pillow: string;
  readonly imagesPerSecond: Readonly<Record<string, number>>;
}

const { data, batch } = values;
const python = data === undefined ? undefined : values['peer-python'];
const train = data !== undefined && existsSync(join(data, 'train')) ? join(data, 'train') : data;
const results: unknown[] = [];
const table = new Table({
  head: [
    'size',
    'cold',
    'from the disk',
    'from memory',
    'in memory',
    'DataLoader, 0 and 2 workers',
    'cold / best DataLoader',
  ],
  style: { head: [], border: [] },
});
let peerVersion = '';
for (const [size, jitter] of [
  ['64', '72'],
  ['256', '286'],
] as const) {
  const ours: LoaderRates[] = [];
  const peers: PeerRates[] = [];
  const shape = ['--size', size, '--jitter', jitter, '--batch', batch];
  for (let round = 1; round <= Number(values.rounds); round++) {
    console.error(`${size} px: round ${round} of ${values.rounds} ...`);
    ours.push(await runChild('data-run.js', [...shape, ...(train === undefined ? [] : ['--data', train])]));
    if (python !== undefined) peers.push(await runPython(python, 'pytorch_loader.py', [train!, ...shape]));
  }
  const best = (rates: PeerRates): number => Math.max(...Object.values(rates.imagesPerSecond));
  const ratio = median(ours.map(({ cold }, i) => (peers[i] ? cold / best(peers[i]) : NaN)));
  const of = (workers: string): string =>
    median(peers.map((each) => each.imagesPerSecond[workers]!)).toFixed(0);
  if (peers[0]) peerVersion = `; torch ${peers[0].version}, Pillow ${peers[0].pillow}`;
  table.push([
    size,
    median(ours.map(({ cold }) => cold)).toFixed(0),
    data === undefined ? '' : median(ours.map(({ disk }) => disk)).toFixed(0),
    median(ours.map(({ cached }) => cached)).toFixed(0),
    prettyBytes(ours[0]!.cachedBytes),
    python === undefined ? '' : `${of('0')}, ${of('2')}`,
    python === undefined ? '' : ratio.toFixed(2),
  ]);
  results.push({ size: Number(size), jitter: Number(jitter), batch: Number(batch), ours, peers, ratio });
}
console.log(
  `${data ?? 'synthetic maps'}, batches of ${batch}, images/s, medians of ${values.rounds} rounds${peerVersion}`,
);
console.log(table.toString());
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
