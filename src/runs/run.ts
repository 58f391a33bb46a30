import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { NonFinite } from '../core/non-finite.js';
import { definitionsWith } from '../definitions.js';
import { openEngine } from '../engine/index.js';
import { planPhases } from '../plan/index.js';
import { Journal, JOURNAL_FILE } from '../record/index.js';
import { checkpointsKept, estimateDuration } from './duration/estimate.js';
import type { RunObserver, RunResult } from './observer.js';
import { openDataThread } from './data/open-data.js';
import { describeOpening } from './record/opening.js';
import { Pace } from './duration/pace.js';
import { Phases } from './phases.js';
import { findRecipe, openFolder, type RunRequest } from './request.js';
import { describeVersions } from './record/surroundings.js';
import { SystemSampler } from './system/sampler.js';
import { metricFiles } from './data/metric-files.js';
import { startTracking } from './tracking.js';
import { loadWeights } from './weights.js';
import { doubtsOf } from './warnings.js';
import { rehearseOn } from './dry-run.js';
import { Training } from './training.js';
import { checkEvaluation } from '../trainers/index.js';

/**
 * A run from recipe to report, in the order in which things happen. Read this first.
 * @throws UserError where the recipe, the data or the run to resume cannot be used, or a loss is not finite.
 */
export async function run(request: RunRequest, observer: RunObserver): Promise<RunResult> {
  // 1. Load: the recipe as data, checked and complete.
  const registry = await definitionsWith(request.plugins ?? []);
  const found = await findRecipe(request, registry);
  for (const warning of found.warnings) observer.warn(warning);

  // 2. Plan: what it amounts to, before anything heavy is loaded.
  const planned = planPhases(found, registry);
  if (!found.resume) for (const warning of doubtsOf(planned, found, registry)) observer.warn(warning);
  for (const { plan } of planned) await rehearseOn(request.engine, plan, registry);

  // 3. Data and engine: what it is trained on, and what computes.
  const from = found.resume?.checkpoint;
  let step = from?.state.step ?? 0;
  const phases = await Phases.open(planned, step, ({ recipe: { data: sources, train } }) =>
    openDataThread({
      ...request.loading,
      plugins: request.plugins ?? [],
      sources,
      seed: train.seed,
      batch: train.batch,
      decoders: request.threads,
      recipeFolder: found.recipeFolder,
      warn: (text) => observer.warn(text),
    }),
  );
  const weights = from ? [] : await loadWeights(planned, found, request);
  const engine = await openEngine(request.engine, { threads: request.threads, device: request.device });
  const { steps } = phases.course;
  // A split that is missing is said now, not when the first pictures are due.
  const files = metricFiles({ recipeFolder: found.recipeFolder, dataFolder: request.loading.dataFolder });
  const { evaluate, sample } = found.recipe;
  if (evaluate) await checkEvaluation(phases.plan, registry, phases.data, evaluate, files);
  if (sample) await phases.data.count(sample.split);

  // 4. Open the run's folder; from here on, whatever happens is on record.
  const description = engine.describe();
  const { plan, data } = phases;
  const opening = await describeOpening({
    request,
    found,
    plan,
    data,
    engine: description,
    registry,
    step,
    steps,
  });
  const folder = await openFolder(found, planned, request, opening).catch(async (error: unknown) => {
    await phases.close();
    engine.close();
    throw error;
  });
  const journal = new Journal(join(folder.path, JOURNAL_FILE), { warn: (text) => observer.warn(text) });
  const training = new Training({
    folder: folder.path,
    planned,
    phases,
    journal,
    engine,
    registry,
    weights,
    observer,
    files,
    versions: describeVersions(description, registry),
    resolvedYaml: found.resolvedYaml,
  });
  const pace = new Pace(request);
  const system = new SystemSampler(folder.path, (metrics) =>
    training.recorder.event({ type: 'system', step, metrics }),
  );
  const tracking = startTracking(request, folder.path, training, observer, () => step);
  try {
    // 5. Resume: weights and optimisers of the last sound checkpoint.
    if (found.resume) await training.goOn(from, opening);
    else for (const event of opening) training.recorder.told(event);
    // Training that may go back has somewhere to go back to.
    if (step === 0 && found.recipe.train.on_nonfinite === 'rollback')
      await training.recorder.saveCheckpoint(0);
    const duration = await estimateDuration(phases.course, step, request, engine);
    const epochs = phases.course.epochsAt(steps);
    observer.outlook?.({
      plan: phases.plan,
      data: phases.data,
      engine: description,
      folder: folder.path,
      from: step,
      steps,
      epochs,
      duration,
      checkpoints: checkpointsKept(phases.plan.recipe.checkpoint, phases.course),
    });

    // 6. Train; between two steps, what is due is evaluated, drawn and saved. At the end last metrics, pictures, weights.
    // A run that had done all its steps when it was resumed has these already.
    for (let over = step === steps; !over;) {
      try {
        for await (const event of phases.train(training.game, step)) {
          step = event.step;
          pace.step(phases.plan, event);
          await training.recorder.after(event);
          if (request.signal?.aborted) break;
        }
        await training.recorder.finish(step, step < steps);
        over = true;
      } catch (error) {
        step = await training.rollBack(error);
      }
    }

    // 7. Close: what is on record, and the report.
    const status = step < steps ? 'killed' : 'finished';
    await pace.keep();
    await system.close();
    training.recorder.event({ type: 'end', step, status });
    journal.flush();
    const report = await training.recorder.report();
    return { status, folder: folder.path, step, steps, report, ...training.recorder.outcome };
  } catch (error) {
    if (error instanceof NonFinite) training.giveUp(error);
    // What stops a run from outside leaves good weights: they are kept. A loss that is not finite does not.
    // What fails now must not hide why the run failed.
    else if (error instanceof UserError && step > 0)
      await training.recorder.saveCheckpoint(step).catch(() => undefined);
    await training.recorder.settled().catch(() => undefined);
    await system.close();
    const reason = error instanceof Error ? error.message : String(error);
    training.recorder.event({ type: 'end', step, status: 'failed', reason });
    journal.flush();
    await training.recorder.report();
    throw withCheckpoint(error, training.recorder.outcome.checkpoint);
  } finally {
    await tracking.end();
    journal.close();
    await phases.close();
    training.dispose();
    engine.close();
    folder.close();
  }
}

/** A failed run names the last weights that are good. */
function withCheckpoint(error: unknown, checkpoint: string | undefined): unknown {
  if (!(error instanceof UserError)) return error;
  const last =
    checkpoint === undefined ? 'No checkpoint had been saved yet.' : `Last good checkpoint: ${checkpoint}`;
  return new UserError(error.message, {
    cause: error,
    remedy: error.remedy === undefined ? last : `${error.remedy}\n  ${last}`,
    exitCode: error.exitCode,
  });
}
