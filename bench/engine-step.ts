// Times training steps of pix2pix in plain tfjs: node dist/bench/engine-step.js [256|256x4|64] [steps] [engine]
import { openEngine } from '../src/engine/index.js';
import { createPix2Pix, type Pix2PixSize } from './pix2pix.js';

const SIZES: Readonly<Record<string, Pix2PixSize>> = {
  256: { image: 256, batch: 1, downs: 8, filters: 64, patchLayers: 3 },
  '256x4': { image: 256, batch: 4, downs: 8, filters: 64, patchLayers: 3 },
  64: { image: 64, batch: 1, downs: 6, filters: 32, patchLayers: 2 },
};

const [name = '256', count = '30', engineName = 'ort'] = process.argv.slice(2);
const size = SIZES[name];
if (!size) throw new Error(`There is no size ${name}; choose one of ${Object.keys(SIZES).join(', ')}.`);

const engine = await openEngine(engineName);
let state = 7;
const random = () => {
  state = (state * 16807) % 2147483647;
  return (2 * state) / 2147483647 - 1;
};
const model = createPix2Pix(engine, size, random);
const seconds: number[] = [];
const rss: number[] = [];
for (let i = 0; i < Number(count); i++) {
  const batch = model.batch(random);
  const start = performance.now();
  const losses = model.step(i + 1, batch);
  const values = losses.map((loss) => loss.dataSync()[0]!);
  seconds.push((performance.now() - start) / 1000);
  rss.push(process.memoryUsage.rss() / 1e9);
  engine.tf.dispose([losses, Object.values(batch)]);
  if (!values.every(Number.isFinite)) throw new Error(`Step ${i + 1}: losses ${values.join()}`);
  if (i === 0 || i === Number(count) - 1) console.log(`step ${i + 1}: losses ${values.join(' ')}`);
}
const sorted = seconds.slice(3).sort((a, b) => a - b);
const { compiles, compileMs, recordMs, feedMs, runMs, hostMs, nodes, bytesHeld } = engine.stats();
const perStep = (ms: number) => `${(ms / seconds.length).toFixed(1)} ms`;
console.log({
  engine: engine.describe(),
  medianSeconds: Number(sorted[sorted.length >> 1]?.toFixed(4)),
  fastestSeconds: Number(sorted[0]?.toFixed(4)),
  firstStepsSeconds: seconds.slice(0, 3).map((each) => Number(each.toFixed(2))),
  compiles,
  compileSeconds: Number((compileMs / 1000).toFixed(2)),
  perStep: { record: perStep(recordMs), feed: perStep(feedMs), run: perStep(runMs), host: perStep(hostMs) },
  nodes,
  tensors: engine.tf.memory().numTensors,
  bytesHeldGB: Number((bytesHeld / 1e9).toFixed(2)),
  peakRssGB: Number((process.resourceUsage().maxRSS / 1e6).toFixed(2)),
  rssGB: [4, Math.floor(rss.length / 2), rss.length - 1].map((i) => Number(rss[i]?.toFixed(2))),
});
engine.close();
