import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { MlflowClient, type Run, type RunStatus, safeKey, type Tag } from '../mlflow/index.js';
import { ensureFolder, lockFolder, unlockFolder } from '../../record/index.js';
import { type Cursor, newCursor, readCursor, TRACKING_FOLDER, writeCursor } from './cursor.js';
import { FileDelivery } from './file-delivery.js';
import type { Deliverable } from './follower.js';
import { connectionOf, type DeliveryOptions } from './options.js';
import { openParentRun } from './server-run.js';

/** A run that has others as children: a sweep, as its folder is now. */
export interface ParentRun {
  /** Absolute; what lies directly in it becomes the run's files. */
  readonly folder: string;
  /** The same for all its children, which find it by this key. */
  readonly key: string;
  readonly name: string;
  /** That its runs were started with; default: the name. */
  readonly experiment: string | undefined;
  readonly status: RunStatus;
  /** Milliseconds since 1970: of the first start, and of the last entry where no run trains. */
  readonly startTime: number;
  readonly endTime: number | undefined;
  readonly tags: readonly Tag[];
  /** Markdown. */
  readonly note: string;
}

/** Delivers what a server lacks of a parent run: its description, status and files. May be repeated. */
export class ParentDelivery implements Deliverable {
  readonly sent = { points: 0, files: 0 };
  private readonly client: MlflowClient;
  private opened: { readonly run: Run; readonly files: FileDelivery } | undefined;
  private cursor: Cursor;

  private constructor(
    private readonly parent: ParentRun,
    private readonly options: DeliveryOptions,
  ) {
    this.client = new MlflowClient(connectionOf(options));
    this.cursor = newCursor(this.client.connection.uri, parent.key);
  }

  /** @throws UserError where another process delivers it, MlflowError where the options are no good. */
  static async open(parent: ParentRun, options: DeliveryOptions): Promise<ParentDelivery> {
    const delivery = new ParentDelivery(parent, options);
    const folder = join(parent.folder, TRACKING_FOLDER);
    await ensureFolder(folder);
    lockFolder(folder);
    delivery.cursor = (await readCursor(parent.folder, delivery.cursor.uri)) ?? delivery.cursor;
    return delivery;
  }

  async close(): Promise<void> {
    await this.client.close();
    unlockFolder(join(this.parent.folder, TRACKING_FOLDER));
  }

  /** Where a person finds it; undefined before it was found or made. */
  get url(): string | undefined {
    return this.opened && this.client.pageOf(this.opened.run);
  }

  conclude(): void {
    this.opened?.files.conclude();
  }

  /** Sends its description and status. */
  async sendPoints(): Promise<boolean> {
    const { run } = await this.open();
    const { status, endTime, tags, note } = this.parent;
    const described = createHash('sha256')
      .update(JSON.stringify([status, endTime, tags, note]))
      .digest('hex');
    if (described === this.cursor.described) return false;
    const all = note === '' ? tags : [...tags, { key: 'mlflow.note.content', value: note }];
    await this.client.setTags(
      run.info.run_id,
      all.map(({ key, value }) => ({ key: safeKey(key), value })),
    );
    await this.client.updateRun(run.info.run_id, status, endTime);
    await this.save({ ...this.cursor, described });
    return false;
  }

  /** Sends a file. @returns whether there may be more. */
  async sendFile(): Promise<boolean> {
    const { files } = await this.open();
    const { cursor, sent, more } = await files.send(this.cursor);
    this.sent.files += sent;
    if (cursor !== this.cursor) await this.save(cursor);
    return more;
  }

  private async open(): Promise<NonNullable<typeof this.opened>> {
    if (this.opened) return this.opened;
    const run = await openParentRun(this.client, this.parent, this.options);
    const { uri, key, runId } = this.cursor;
    // Another run than before knows nothing yet.
    if (run.info.run_id !== runId || key !== this.parent.key)
      await this.save({ ...newCursor(uri, this.parent.key), runId: run.info.run_id });
    this.opened = { run, files: new FileDelivery(this.parent.folder, this.client, run, []) };
    return this.opened;
  }

  private async save(cursor: Cursor): Promise<void> {
    await writeCursor(this.parent.folder, cursor);
    this.cursor = cursor;
  }
}
