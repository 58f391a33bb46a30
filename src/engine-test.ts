import { join } from 'node:path';
import { UserError } from './core/errors.js';
import { shippedDefinitions } from './definitions.js';
import { conform, families, type Family, type Verdict } from './engine/conformance/index.js';
import {
  type Engine,
  type EngineDescription,
  type EngineOptions,
  measureRate,
  openEngine,
} from './engine/index.js';
import { type Plan, planRecipe } from './plan/index.js';
import { loadRecipe } from './recipe/node.js';
import { estimateStepSeconds } from './runs/duration/index.js';
import { Game, noiseBatch, playStep } from './trainers/index.js';

/** A family of conformance cases on the engine. */
export interface FamilyReport {
  readonly name: string;
  readonly cases: number;
  readonly failed: readonly Verdict[];
  /** The case whose error is the largest part of what it is allowed. */
  readonly worst: Verdict;
  readonly ms: number;
}

/** A training step of a shipped recipe on the engine. */
export interface StepReport {
  readonly recipe: string;
  /** Milliseconds, the median; absent where the recipe was left out. */
  readonly ms?: number;
  readonly steps?: number;
  /** Why it was left out. */
  readonly reason?: string;
}

export interface EngineReport {
  readonly engine: EngineDescription;
  readonly families: readonly FamilyReport[];
  readonly steps: readonly StepReport[];
}

export interface EngineTestRequest extends EngineOptions {
  readonly engine: string;
  /** Folder of the shipped recipes. */
  readonly recipes: string;
  /** Families to run; then no step is timed. Default: all, and steps. */
  readonly only?: readonly string[];
}

export interface EngineTestObserver {
  family?(report: FamilyReport): void;
  step?(report: StepReport): void;
}

/** Runs the conformance suite on an engine, then times training steps of the reference recipe. */
export async function testEngine(
  { engine: name, recipes, only, ...options }: EngineTestRequest,
  observer: EngineTestObserver = {},
): Promise<EngineReport> {
  const chosen = only === undefined ? families : only.map(familyOf);
  const reference = await openEngine('cpu');
  const engine = await openEngine(name, options);
  try {
    const reports: FamilyReport[] = [];
    for (const family of chosen) {
      const verdicts: Verdict[] = [];
      for await (const verdict of conform(engine, reference, [family])) verdicts.push(verdict);
      reports.push(summarise(family.name, verdicts));
      observer.family?.(reports.at(-1)!);
    }
    if (only !== undefined) return { engine: engine.describe(), families: reports, steps: [] };
    await engine.tf.setBackend(engine.name);
    const steps: StepReport[] = [];
    for await (const step of timeSteps(engine, recipes)) {
      steps.push(step);
      observer.step?.(step);
    }
    return { engine: engine.describe(), families: reports, steps };
  } finally {
    engine.close();
  }
}

function familyOf(name: string): Family {
  const family = families.find((each) => each.name === name);
  if (family) return family;
  throw new UserError(`There are no cases of "${name}".`, {
    exitCode: 2,
    remedy: `Kernels: ${families.map((each) => each.name).join(', ')}.`,
  });
}

function summarise(name: string, verdicts: readonly Verdict[]): FamilyReport {
  const share = ({ error, tolerance }: Verdict) => error / tolerance;
  return {
    name,
    cases: verdicts.length,
    failed: verdicts.filter(({ failure }) => failure !== undefined),
    worst: verdicts.reduce((worst, each) => (share(each) > share(worst) ? each : worst)),
    ms: verdicts.reduce((sum, { ms }) => sum + ms, 0),
  };
}

/** Small to large. Recipes slower than MAX_STEP_SECONDS are left out; if all are, NARROW is timed instead. */
const RECIPES = [
  { name: 'pix2pix-maps-64', set: [] },
  { name: 'pix2pix-maps', set: [] },
];
const NARROW = {
  name: 'pix2pix-maps-64',
  set: ['networks.G.filters=4', 'networks.D.filters=4'],
  note: ', 4 filters instead of 32',
};
const MAX_STEP_SECONDS = 4;
/** After this no further step is timed, unless there are fewer than MIN_STEPS. */
const TIMING_BUDGET_MS = 8000;
const MIN_STEPS = 3;
const STEPS = 20;
/** Steps before the clock starts: the first ones compile. */
const WARM_UP = 2;

async function* timeSteps(engine: Engine, folder: string): AsyncGenerator<StepReport, void> {
  const rate = await measureRate(engine);
  let timed = 0;
  for (const { name, set } of RECIPES) {
    const plan = await planOf(join(folder, `${name}.yaml`), set);
    const seconds = estimateStepSeconds(plan, rate);
    if (seconds > MAX_STEP_SECONDS) {
      yield { recipe: name, reason: `a step would take about ${Math.round(seconds)} s here` };
      continue;
    }
    timed += 1;
    yield { recipe: name, ...(await timeStep(engine, plan)) };
  }
  if (timed > 0) return;
  const plan = await planOf(join(folder, `${NARROW.name}.yaml`), NARROW.set);
  yield { recipe: `${NARROW.name}${NARROW.note}`, ...(await timeStep(engine, plan)) };
}

async function planOf(file: string, set: readonly string[]): Promise<Plan> {
  const registry = shippedDefinitions();
  const { recipe } = await loadRecipe(file, { registry, set, overrides: { data: ['synthetic'] } });
  return planRecipe(recipe, registry);
}

async function timeStep(engine: Engine, plan: Plan): Promise<{ ms: number; steps: number }> {
  const game = new Game({ plan, engine, registry: shippedDefinitions() });
  try {
    const run = { steps: WARM_UP + STEPS, stepsPerEpoch: 1 };
    const times: number[] = [];
    let spent = 0;
    for (let step = 1; step <= run.steps && (times.length < MIN_STEPS || spent < TIMING_BUDGET_MS); step++) {
      const batch = noiseBatch(plan, step);
      const start = performance.now();
      await playStep(game, batch, step, run);
      if (step <= WARM_UP) continue;
      times.push(performance.now() - start);
      spent += times.at(-1)!;
    }
    times.sort((a, b) => a - b);
    return { ms: times[times.length >> 1]!, steps: times.length };
  } finally {
    game.dispose();
  }
}
