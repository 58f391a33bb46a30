/**
 * Times training steps of one recipe on one engine in a process of its own, so that peak memory is its own.
 * Prints one line of JSON. Used by bench/index.ts.
 */
import { parseArgs } from 'node:util';
import { openDataThread } from '../src/runs/data/index.js';
import { shippedDefinitions } from '../src/definitions.js';
import { openEngine } from '../src/engine/index.js';
import { planRecipe } from '../src/plan/index.js';
import { loadRecipe } from '../src/recipe/node.js';
import { Game, train } from '../src/trainers/index.js';
import { median } from './median.js';

export interface TrainingTimes {
  readonly ms: number;
  readonly firstMs: number;
  readonly peakRssMB: number;
  /** What `gan plan` says. */
  readonly plannedMB: number;
  readonly images: number;
  /** Milliseconds a step spends in each phase, medians. */
  readonly phases: Readonly<Record<'data' | 'compute' | 'optimizer' | 'tracing' | 'other', number>>;
}

const { values } = parseArgs({
  options: {
    recipe: { type: 'string', default: 'recipes/pix2pix-maps.yaml' },
    engine: { type: 'string', default: 'ort' },
    device: { type: 'string' },
    threads: { type: 'string', default: '2' },
    steps: { type: 'string', default: '10' },
    warmup: { type: 'string', default: '3' },
    data: { type: 'string', default: 'synthetic' },
    batch: { type: 'string', default: '1' },
  },
});
const registry = shippedDefinitions();
const { recipe, folder } = await loadRecipe(values.recipe, {
  registry,
  set: [`train.batch=${values.batch}`],
  overrides: { data: [values.data] },
});
const plan = planRecipe(recipe, registry);
const engine = await openEngine(values.engine, { threads: Number(values.threads), device: values.device });
const data = await openDataThread({
  sources: recipe.data,
  seed: recipe.train.seed,
  batch: recipe.train.batch,
  recipeFolder: folder,
  dataFolder: 'data',
  cacheBytes: 2 ** 30,
  prefetch: 4,
  decoders: Number(values.threads),
  maxBadShare: 0.05,
  warn: (text) => console.error(text),
});
const game = new Game({ plan, engine, registry });
const warmup = Number(values.warmup);
const steps = warmup + Number(values.steps);
const times = {
  step: [] as number[],
  data: [] as number[],
  compute: [] as number[],
  optimizer: [] as number[],
  tracing: [] as number[],
};
let firstMs = 0;
let before = engine.stats();
for await (const event of train(game, data, { from: 0, steps })) {
  const now = engine.stats();
  if (event.step === 1) firstMs = event.ms;
  if (event.step > warmup) {
    times.step.push(event.ms);
    times.data.push(event.waitMs);
    times.compute.push(now.runMs - before.runMs);
    times.optimizer.push(now.hostMs - before.hostMs);
    times.tracing.push(now.recordMs - before.recordMs + now.feedMs - before.feedMs);
  }
  before = now;
}
const ms = median(times.step);
const phases = {
  data: median(times.data),
  compute: median(times.compute),
  optimizer: median(times.optimizer),
  tracing: median(times.tracing),
};
const accounted = Object.values(phases).reduce((sum, value) => sum + value, 0);
const result: TrainingTimes = {
  ms,
  firstMs,
  peakRssMB: (process.resourceUsage().maxRSS * 1024) / 1e6,
  plannedMB: plan.cost.trainingBytes / 1e6,
  images: recipe.train.batch,
  // What tfjs itself does: differentiating, tidying, JavaScript of the trainer.
  phases: { ...phases, other: Math.max(0, ms - accounted) },
};
console.log(JSON.stringify(result));
await data.close();
engine.close();
