import { openEngine } from '../../engine/index.js';
import type { Plan } from '../../plan/index.js';
import type { Registry } from '../../registry/index.js';
import { Game, noiseBatch, playStep } from '../../trainers/index.js';
import { WARM_UP } from './pace.js';
import { keepRate, type KnownRate, type RateEngine } from './rates.js';

/** Timed steps, fewer where they are slow: until a budget of milliseconds is spent. */
const STEPS = { least: 3, most: 30, budget: 10_000 };

/** Plays a few steps of a plan on noise, times them, and keeps the rate for later. */
export async function measureSteps(
  plan: Plan,
  settings: RateEngine,
  registry: Registry,
  onStep?: (step: number) => void,
): Promise<KnownRate> {
  const engine = await openEngine(settings.engine, settings);
  const game = new Game({ plan, engine, registry });
  try {
    const run = { steps: WARM_UP + STEPS.most, stepsPerEpoch: 1 };
    let timed = 0;
    let spent = 0;
    for (let step = 1; step <= run.steps && (timed < STEPS.least || spent < STEPS.budget); step++) {
      const batch = noiseBatch(plan, step);
      const start = performance.now();
      await playStep(game, batch, step, run);
      onStep?.(step);
      if (step <= WARM_UP) continue;
      timed += 1;
      spent += performance.now() - start;
    }
    const rate = { seconds: spent / timed / 1000, steps: timed };
    await keepRate(plan, settings, rate);
    return { ...rate, time: Date.now() };
  } finally {
    game.dispose();
    engine.close();
  }
}
