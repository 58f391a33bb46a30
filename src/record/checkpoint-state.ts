import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { isFileError, reason, writeDurably } from './files.js';

/** State of the game besides its networks; no network's name holds a point, so the names cannot clash. */
export const KEPT_FILE = 'game.kept.safetensors';

/** Facts about a run that each of its checkpoints holds. */
export interface CheckpointMeta {
  readonly seed: number;
  /** The resolved recipe as YAML, so that a checkpoint can be understood by itself. */
  readonly recipe: string;
  readonly versions: Readonly<Record<string, string>>;
}

interface SealedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A checkpoint's `state.json`, but for its format and its own checksum. */
export interface CheckpointState extends CheckpointMeta {
  readonly step: number;
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly weights: SealedFile;
        readonly average?: SealedFile;
        readonly optimizer?: SealedFile & { readonly updates: number };
      }
    >
  >;
  readonly kept?: SealedFile;
  readonly rollbacks?: number;
}

const FORMAT = 1;
const STATE_FILE = 'state.json';

/** Why a checkpoint cannot be used. No UserError: an older one may be sound. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}

export async function writeState(folder: string, state: CheckpointState): Promise<void> {
  const content = { format: FORMAT, ...state };
  const text = JSON.stringify({ ...content, sha256: checksum(content) }, null, 2);
  await writeDurably(join(folder, STATE_FILE), `${text}\n`);
}

/** @throws DamageError where it is missing or not as written, UserError where a newer version of this program wrote it. */
export async function readState(folder: string): Promise<CheckpointState> {
  const file = join(folder, STATE_FILE);
  let written: unknown;
  try {
    written = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (isFileError(error))
      throw new DamageError(`${file} cannot be read: ${reason(error)}`, { cause: error });
    throw new DamageError(`${file} is no JSON`, { cause: error });
  }
  if (typeof written !== 'object' || written === null || !('format' in written) || !('sha256' in written)) {
    throw new DamageError(`${file} is no state of a checkpoint`);
  }
  const { sha256, ...content } = written;
  if (sha256 !== checksum(content)) {
    throw new DamageError(`${file} is not what was written (its checksum differs)`);
  }
  const { format, ...state } = content;
  if (format !== FORMAT) {
    throw new UserError(`${file} has format ${String(format)}; this version reads format ${FORMAT}.`, {
      remedy: 'Use the version of the program that wrote it.',
    });
  }
  // The checksum proves that this program wrote it.
  return state as CheckpointState;
}

/** Otherwise a flipped bit in a seed or a count of updates would go unnoticed. */
function checksum(state: object): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex');
}
