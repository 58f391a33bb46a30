import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../core/errors.js';
import type { RunEvent } from '../../core/events.js';
import { packageVersion } from '../../core/node/package.js';
import type { LazyArray, NamedArray } from '../../core/state.js';
import { shippedDefinitions } from '../../definitions.js';
import { fitModules } from './fit.js';
import { isCounter, modulesOf } from './torch-modules.js';
import { planRecipe } from '../../plan/index.js';
import { loadRecipe } from '../../recipe/node.js';
import { suggest } from '../../recipe/messages/suggest.js';
import {
  createRun,
  formatLine,
  isFileError,
  JOURNAL_FILE,
  readSafetensors,
  reason,
  SafetensorsError,
  saveCheckpoint,
  writeDurably,
  writeExport,
} from '../../record/index.js';
import { flatten } from '../../core/parameters.js';
import { networksOf } from '../../trainers/index.js';

export interface ImportRequest {
  /** Recipe file: what the networks are. */
  readonly recipe: string;
  readonly set: readonly string[];
  /** safetensors file by network. */
  readonly weights: Readonly<Record<string, string>>;
  readonly runs: string;
}

/**
 * Makes a run of networks that were trained in PyTorch: its folder holds a checkpoint of step 0, from which pictures are
 * made, other runs start (`weights: RUN#G`), or a fork is trained on.
 * @returns the run's folder. @throws UserError where a file is no safetensors, or of another network.
 */
export async function importWeights({ recipe: file, set, weights, runs }: ImportRequest): Promise<string> {
  if (Object.keys(weights).length === 0)
    throw new UserError('Which weights?', {
      exitCode: 2,
      remedy: 'gan import RECIPE --weights G=latest_net_G.safetensors, once for each network.',
    });
  const registry = shippedDefinitions();
  const loaded = await loadRecipe(file, { registry, set });
  const plan = planRecipe(loaded.recipe, registry, loaded.locate);
  const networks: Record<string, { weights: readonly NamedArray[] }> = {};
  for (const [name, path] of Object.entries(weights)) {
    const network = plan.networks[name];
    if (!network) {
      throw new UserError(`The recipe has no network "${name}".`, {
        exitCode: 2,
        remedy: suggest(name, Object.keys(plan.networks), 'Networks'),
      });
    }
    const modules = modulesOf(await readTorch(path), path);
    networks[name] = { weights: fitModules(modules, network, path) };
  }

  const versions = { gan: packageVersion(), node: process.versions.node };
  const from = Object.entries(weights).map(([name, path]) => `${name} from ${resolve(path)}`);
  const opening: RunEvent[] = [
    {
      ...{ type: 'start', step: 0, steps: 0, recipeFolder: loaded.folder, versions, machine: {} },
      ...{ source: loaded.file, generators: networksOf(plan, Object.keys(plan.outputs)) },
    },
    { type: 'params', step: 0, params: flatten(loaded.recipe) },
    { type: 'message', step: 0, level: 'info', text: `Imported: ${from.join(', ')}.` },
    { type: 'checkpoint', step: 0, folder: 'checkpoints/step-0' },
    { type: 'end', step: 0, status: 'finished' },
  ];
  const run = await createRun({
    runs: resolve(runs),
    name: loaded.recipe.name,
    recipeText: loaded.text,
    resolvedYaml: loaded.resolvedYaml,
  });
  try {
    const lazy = Object.entries(networks).map(
      ([name, { weights: arrays }]) => [name, arrays.map(asLazy)] as const,
    );
    const state = {
      step: 0,
      networks: Object.fromEntries(lazy.map(([name, arrays]) => [name, { weights: arrays }])),
    };
    const meta = { seed: loaded.recipe.train.seed, recipe: loaded.resolvedYaml, versions };
    const saved = await saveCheckpoint(run.path, state, { meta });
    const failure = saved.saved
      ? await writeExport(run.path, Object.fromEntries(lazy), { recipe: loaded.recipe.name, step: '0' })
      : saved.warning;
    if (failure !== undefined) throw new UserError(failure);
    const lines = opening.map((event) => formatLine(event, Date.now()));
    await writeDurably(join(run.path, JOURNAL_FILE), lines.join(''));
    return run.path;
  } finally {
    run.close();
  }
}

const asLazy = ({ name, shape, data }: NamedArray): LazyArray => ({
  ...{ name, shape },
  read: () => Promise.resolve(data),
});

/** The arrays of a PyTorch network's state_dict. */
async function readTorch(path: string): Promise<readonly NamedArray[]> {
  try {
    if (await isPickle(path)) throw pickleError(path);
    return (await readSafetensors(path, isCounter)).arrays;
  } catch (error) {
    if (error instanceof SafetensorsError) {
      const remedy = 'Weights are read as 32-bit floats: `.float()` each tensor before saving.';
      throw new UserError(error.message, { cause: error, exitCode: 2, remedy });
    }
    if (!isFileError(error)) throw error;
    throw new UserError(`The weights ${path} cannot be read: ${reason(error)}.`, {
      cause: error,
      exitCode: 2,
    });
  }
}

/** Whether torch.save wrote it: a zip file, or in old versions a bare pickle. */
async function isPickle(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    // A safetensors file begins with the length of its header, and the header with a brace.
    const zip = buffer.readUInt32LE(0) === 0x04034b50;
    const pickle = buffer[0] === 0x80 && buffer[1]! >= 2 && buffer[1]! <= 5;
    return zip || (pickle && /\.(pth?|bin|ckpt)$/i.test(path));
  } finally {
    await file.close();
  }
}

function pickleError(path: string): UserError {
  const target = path.replace(/\.[^./\\]+$/, '') + '.safetensors';
  const load = `torch.load(${JSON.stringify(path)}, map_location='cpu', weights_only=True)`;
  const line = `import torch; from safetensors.torch import save_file; save_file({k: v.contiguous() for k, v in ${load}.items()}, ${JSON.stringify(target)})`;
  return new UserError(`${path} is a pickle of PyTorch's: a program, which is not run here.`, {
    exitCode: 2,
    remedy: `Convert it where PyTorch is (pip install torch safetensors):\n  python -c '${line.replaceAll("'cpu'", '"cpu"')}'`,
  });
}
