import { definitionsWith } from '../definitions.js';
import { loadRun } from './load/load-run.js';
import type { RunObserver, RunResult } from './observer.js';
import { openSession } from './open/open-session.js';
import { planRun } from './plan-run.js';
import type { RunRequest } from './request.js';

/**
 * A run from recipe to report, in the order in which things happen. Read this first.
 * @throws UserError where the recipe, the data or the run to resume cannot be used, or a loss is not finite.
 */
export async function run(request: RunRequest, observer: RunObserver): Promise<RunResult> {
  // 1. Load: the recipe as data, checked and complete; of a run that is resumed also its newest checkpoint.
  const registry = await definitionsWith(request.plugins ?? []);
  const loaded = await loadRun(request, registry);
  for (const warning of loaded.warnings) observer.warn(warning);

  // 2. Plan: what each phase amounts to, before anything heavy is loaded.
  const phases = await planRun(request, loaded, registry, observer);

  // 3. Open: data, engine, and the run's folder. From here on, whatever happens is on record.
  const session = await openSession({ request, loaded, phases, registry, observer });
  try {
    // 4. Train, from the first step or from the checkpoint. Between two steps, what is due is evaluated, drawn and saved;
    // after the last, metrics, pictures and weights once more.
    await session.start();
    await session.train();

    // 5. Close: the last entry of the journal, and the report.
    return await session.finish();
  } catch (error) {
    throw await session.fail(error);
  } finally {
    await session.close();
  }
}
