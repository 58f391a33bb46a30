import { join } from 'node:path';
import type { JournalEntry } from '../../core/events.js';
import {
  type Metric,
  MlflowClient,
  MlflowError,
  type Run,
  type RunStatus,
  safeKey,
} from '../mlflow/index.js';
import { ensureFolder, lockFolder, readTail, unlockFolder } from '../../record/index.js';
import { type Cursor, newCursor, readCursor, TRACKING_FOLDER, writeCursor } from './cursor.js';
import { FileDelivery } from './file-delivery.js';
import type { Deliverable } from './follower.js';
import { connectionOf, type DeliveryOptions } from './options.js';
import { readServerState } from './server-state.js';
import { pointsOf } from './points.js';
import { runKey } from './run-key.js';
import { openServerRun, removeDuplicateRuns } from './server-run.js';
import { healthTag, tagsOf } from './tags.js';

/** Points in one batch, which is sent again after a fault: one request's worth. */
const MAX_BATCH_POINTS = 1000;
const STATUS = { finished: 'FINISHED', failed: 'FAILED', killed: 'KILLED' } as const satisfies Record<
  string,
  RunStatus
>;

/**
 * Sends what a server lacks of a run's journal, in small batches. A batch is sent, then noted in the cursor; after a crash
 * in between it is sent again, which does no harm. One process at a time delivers a run.
 */
export class Delivery implements Deliverable {
  /** Points and files sent by this object. */
  readonly sent = { points: 0, files: 0 };
  private readonly client: MlflowClient;
  private readonly refused = new Set<string>();
  private cursor: Cursor | undefined;
  private serverRun: Run | undefined;
  private fileDelivery: FileDelivery | undefined;
  private isConcluded = false;
  /** A request that creates the run may have been carried out though its answer was lost. */
  private mayHaveDuplicate = false;

  private constructor(
    /** The run's. */
    readonly folder: string,
    private readonly options: DeliveryOptions,
    private readonly warn: (text: string) => void,
  ) {
    this.client = new MlflowClient(connectionOf(options));
  }

  /** @throws UserError where another process delivers this run, MlflowError where the options are no good. */
  static async open(
    folder: string,
    options: DeliveryOptions,
    warn: (text: string) => void,
  ): Promise<Delivery> {
    const delivery = new Delivery(folder, options, warn);
    await ensureFolder(join(folder, TRACKING_FOLDER));
    lockFolder(join(folder, TRACKING_FOLDER));
    return delivery;
  }

  async close(): Promise<void> {
    await this.client.close();
    unlockFolder(join(this.folder, TRACKING_FOLDER));
  }

  /** Where a person finds the run; undefined before it was made. */
  get url(): string | undefined {
    return this.serverRun && this.client.pageOf(this.serverRun);
  }

  /** The journal grows no more: files are as they will stay, and a run without an end was killed. */
  conclude(): void {
    this.isConcluded = true;
    this.fileDelivery?.conclude();
  }

  /** Sends a batch. @returns whether there may be more. */
  async sendPoints(): Promise<boolean> {
    const cursor = await this.openRun();
    if (!cursor) return false;
    const { entries, end } = await readTail(this.folder, cursor.offset);
    let next: Cursor = cursor;
    const points: Metric[] = [];
    for (const { entry, end: offset } of entries) {
      // The end comes alone and last, so that a run that has ended on the server is complete there.
      if (points.length >= MAX_BATCH_POINTS || (entry.type === 'end' && points.length > 0)) break;
      const { there = {} } = next;
      points.push(...pointsOf(entry, next).filter(({ key, step }) => step > (there[key] ?? -Infinity)));
      next = { ...(await this.apply(entry, next)), offset, time: entry.time };
    }
    if (next === cursor) {
      // Damaged lines are skipped.
      if (end > cursor.offset) await this.save({ ...cursor, offset: end });
      else if (this.isConcluded && cursor.ended === undefined)
        await this.save(await this.end('killed', cursor, cursor.time));
      return false;
    }
    await this.send(points);
    this.sent.points += points.length;
    await this.save(next);
    return true;
  }

  /** Sends a file. @returns whether there may be more. */
  async sendFile(): Promise<boolean> {
    if (!(await this.openRun()) || !this.fileDelivery) return false;
    const { cursor, sent, more } = await this.fileDelivery.send(this.cursor!);
    this.sent.files += sent;
    if (cursor !== this.cursor) await this.save(cursor);
    return more;
  }

  /** Finds or makes the server's run. @returns undefined while the journal is empty. */
  private async openRun(): Promise<Cursor | undefined> {
    if (this.serverRun) return this.cursor;
    const first = (await readTail(this.folder, 0)).entries[0]?.entry;
    if (first?.type !== 'start') return undefined;
    const { uri } = this.client.connection;
    const key = runKey(this.folder, first);
    let cursor = (await readCursor(this.folder, uri)) ?? newCursor(uri, key);
    const { runId } = cursor;
    const run = await openServerRun(
      this.client,
      { folder: this.folder, key, start: first, runId },
      this.options,
    ).catch((error: unknown) => {
      this.mayHaveDuplicate ||= error instanceof MlflowError && error.transient;
      throw error;
    });
    // Another run than before has none of it yet.
    if (run.info.run_id !== runId) {
      const { there, sample } = await readServerState(this.client, run, key);
      const fresh = newCursor(uri, key);
      cursor = {
        ...fresh,
        ...(there && { there }),
        highest: { ...fresh.highest, sample },
        runId: run.info.run_id,
      };
    }
    const { register } = this.options;
    await this.save({ ...cursor, ...(register === undefined ? {} : { register }) });
    this.serverRun = run;
    this.fileDelivery = new FileDelivery(this.folder, this.client, run, first.generators ?? []);
    if (this.isConcluded) this.fileDelivery.conclude();
    return this.cursor;
  }

