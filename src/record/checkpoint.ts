import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import type { NamedArray, NetworkState, TrainState } from '../core/state.js';
import { checkpointFolder, checkpointSteps } from './checkpoint-folders.js';
import { type CheckpointMeta, DamageError, readState } from './checkpoint-state.js';
import { isFileError, reason } from './files.js';
import { readSafetensors, SafetensorsError } from './safetensors.js';

export interface LoadedCheckpoint {
  readonly state: TrainState;
  readonly meta: CheckpointMeta;
  readonly folder: string;
  /** For the user: what was wrong with newer checkpoints that were passed over. */
  readonly warnings: readonly string[];
}

export interface LoadOptions {
  /** Only the weights of these networks, averaged ones where there are: what prediction needs. Default: everything. */
  readonly weightsOf?: readonly string[];
  /** With `last`: steps that are taken before all others. Default: none. */
  readonly prefer?: (step: number) => boolean;
}

/**
 * Reads a checkpoint and checks every file it reads against its checksum. `last` passes over damaged ones, back to
 * the newest that is sound, and says so in `warnings`.
 * @throws UserError where there is none, none is sound, or the one asked for by its step is damaged.
 */
export async function loadCheckpoint(
  run: string,
  which: number | 'last',
  options: LoadOptions = {},
): Promise<LoadedCheckpoint> {
  const steps = await checkpointSteps(run);
  const wanted = which === 'last' ? inOrder(steps, options.prefer) : steps.filter((step) => step === which);
  const warnings: string[] = [];
  const damage: string[] = [];
  for (const [i, step] of wanted.entries()) {
    const folder = checkpointFolder(run, step);
    try {
      return { ...(await readCheckpoint(folder, options)), folder, warnings };
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      damage.push(`\n  step ${step}: ${error.message}`);
      warnings.push(`The checkpoint of step ${step} is damaged: ${error.message}.`);
    }
    const before = wanted[i + 1];
    if (before !== undefined) warnings.push(`Going back to the one of step ${before}.`);
  }
  throw unusable(run, which, steps, warnings, damage);
}

/** The newest first. */
function inOrder(steps: readonly number[], prefer: LoadOptions['prefer'] = () => false): readonly number[] {
  const newest = steps.toReversed();
  return [...newest.filter(prefer), ...newest.filter((step) => !prefer(step))];
}

function unusable(
  run: string,
  which: number | 'last',
  steps: readonly number[],
  warnings: readonly string[],
  damage: readonly string[],
): UserError {
  const others = steps.filter((step) => step !== which);
  const choices = `There are checkpoints of steps ${others.join(', ')}.`;
  if (steps.length === 0) {
    return new UserError(`The run ${run} has no checkpoint yet.`, {
      remedy:
        'It was stopped before its first one: train it anew, or let it save more often (`checkpoint.every`).',
    });
  }
  if (damage.length === 0) {
    return new UserError(`The run ${run} has no checkpoint of step ${which}.`, {
      remedy: choices,
      exitCode: 2,
    });
  }
  if (which === 'last')
    return new UserError(`No checkpoint of the run ${run} is sound:${damage.join('')}`, {
      remedy: 'What they held is lost. Train anew: gan run RECIPE.',
    });
  return new UserError(warnings.join(' '), others.length > 0 ? { remedy: choices } : {});
}

async function readCheckpoint(
  folder: string,
  { weightsOf }: LoadOptions,
): Promise<{ state: TrainState; meta: CheckpointMeta }> {
  const { step, seed, recipe, versions, networks, kept, rollbacks } = await readState(folder);
  const read = async (file: { name: string; sha256: string }): Promise<readonly NamedArray[]> => {
    const { arrays, sha256 } = await readWhole(join(folder, file.name));
    if (sha256 !== file.sha256)
      throw new DamageError(`${file.name} is not what was written (its checksum differs)`);
    return arrays;
  };
  const states: Record<string, NetworkState> = {};
  for (const [name, { weights, average, optimizer }] of Object.entries(networks)) {
    if (weightsOf) {
      if (weightsOf.includes(name)) states[name] = { weights: await read(average ?? weights) };
      continue;
    }
    states[name] = {
      weights: await read(weights),
      ...(average && { average: await read(average) }),
      ...(optimizer && { optimizer: { slots: await read(optimizer), updates: optimizer.updates } }),
    };
  }
  const state = {
    step,
    networks: states,
    ...(kept && !weightsOf && { kept: await read(kept) }),
    ...(rollbacks === undefined ? {} : { rollbacks }),
  };
  return { state, meta: { seed, recipe, versions } };
}

async function readWhole(path: string): ReturnType<typeof readSafetensors> {
  try {
    return await readSafetensors(path);
  } catch (error) {
    if (error instanceof SafetensorsError)
      throw new DamageError(error.message.replace(/\.$/, ''), { cause: error });
    if (isFileError(error))
      throw new DamageError(`${path} cannot be read: ${reason(error)}`, { cause: error });
    throw error;
  }
}
