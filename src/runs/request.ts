import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../core/errors.js';
import type { RunEvent, StartEvent, TrackingWish } from '../core/events.js';
import { lookAtData, type OpenDataOptions } from '../data/node.js';
import { examine, type PhasePlan } from '../plan/index.js';
import { formatDiagnostic } from '../recipe/messages/findings.js';
import { type LoadedRecipe, type LoadOptions, loadRecipe, parseRecipe } from '../recipe/load.js';
import type { Recipe } from '../recipe/recipe.js';
import { withFacts } from '../recipe/freeze/resolve-from-data.js';
import {
  checkpointSteps,
  createRun,
  findRun,
  formatLine,
  isFileError,
  JOURNAL_FILE,
  loadCheckpoint,
  type LoadedCheckpoint,
  openRun,
  readJournal,
  reason,
  replaceFile,
  type RunFolder,
  type RunLocation,
} from '../record/index.js';
import type { Registry } from '../registry/index.js';
import type { DeliveryOptions } from '../tracking/index.js';
import { writePlanFiles } from './record/plan-files.js';
import { loadRunRecipe, RESOLVED_FILE } from './resume/run-recipe.js';
import { refuseOtherRecipe } from './resume/same-recipe.js';

/** In a run's folder: its recipe as written. */
const RECIPE_FILE = 'recipe.yaml';

/** What a run is asked for: a recipe to start, or a run to resume. */
export interface RunRequest {
  /** Recipe file; absent where a run is resumed. */
  readonly recipe?: string;
  /** The recipe's text in place of what is in its file, as a sweep hands it to a trial; relative paths are beside the file. */
  readonly text?: string;
  /** Name and id of the run's folder; default: the recipe's name, and a new id. */
  readonly as?: { readonly name: string; readonly id: string };
  /** Path, id or `last`. A recipe beside it, or `set`, may lengthen the run and look at more. */
  readonly resume?: string;
  /** A new run, from the weights of the one named by `resume`, with whatever recipe. */
  readonly fork?: boolean;
  /** Of a fork: the step after which the other run's weights are taken; default: the newest checkpoint's. */
  readonly step?: number;
  /** `path=value`, laid on the recipe. */
  readonly set: readonly string[];
  /** Paths or `synthetic`, as --data takes them. */
  readonly data: readonly string[];
  /** A duration in place of the recipe's `train.for`. */
  readonly length?: string;
  readonly runs: string;
  readonly engine: string;
  readonly threads: number;
  /** Of the engine's; default: its own choice. */
  readonly device?: string | undefined;
  /** Files of definitions that do not ship. */
  readonly plugins?: readonly string[];
  readonly loading: Pick<
    OpenDataOptions,
    'dataFolder' | 'cacheBytes' | 'diskBytes' | 'prefetch' | 'maxBadShare'
  >;
  /** Default: the run is sent nowhere, and `gan sync` may. */
  readonly tracking?: TrackingRequest;
  /** Aborted: the step is finished, a checkpoint is saved, the run ends as killed. */
  readonly signal?: AbortSignal;
}

export interface TrackingRequest {
  /** Kept in the journal, for whoever delivers the run later. */
  readonly wish: TrackingWish;
  /** Where the run is sent to while it trains; undefined: nowhere. */
  readonly delivery: DeliveryOptions | undefined;
}

export interface FoundRecipe {
  /** With what its data told written out: classes, colours of labels. */
  readonly recipe: Recipe;
  /** Before its data was looked at. */
  readonly asked: Recipe;
  readonly phases: LoadedRecipe['phases'];
  readonly text: string;
  readonly resolvedYaml: string;
  /** Where its relative paths start. */
  readonly recipeFolder: string;
  readonly warnings: readonly string[];
  /** Somebody has said already what is doubtful in it. */
  readonly told?: true;
  /** The run that goes on, held by this process, and its newest sound checkpoint; it begins anew where there is none yet. */
  readonly resume?: {
    readonly folder: RunFolder;
    readonly checkpoint: LoadedCheckpoint | undefined;
    /** Of a fork without a checkpoint: what it starts from. */
    readonly forkedFrom?: LoadedCheckpoint;
  };
  /** The run that a new one starts from. */
  readonly parent?: Parent;
}

export interface Parent {
  readonly run: RunLocation;
  readonly recipe: Recipe;
  readonly checkpoint: LoadedCheckpoint;
}