  /** Does what an entry asks for, except for its points. @returns the cursor behind the entry. */
  private async apply(entry: JournalEntry, cursor: Cursor): Promise<Cursor> {
    const runId = this.serverRun!.info.run_id;
    const { highest } = cursor;
    switch (entry.type) {
      case 'start':
      case 'resume': {
        await this.client.setTags(runId, tagsOf(entry, this.folder));
        await this.client.updateRun(runId, 'RUNNING');
        const register = cursor.register ?? entry.tracking?.register;
        return { ...cursor, ended: undefined, ...(register === undefined ? {} : { register }) };
      }
      case 'params':
        await this.sendParams(runId, entry.params);
        return cursor;
      case 'data':
        await this.client.logInputs(
          runId,
          Object.entries(entry.sources).map(([name, { type, folder, counts, classes, digest }]) => ({
            name,
            digest,
            sourceType: folder === undefined ? type : 'local',
            source: JSON.stringify({ uri: folder ?? type }),
            profile: JSON.stringify({ type, ...counts, ...(classes ? { classes } : {}) }),
            context: 'training',
          })),
        );
        return cursor;
      case 'step':
        return { ...cursor, highest: { ...highest, step: Math.max(highest.step, entry.step) } };
      case 'evaluation':
        return { ...cursor, highest: { ...highest, evaluation: Math.max(highest.evaluation, entry.step) } };
      case 'system':
        return { ...cursor, systemSamples: cursor.systemSamples + 1 };
      case 'sample': {
        if (entry.step <= highest.sample) return cursor;
        const { file, step, time } = entry;
        return {
          ...cursor,
          highest: { ...highest, sample: step },
          pictures: [...cursor.pictures, { file, step, time }],
        };
      }
      case 'rollback':
        await this.client.setTags(runId, [{ key: 'gan.rollbacks', value: String(entry.count) }]);
        return cursor;
      case 'health':
        await this.client.setTags(runId, [healthTag(entry)]);
        return cursor;
      case 'end':
        return this.end(entry.status, cursor, entry.time, entry.reason);
      default:
        return cursor;
    }
  }

  private async end(
    ended: NonNullable<Cursor['ended']>,
    cursor: Cursor,
    time: number,
    reason?: string,
  ): Promise<Cursor> {
    const runId = this.serverRun!.info.run_id;
    if (reason !== undefined) await this.client.setTags(runId, [{ key: 'gan.reason', value: reason }]);
    await this.client.updateRun(runId, STATUS[ended], time);
    if (this.mayHaveDuplicate) await removeDuplicateRuns(this.client, this.serverRun!, cursor.key);
    return { ...cursor, ended };
  }

  /** Parameters cannot be changed on a server: a resumed run's new ones stand in tags. */
  private async sendParams(runId: string, params: Readonly<Record<string, string>>): Promise<void> {
    const onServer = new Map(
      (await this.client.getRun(runId))?.data.params?.map(({ key, value }) => [key, value]),
    );
    const all = Object.entries(params).map(([name, value]) => ({ key: safeKey(name), value }));
    await this.client.logParams(
      runId,
      all.filter(({ key, value }) => !onServer.has(key) && value !== ''),
    );
    const changed = all.filter(
      ({ key, value }) => onServer.has(key) && !value.startsWith(onServer.get(key)!),
    );
    const { summary } = params;
    await this.client.setTags(runId, [
      ...changed.map(({ key, value }) => ({ key: safeKey(`resumed with ${key}`), value })),
      ...(summary === undefined ? [] : [{ key: 'mlflow.note.content', value: summary }]),
    ]);
  }

  /** Finds points that the server refuses by halving the batch; warns once per curve, and leaves these points out. */
  private async send(points: readonly Metric[]): Promise<void> {
    if (points.length === 0) return;
    try {
      await this.client.logMetrics(this.serverRun!.info.run_id, points);
    } catch (error) {
      if (!(error instanceof MlflowError) || error.kind !== 'invalid') throw error;
      if (points.length > 1) {
        const half = Math.ceil(points.length / 2);
        await this.send(points.slice(0, half));
        await this.send(points.slice(half));
        return;
      }
      const { key } = points[0]!;
      if (!this.refused.has(key)) this.warn(`${error.message} The curve ${key} is in the journal only.`);
      this.refused.add(key);
    }
  }

  private async save(cursor: Cursor): Promise<void> {
    await writeCursor(this.folder, cursor);
    this.cursor = cursor;
  }
}
