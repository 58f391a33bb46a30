import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.js';
import type { StartEvent } from '../../core/events.js';
import { lookAtData } from '../../data/node.js';
import { examine } from '../../plan/index.js';
import { formatDiagnostic } from '../../recipe/messages/findings.js';
import { type LoadedRecipe, type Recipe, resolveFromData } from '../../recipe/index.js';
import { type LoadOptions, loadRecipe, parseRecipe } from '../../recipe/node.js';
import {
  checkpointSteps,
  findRun,
  JOURNAL_FILE,
  loadCheckpoint,
  type LoadedCheckpoint,
  openRun,
  readJournal,
  type RunFolder,
  type RunLocation,
} from '../../record/index.js';
import type { Registry } from '../../registry/index.js';
import type { RunRequest } from '../request.js';
import { loadRunRecipe } from './run-recipe.js';
import { refuseOtherRecipe } from './same-recipe.js';

/** In a run's folder: its recipe as written. */
const RECIPE_FILE = 'recipe.yaml';

/** The recipe of a run, and the checkpoint that it starts or resumes from. */
export interface LoadedRun {
  /** Complete: classes and colours of labels that the data defines are written into it. */
  readonly recipe: Recipe;
  /** Before its data was looked at. */
  readonly withoutData: Recipe;
  readonly phases: LoadedRecipe['phases'];
  readonly text: string;
  readonly resolvedYaml: string;
  /** Where its relative paths start. */
  readonly recipeFolder: string;
  readonly warnings: readonly string[];
  /** A trial of a sweep: its warnings were shown when the sweep was checked. */
  readonly alreadyChecked?: true;
  /** The run that is resumed, held by this process, and its newest sound checkpoint; without one it starts again. */
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

/**
 * The recipe of a new run or of a fork, or that of the run to be resumed, with its newest checkpoint.
 * @throws UserError where one of them cannot be used, or the flags contradict each other.
 */
export async function loadRun(request: RunRequest, registry: Registry): Promise<LoadedRun> {
  const overrides = { data: request.data, ...(request.length === undefined ? {} : { for: request.length }) };
  const options = { registry, set: request.set, overrides, examine };
  if (request.step !== undefined && !request.fork)
    throw new UserError('--step says where a fork starts: a run goes on from its newest checkpoint.', {
      exitCode: 2,
      remedy: 'gan run --resume RUN --fork --step N. How long a run is says --steps.',
    });
  if (request.resume !== undefined)
    return request.fork
      ? loadFork(request, request.resume, options)
      : loadResumed(request, request.resume, options);
  if (request.recipe === undefined)
    throw new UserError('Which recipe?', {
      exitCode: 2,
      remedy: 'gan run RECIPE, or gan run --resume RUN.',
    });
  if (request.fork)
    throw new UserError('--fork needs the run to start from.', {
      exitCode: 2,
      remedy: 'gan run --resume RUN --fork',
    });
  return loadNew(request, request.recipe, options);
}

async function loadNew(request: RunRequest, file: string, options: LoadOptions): Promise<LoadedRun> {
  if (request.text === undefined)
    return withData(await loadRecipe(file, options), undefined, request, options);
  const trial = await withData(
    await parseRecipe(request.text, { ...options, file }),
    undefined,
    request,
    options,
  );
  return { ...trial, warnings: [], alreadyChecked: true };
}

async function loadResumed(request: RunRequest, which: string, options: LoadOptions): Promise<LoadedRun> {
  const folder = await openRun(which, request.runs);
  const name = `${folder.name}/${folder.id}`;
  try {
    const before = await loadRunRecipe(folder.path, { registry: options.registry });
    const loaded = await loadChanged(folder.path, request, options);
    refuseOtherRecipe(before.recipe, loaded.recipe, name);
    const text = await readFile(join(folder.path, RECIPE_FILE), 'utf8');
    const hasCheckpoint = (await checkpointSteps(folder.path)).length > 0;
    const checkpoint = hasCheckpoint ? await loadCheckpoint(folder.path, 'last') : undefined;
    if (checkpoint && Object.values(checkpoint.state.networks).every(({ optimizer }) => !optimizer))
      throw new UserError(`The run ${name} was imported: it has weights to start from.`, {
        exitCode: 2,
        remedy: `gan run --resume ${name} --fork starts a new run from them.`,
      });
    const forkedFrom = checkpoint ? undefined : await parentCheckpoint(folder.path);
    return { ...loaded, text, resume: { folder, checkpoint, ...(forkedFrom ? { forkedFrom } : {}) } };
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** A new run that starts with another's weights. That one may go on meanwhile: it is only read. */
async function loadFork(request: RunRequest, which: string, options: LoadOptions): Promise<LoadedRun> {
  const run = await findRun(which, request.runs);
  const { recipe } = await loadRunRecipe(run.path, { registry: options.registry });
  const loaded = await loadChanged(run.path, request, options);
  const checkpoint = await loadCheckpoint(run.path, request.step ?? 'last');
  const text =
    request.recipe === undefined ? await readFile(join(run.path, RECIPE_FILE), 'utf8') : loaded.text;
  const warnings = [...loaded.warnings, ...checkpoint.warnings];
  return { ...loaded, text, warnings, parent: { run, recipe, checkpoint } };
}

/** The recipe that is named, or else the one of a run; with what the command line changes. */
async function loadChanged(run: string, request: RunRequest, options: LoadOptions): Promise<LoadedRun> {
  return request.recipe === undefined
    ? withData(await loadRunRecipe(run, options), await recipeFolderOf(run), request, options)
    : withData(await loadRecipe(request.recipe, options), undefined, request, options);
}

/** Completes a recipe by what its data says. @param recipeFolder default: where the recipe's file is. */
async function withData(
  loaded: LoadedRecipe,
  recipeFolder = loaded.folder,
  { loading: { dataFolder } }: Pick<RunRequest, 'loading'>,
  { registry }: LoadOptions,
): Promise<LoadedRun> {
  const facts = await lookAtData(loaded.recipe, { registry, recipeFolder, dataFolder });
  const { recipe, phases, text, resolvedYaml, warnings } = resolveFromData(loaded, facts);
  const withoutData = loaded.recipe;
  return {
    ...{ recipe, withoutData, phases, text, resolvedYaml, recipeFolder },
    warnings: warnings.map(formatDiagnostic),
  };
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
