import { resolve } from 'node:path';
import { UserError } from '../../core/errors.js';
import { formatShape, sameShape } from '../../core/shape.js';
import type { NetworkPlan, PhasePlan } from '../../plan/index.js';
import {
  findRun,
  isFileError,
  loadCheckpoint,
  type LoadedCheckpoint,
  readSafetensors,
  reason,
  SafetensorsError,
} from '../../record/index.js';
import type { StartingWeights } from '../../trainers/index.js';
import type { RunRequest } from '../request.js';
import type { LoadedRun } from './load-run.js';

/**
 * Weights that networks start from: those of the run that this one is forked from, averages and all; else by their key
 * `weights` a safetensors file, or a network of a run's newest checkpoint, its average where it has one. Held against the
 * plan before anything is built.
 * @throws UserError where they cannot be read or are of another architecture.
 */
export async function loadWeights(
  phases: readonly PhasePlan[],
  { recipe, recipeFolder, parent, resume }: Pick<LoadedRun, 'recipe' | 'recipeFolder' | 'parent' | 'resume'>,
  { runs }: Pick<RunRequest, 'runs'>,
): Promise<readonly StartingWeights[]> {
  const loaded: StartingWeights[] = [];
  const forkedFrom = parent?.checkpoint ?? resume?.forkedFrom;
  const networks = new Map(phases.flatMap(({ plan }) => Object.entries(plan.networks)));
  for (const [name, network] of networks) {
    const from = recipe.networks[name]?.weights;
    const inherited = forkedFrom && ofParent(forkedFrom, name);
    if (!inherited && from === undefined) continue;
    const found = inherited ?? (await ofText(from!, recipeFolder, runs));
    const weights = { network: name, ...found };
    checkFit(network, weights);
    loaded.push(weights);
  }
  return loaded;
}

function ofParent(
  { state, folder }: LoadedCheckpoint,
  network: string,
): Omit<StartingWeights, 'network'> | undefined {
  const { weights, average } = state.networks[network] ?? {};
  const where = `${folder}, network ${network}`;
  return weights && { arrays: weights, ...(average ? { average } : {}), where };
}

async function ofText(
  from: string,
  recipeFolder: string,
  runs: string,
): Promise<Omit<StartingWeights, 'network'>> {
  const hash = from.lastIndexOf('#');
  return hash < 0
    ? ofFile(resolve(recipeFolder, from))
    : ofRun(from.slice(0, hash), from.slice(hash + 1), runs);
}

async function ofFile(file: string): Promise<Omit<StartingWeights, 'network'>> {
  try {
    return { arrays: (await readSafetensors(file)).arrays, where: file };
  } catch (error) {
    if (error instanceof SafetensorsError) throw new UserError(error.message, { cause: error, exitCode: 2 });
    if (!isFileError(error)) throw error;
    const remedy = '`weights` is a safetensors file beside the recipe, or RUN#NETWORK.';
    throw new UserError(`The weights ${file} cannot be read: ${reason(error)}.`, {
      cause: error,
      exitCode: 2,
      remedy,
    });
  }
}

async function ofRun(
  which: string,
  network: string,
  runs: string,
): Promise<Omit<StartingWeights, 'network'>> {
  const run = await findRun(which, runs);
  const { state, folder } = await loadCheckpoint(run.path, 'last', { weightsOf: [network] });
  const weights = state.networks[network]?.weights;
  if (!weights) throw new UserError(`${folder} has no network "${network}".`, { exitCode: 2 });
  return { arrays: weights, where: `${folder}, network ${network}` };
}

function checkFit(
  { name, layers, runningStatistics }: NetworkPlan,
  { arrays, where }: StartingWeights,
): void {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  for (const { config, variables } of layers) {
    for (const { name: variable, shape, trainable } of variables) {
      if (!trainable && !runningStatistics) continue;
      const array = byName.get(`${config.id}/${variable}`);
      if (array && sameShape(array.shape, shape)) continue;
      const there = array ? `is ${formatShape(array.shape)}` : 'is missing';
      throw new UserError(
        `The weights of ${name} do not fit: ${config.id}/${variable} ${there} in ${where}, and ${formatShape(shape)} here.`,
        { exitCode: 2, remedy: 'Weights fit the architecture that they were trained with, and no other.' },
      );
    }
  }
}
