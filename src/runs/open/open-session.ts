import { join } from 'node:path';
import { type Folders, resolvePath } from '../../data/node.js';
import { openEngine, openFeatures } from '../../engine/index.js';
import type { PhasePlan } from '../../plan/index.js';
import { Journal, JOURNAL_FILE } from '../../record/index.js';
import type { MetricFiles, Registry } from '../../registry/index.js';
import { checkEvaluation } from '../../trainers/index.js';
import { openDataThread } from '../data/open-data.js';
import type { LoadedRun } from '../load/load-run.js';
import { loadWeights } from '../load/weights.js';
import type { RunObserver } from '../observer.js';
import type { RunRequest } from '../request.js';
import { Resources } from '../resources.js';
import { Session } from '../session.js';
import { Phases } from '../train/phases.js';
import { describeVersions } from './environment.js';
import { describeOpening } from './opening.js';
import { openFolder } from './open-folder.js';

/** A run that is loaded and planned, and of which nothing is written yet. */
export interface PlannedRun {
  readonly request: RunRequest;
  readonly loaded: LoadedRun;
  readonly phases: readonly PhasePlan[];
  readonly registry: Registry;
  readonly observer: RunObserver;
}

/** Opens all that a run needs; where one thing cannot be had, those before it are closed again. */
export async function openSession(planned: PlannedRun): Promise<Session> {
  const resources = new Resources();
  try {
    return await open(planned, resources);
  } catch (error) {
    await resources.close();
    throw error;
  }
}

async function open(planned: PlannedRun, resources: Resources): Promise<Session> {
  const { request, loaded, registry, observer } = planned;
  const { recipe, recipeFolder, resume, resolvedYaml } = loaded;
  const { threads, device, loading } = request;
  const warn = (text: string): void => observer.warn(text);
  if (resume) resources.add(resume.folder);

  // Data, and weights to start from.
  const step = resume?.checkpoint?.state.step ?? 0;
  const phases = resources.add(
    await Phases.open(planned.phases, step, ({ recipe: { data: sources, train } }) =>
      openDataThread({
        ...loading,
        plugins: request.plugins ?? [],
        sources,
        seed: train.seed,
        batch: train.batch,
        decoders: threads,
        recipeFolder,
        warn,
      }),
    ),
  );
  const weights = resume?.checkpoint ? [] : await loadWeights(planned.phases, loaded, request);

  // What computes. A split that is missing is reported now, not when the first pictures are due.
  const engine = resources.add(await openEngine(request.engine, { threads, device }));
  const files = metricFiles({ recipeFolder, dataFolder: loading.dataFolder });
  if (recipe.evaluate) await checkEvaluation(phases.plan, registry, phases.data, recipe.evaluate, files);
  if (recipe.sample) await phases.data.count(recipe.sample.split);

  // The folder, and the first entries of its journal.
  const description = engine.describe();
  const opening = await describeOpening({
    request,
    loaded,
    plan: phases.plan,
    data: phases.data,
    engine: description,
    registry,
    step,
    steps: phases.course.steps,
  });
  const folder = resources.add(await openFolder(loaded, planned.phases, request, opening));
  const journal = resources.add(new Journal(join(folder.path, JOURNAL_FILE), { warn }));
  return new Session({
    request,
    resume,
    opening,
    resources,
    training: {
      step,
      folder: folder.path,
      planned: planned.phases,
      phases,
      journal,
      engine,
      registry,
      weights,
      observer,
      files,
      versions: describeVersions(description, registry),
      resolvedYaml,
    },
  });
}

/** Files that a recipe's metrics name, found as its data is. */
function metricFiles(folders: Folders): MetricFiles {
  const fileOf = (path: string): string => resolvePath(path, folders);
  return { fileOf, openFeatures: (path, range) => openFeatures(fileOf(path), range) };
}