/** The recipe of a new run, or the one that a run to be resumed was started with. */
export async function findRecipe(request: RunRequest, registry: Registry): Promise<FoundRecipe> {
  const overrides = { data: request.data, ...(request.length === undefined ? {} : { for: request.length }) };
  const options = { registry, set: request.set, overrides, examine };
  if (request.step !== undefined && !request.fork)
    throw new UserError('--step says where a fork starts: a run goes on from its newest checkpoint.', {
      exitCode: 2,
      remedy: 'gan run --resume RUN --fork --step N. How long a run is says --steps.',
    });
  if (request.resume === undefined) {
    if (request.recipe === undefined) {
      throw new UserError('Which recipe?', {
        exitCode: 2,
        remedy: 'gan run RECIPE, or gan run --resume RUN.',
      });
    }
    if (request.fork)
      throw new UserError('--fork needs the run to start from.', {
        exitCode: 2,
        remedy: 'gan run --resume RUN --fork',
      });
    const loaded = await (request.text === undefined
      ? loadRecipe(request.recipe, options)
      : parseRecipe(request.text, { ...options, file: request.recipe }));
    // A trial was checked with its sweep, which has said what there was to say.
    const told = request.text === undefined ? {} : { warnings: [], told: true as const };
    const { folder: recipeFolder, recipe: asked } = loaded;
    const { dataFolder } = request.loading;
    const facts = await lookAtData(asked, { registry, recipeFolder, dataFolder });
    return { ...found(withFacts(loaded, facts)), ...told, asked, recipeFolder };
  }
  if (request.fork) return fork(request, request.resume, options);
  const folder = await openRun(request.resume, request.runs);
  try {
    const before = await loadRunRecipe(folder.path, { registry });
    const loaded = await loadBeside(folder.path, request, options);
    refuseOtherRecipe(before.recipe, loaded.recipe, `${folder.name}/${folder.id}`);
    const text = await readFile(join(folder.path, RECIPE_FILE), 'utf8');
    const saved = (await checkpointSteps(folder.path)).length > 0;
    const checkpoint = saved ? await loadCheckpoint(folder.path, 'last') : undefined;
    if (checkpoint && Object.values(checkpoint.state.networks).every(({ optimizer }) => !optimizer))
      throw new UserError(`The run ${folder.name}/${folder.id} was imported: it has weights to start from.`, {
        exitCode: 2,
        remedy: `gan run --resume ${folder.name}/${folder.id} --fork starts a new run from them.`,
      });
    const forkedFrom = checkpoint ? undefined : await parentCheckpoint(folder.path);
    const { asked, recipeFolder } = loaded;
    const resume = { folder, checkpoint, ...(forkedFrom ? { forkedFrom } : {}) };
    return { ...found(loaded), asked, text, recipeFolder, resume };
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** A new run that starts with another's weights. That one may go on meanwhile: it is only read. */
async function fork(request: RunRequest, which: string, options: LoadOptions): Promise<FoundRecipe> {
  const run = await findRun(which, request.runs);
  const { recipe } = await loadRunRecipe(run.path, { registry: options.registry });
  const loaded = await loadBeside(run.path, request, options);
  const checkpoint = await loadCheckpoint(run.path, request.step ?? 'last');
  const own =
    request.recipe === undefined ? { text: await readFile(join(run.path, RECIPE_FILE), 'utf8') } : {};
  const { warnings, ...rest } = found(loaded);
  return {
    ...{ ...rest, ...own, asked: loaded.asked, recipeFolder: loaded.recipeFolder },
    warnings: [...warnings, ...checkpoint.warnings],
    parent: { run, recipe, checkpoint },
  };
}

/** The recipe that is named, or else the one of a run; with what the command line changes. */
async function loadBeside(
  run: string,
  { recipe, loading: { dataFolder } }: RunRequest,
  options: LoadOptions,
): Promise<LoadedRecipe & Pick<FoundRecipe, 'asked' | 'recipeFolder'>> {
  const loaded = await (recipe === undefined ? loadRunRecipe(run, options) : loadRecipe(recipe, options));
  const recipeFolder = recipe === undefined ? await recipeFolderOf(run) : loaded.folder;
  const { registry } = options;
  const facts = await lookAtData(loaded.recipe, { registry, recipeFolder, dataFolder });
  return { ...withFacts(loaded, facts), asked: loaded.recipe, recipeFolder };
}

function found({
  recipe,
  phases,
  text,
  resolvedYaml,
  warnings,
}: LoadedRecipe): Omit<FoundRecipe, 'recipeFolder' | 'asked'> {
  return { recipe, phases, text, resolvedYaml, warnings: warnings.map(formatDiagnostic) };
}

/** What the recipe's relative paths start from, as the run noted when it began. */
async function recipeFolderOf(run: string): Promise<string> {
  return (await startOf(run))?.recipeFolder ?? run;
}

/** The weights that a fork started from. @throws UserError where they are there no more. */
async function parentCheckpoint(run: string): Promise<LoadedCheckpoint | undefined> {
  const parent = (await startOf(run))?.parent;
  if (!parent) return undefined;
  try {
    return await loadCheckpoint(parent.folder, parent.step);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `The run has no checkpoint yet, and ${parent.run}, from whose step ${parent.step} it started, cannot be read: ${error.message}`,
      { cause: error, remedy: `Fork it anew: gan run --resume ${parent.run} --fork` },
    );
  }
}

async function startOf(run: string): Promise<StartEvent | undefined> {
  for await (const entry of readJournal(join(run, JOURNAL_FILE))) if (entry.type === 'start') return entry;
  return undefined;
}

/**
 * The run's folder, locked for this process: a new one, or the one that is resumed.
 * @param opening what the journal of a new one begins with.
 */
export async function openFolder(
  recipe: FoundRecipe,
  phases: readonly PhasePlan[],
  { runs, as }: Pick<RunRequest, 'runs' | 'as'>,
  opening: readonly RunEvent[],
): Promise<RunFolder> {
  const folder =
    recipe.resume?.folder ??
    (await createRun({
      runs: resolve(runs),
      name: recipe.recipe.name,
      ...as,
      recipeText: recipe.text,
      resolvedYaml: recipe.resolvedYaml,
      journal: opening.map((event) => formatLine(event, Date.now())).join(''),
    }));
  try {
    // A run that is lengthened goes on under its new length, also when it is resumed again.
    if (recipe.resume) await replaceFile(join(folder.path, RESOLVED_FILE), recipe.resolvedYaml);
    await writePlanFiles(folder.path, phases);
    return folder;
  } catch (error) {
    folder.close();
    if (!isFileError(error)) throw error;
    throw new UserError(`The run ${folder.path} cannot be written: ${reason(error)}.`, {
      cause: error,
      remedy: 'Nothing of it is lost. Make room, or see that its folder can be written to; then resume it.',
    });
  }
}
