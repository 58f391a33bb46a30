import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { move } from '../../core/node/move.js';
import { UserError } from '../../core/errors.js';
import { MlflowClient, MlflowError, type Run } from '../../tracking/mlflow/index.js';
import { ensureFolder, isFileError } from '../../record/index.js';
import { connectionOf, type DeliveryOptions, openParentRun } from '../../tracking/index.js';
import { contentsOf, type Manifest, parseManifest } from './manifest.js';

/** Times that reading is tried because others may write meanwhile. */
const MAX_TRIES = 5;
/** Milliseconds in which a short file that is being written is whole. */
const SETTLE_MS = 200;
const MANIFEST = 'manifest.json';

/** A sweep as its store needs to know it. */
export interface StoredSweep {
  readonly key: string;
  readonly name: string;
  /** Default: the name. */
  readonly experiment: string | undefined;
}

/**
 * Runs of a sweep on an MLflow server, for workers that see no common folder: `trials/<id>/` among the artifacts of the
 * sweep's own run holds a file for each content, by its checksum, and a manifest, written last, that says which of them
 * make up the run's folder. So whoever reads gets a whole state, and what did not change is not sent again.
 */
export class MlflowStore {
  constructor(
    private readonly client: Pick<MlflowClient, 'close' | 'connection'> & {
      readonly artifacts: Pick<MlflowClient['artifacts'], 'get' | 'put' | 'remove'>;
    },
    private readonly run: Run,
  ) {}

  /** The store of a sweep; its MLflow run is created where there is none. @throws MlflowError */
  static async ofSweep(sweep: StoredSweep, options: DeliveryOptions): Promise<MlflowStore> {
    const client = new MlflowClient(connectionOf(options));
    return new MlflowStore(
      client,
      await openParentRun(client, { ...sweep, startTime: Date.now() }, options).catch(closing(client)),
    );
  }

  /** The store that a job or a sweep's folder names. @throws UserError, MlflowError */
  static async open(id: string, options: DeliveryOptions): Promise<MlflowStore> {
    const client = new MlflowClient(connectionOf(options));
    const run = await client.getRun(id).catch(closing(client));
    if (run) return new MlflowStore(client, run);
    await client.close();
    throw new UserError(
      `MLflow at ${client.connection.uri} has no run ${id}, where the sweep's trials are.`,
      {
        remedy: 'Workers and `gan sweep` have to use the same server.',
      },
    );
  }

  /** Of the MLflow run. */
  get id(): string {
    return this.run.info.run_id;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /**
   * Sends the files of a run's folder that the store lacks; nothing where it holds a later checkpoint.
   * @throws MlflowError; an error of the file system where a file has gone.
   */
  async push(id: string, folder: string): Promise<void> {
    const { step, contents } = await contentsOf(folder);
    const before = await this.manifestOf(id);
    if (before && before.step > step) return;
    const stored = new Set(before?.files.map(({ sha256 }) => sha256));
    for (const { sha256, open } of contents) {
      if (stored.has(sha256)) continue;
      await this.client.artifacts.put(this.run, pathOf(id, sha256), open());
      stored.add(sha256);
    }
    const files = contents.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
    const manifest: Manifest = { version: 1, step, files };
    await this.client.artifacts.put(this.run, pathOf(id, MANIFEST), Buffer.from(JSON.stringify(manifest)));
    const needed = new Set(files.map(({ sha256 }) => sha256));
    for (const sha256 of stored) {
      // Some servers let nobody remove files: these stay.
      if (!needed.has(sha256)) await this.client.artifacts.remove(this.run, pathOf(id, sha256)).catch(ignore);
    }
  }

  /** @returns undefined where the store has nothing of the run. @throws MlflowError */
  async manifestOf(id: string): Promise<Manifest | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        const manifest = parseManifest(await this.read(pathOf(id, MANIFEST), textOf));
        if (manifest || tries === MAX_TRIES) return manifest;
      } catch (error) {
        if (error instanceof MlflowError && error.kind === 'missing') return undefined;
        if (tries === MAX_TRIES) throw error;
      }
      // The server overwrites the file in place: whoever reads just then gets a part of it.
      await sleep(SETTLE_MS);
    }
  }

  /**
   * Replaces a folder by the run's state in the store.
   * @param wanted paths of the files to fetch
   * @returns whether the store has the run. @throws MlflowError
   */
  async pull(id: string, folder: string, wanted: (path: string) => boolean = () => true): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const manifest = await this.manifestOf(id);
      if (!manifest) return false;
      const fresh = join(dirname(folder), `.new-${id}-${randomBytes(4).toString('hex')}`);
      try {
        for (const file of manifest.files) if (wanted(file.path)) await this.fetch(id, file, fresh);
        await ensureFolder(fresh);
        await replaceFolder(fresh, folder);
        return true;
      } catch (error) {
        // A newer state was written meanwhile, and files that it does not need were removed.
        const passes = error instanceof MlflowError && error.kind === 'missing';
        if (!passes || tries === MAX_TRIES) throw error;
      } finally {
        await rm(fresh, { recursive: true, force: true });
      }
    }
  }

  private async fetch(
    id: string,
    { path, size, sha256 }: Manifest['files'][number],
    to: string,
  ): Promise<void> {
    const file = join(to, path);
    await ensureFolder(dirname(file));
    const hash = createHash('sha256');
    let bytes = 0;
    const checked = new PassThrough();
    checked.on('data', (piece: Buffer) => {
      hash.update(piece);
      bytes += piece.length;
    });
    await this.read(pathOf(id, sha256), (stream) => pipeline(stream, checked, createWriteStream(file)));
    if (bytes === size && hash.digest('hex') === sha256) return;
    throw new MlflowError('server', `${path} of ${id} came damaged from ${this.client.connection.uri}.`);
  }

  private async read<T>(path: string, take: (stream: Readable) => Promise<T>): Promise<T> {
    const stream = await this.client.artifacts.get(this.run, path);
    try {
      return await take(stream);
    } catch (error) {
      // The disk's errors name a file, the network's none.
      if (isFileError(error) && error.path !== undefined) throw error;
      const { uri } = this.client.connection;
      throw new MlflowError('unreachable', `MLflow at ${uri} stopped in the middle of ${path}.`, {
        cause: error,
      });
    }
  }
}

const pathOf = (id: string, name: string): string => `trials/${id}/${name}`;

const ignore = (): undefined => undefined;

const closing =
  (client: MlflowClient) =>
  async (error: unknown): Promise<never> => {
    await client.close();
    throw error;
  };

async function textOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

async function replaceFolder(fresh: string, folder: string): Promise<void> {
  const old = join(dirname(folder), basename(fresh).replace('.new-', '.old-'));
  if (existsSync(folder)) await move(folder, old);
  await move(fresh, folder);
  await rm(old, { recursive: true, force: true });
}
