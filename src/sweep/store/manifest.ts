import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { checkpointSteps, JOURNAL_FILE, LOCK_FILE } from '../../record/index.js';
import { TRACKING_FOLDER } from '../../tracking/index.js';

const SHA256 = '^[0-9a-f]{64}$';
/** Names of folders and a file, none of which leads out of the folder. */
const PATH = '^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$';

const manifestSchema = Type.Object(
  {
    version: Type.Literal(1),
    /** Steps after which the newest checkpoint was saved; 0 without one. */
    step: Type.Integer({ minimum: 0 }),
    files: Type.Array(
      Type.Object({
        path: Type.String({ pattern: PATH, maxLength: 300 }),
        /** Bytes. */
        size: Type.Integer({ minimum: 0 }),
        sha256: Type.String({ pattern: SHA256 }),
      }),
      { maxItems: 100_000 },
    ),
  },
  { additionalProperties: false },
);

/** The files of a run's folder, so that another machine can make the same folder. */
export type Manifest = Readonly<Static<typeof manifestSchema>>;

/** @returns undefined for what is none, or was cut off. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Check(manifestSchema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface Content {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  /** The very bytes that were hashed. */
  readonly open: () => Buffer | ReadStream;
}

/** Bytes up to which a file is read at once: it may be another one by the time it is sent. Only checkpoints are larger. */
const MAX_BUFFERED_BYTES = 1 << 25;
const CHECKPOINTS = 'checkpoints';

/**
 * A run's folder as another machine needs it to go on: all but locks, what was sent to a tracking server (which tells that
 * by itself), unfinished files, and checkpoints before the newest. Somebody may be at work on it.
 */
export async function contentsOf(
  folder: string,
): Promise<{ readonly step: number; readonly contents: readonly Content[] }> {
  // Before the journal, which then reaches the checkpoint, or further.
  const step = (await checkpointSteps(folder)).at(-1) ?? 0;
  const contents: Content[] = [];
  for (const path of await filesIn(folder, '')) {
    const [top, checkpoint] = path.split('/');
    if (top === LOCK_FILE || top === TRACKING_FOLDER) continue;
    if (top === CHECKPOINTS && checkpoint !== `step-${step}`) continue;
    contents.push(await contentOf(folder, path));
  }
  return { step, contents };
}

async function filesIn(folder: string, below: string): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    // What begins with a point, or ends so, is not finished.
    if (entry.name.startsWith('.') || entry.name.endsWith('.new')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    found.push(...(entry.isDirectory() ? await filesIn(folder, path) : [path]));
  }
  return found;
}

async function contentOf(folder: string, path: string): Promise<Content> {
  const file = join(folder, path);
  const { size } = await stat(file);
  if (size > MAX_BUFFERED_BYTES && path !== JOURNAL_FILE) {
    const sha256 = await hashOf(file);
    return { path, size, sha256, open: () => createReadStream(file) };
  }
  const read = await readFile(file);
  // Its last line may just be being written.
  const whole = path === JOURNAL_FILE ? read.subarray(0, read.lastIndexOf(0x0a) + 1) : read;
  const sha256 = createHash('sha256').update(whole).digest('hex');
  return { path, size: whole.length, sha256, open: () => whole };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(piece as Buffer);
    await letOthersRun();
  }
  return hash.digest('hex');
}
