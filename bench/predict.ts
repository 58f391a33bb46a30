/**
 * `npm run bench -- predict`: `gan predict` of 256 px images with the reference generator, decoding and writing included,
 * and PyTorch's generator on the same images in turn with it.
 */
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import sharp from 'sharp';
import { openData } from '../src/data/node.js';
import { shippedDefinitions } from '../src/definitions.js';
import { run } from '../src/runs/index.js';
import { runChild, runPython } from './child.js';
import { sourceOf } from './data-source.js';
import { median } from './median.js';
import type { PredictTimes } from './predict-run.js';

const SIZE = 256;
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    data: { type: 'string' },
    images: { type: 'string', default: '100' },
    'peer-python': { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- predict [--data FOLDER] [--images 100] [--peer-python PATH] [--threads 2] [--rounds 3] [--json FILE]

  --data         side-by-side pairs whose left halves are used; without it towns are made up
  --peer-python  a Python with torch, numpy and Pillow; its forward pass alone, and with decoding and writing`);
  process.exit(0);
}

interface PeerTimes {
  readonly version: string;
  readonly forwardMs: number;
  readonly imageMs: number;
  readonly peakRssMB: number;
}

/** The left halves of some training pairs as JPEG files. */
async function makeImages(folder: string): Promise<void> {
  const data = await openData({
    sources: { pairs: sourceOf(values.data, SIZE, SIZE) },
    registry: shippedDefinitions(),
    seed: 1,
    batch: 1,
    recipeFolder: '.',
    dataFolder: '.',
    cacheBytes: 0,
    prefetch: 4,
    maxBadShare: 0.05,
    warn: console.error,
  });
  let count = 0;
  for await (const batch of data.examples('train', Number(values.images))) {
    const bytes = Uint8Array.from(batch.fields['source']!.data, (value) => Math.round((value + 1) * 127.5));
    await sharp(bytes, { raw: { width: SIZE, height: SIZE, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(join(folder, `${++count}.jpg`));
  }
  await data.close();
}

/** One step of the reference recipe: the rate is the same whatever the weights. */
async function makeRun(runs: string): Promise<string> {
  const { folder } = await run(
    {
      recipe: 'recipes/pix2pix-maps.yaml',
      data: ['synthetic'],
      set: ['data.pairs.train=1', 'data.pairs.val=1'],
      length: '1 step',
      runs,
      engine: 'ort',
      threads: Number(values.threads),
      loading: { dataFolder: '.', cacheBytes: 0, prefetch: 1, maxBadShare: 0 },
    },
    { warn: console.error },
  );
  return folder;
}

const work = await mkdtemp(join(tmpdir(), 'gan-bench-'));
try {
  const images = join(work, 'images');
  await mkdir(images);
  await makeImages(images);
  const trained = await makeRun(join(work, 'runs'));
  const python = values['peer-python'];
  const ours: PredictTimes[] = [];
  const peers: PeerTimes[] = [];
  const threads = ['--threads', values.threads];
  for (let round = 1; round <= Number(values.rounds); round++) {
    console.error(`round ${round} of ${values.rounds} ...`);
    ours.push(await runChild('predict-run.js', ['--run', trained, '--images', images, ...threads]));
    if (python !== undefined) peers.push(await runPython(python, 'pytorch_predict.py', [images, ...threads]));
  }
  const ms = median(ours.map(({ imageMs }) => imageMs));
  const table = new Table({
    head: ['what', 'ms/image', 'images/s', 'peak RSS', 'of PyTorch’s forward'],
    style: { head: [], border: [] },
  });
  const forward = median(peers.map(({ forwardMs }) => forwardMs));
  const row = (what: string, each: number, peak: string): void => {
    const ratio = python === undefined ? '' : (each / forward).toFixed(2);
    table.push([what, each.toFixed(1), (1000 / each).toFixed(1), peak, ratio]);
  };
  const peak = (list: readonly { peakRssMB: number }[]): string =>
    `${Math.max(...list.map(({ peakRssMB }) => peakRssMB)).toFixed(0)} MB`;
  row('gan predict, files to files', ms, peak(ours));
  if (peers[0]) {
    row(`PyTorch ${peers[0].version}, forward alone`, forward, peak(peers));
    row('PyTorch with Pillow, files to files', median(peers.map(({ imageMs }) => imageMs)), peak(peers));
  }
  console.log(
    `${values.images} images of ${SIZE} px, ${values.threads} threads, medians of ${values.rounds} rounds`,
  );
  console.log(table.toString());
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ ours, peers }, undefined, 2)}\n`);
} finally {
  await rm(work, { recursive: true, force: true });
}
