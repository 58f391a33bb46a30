import { type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { Palette } from '../../core/image.js';
import type { Batch, CacheUse, Data, SkippedExample, SourceInfo } from '../types.js';
import {
  type Digests,
  type Now,
  type OpenedInfo,
  type Report,
  type Request,
  unpackError,
} from './messages.js';

/** What is used of the thread itself. */
export type Thread = Pick<Worker, 'on' | 'once' | 'ref'>;

type StreamReport = Extract<Report, { readonly stream: number }>;
/** A request about a stream, which gets its number here. */
type Asked = Extract<Request, { readonly type: 'batches' | 'examples' | 'count' | 'digests' }>;
type WithoutNumber<T> = T extends unknown ? Omit<T, 'stream'> : never;

/**
 * Data that another thread reads. What has arrived is taken without a turn of the event loop, so that a batch that is ready
 * costs no waiting, and what a step blocks here does not block the reading there.
 */
export class RemoteData implements Data {
  readonly sources: Readonly<Record<string, SourceInfo>>;
  readonly palettes: Readonly<Record<string, Palette>>;
  private readonly perEpoch: OpenedInfo['stepsPerEpoch'];
  /** Items asked for at once: waking the other thread costs this one a fraction of a millisecond on a busy machine. */
  private readonly atOnce: number;
  private now: Now;
  /** Reports of each stream that nobody has taken yet. */
  private readonly arrived = new Map<number, StreamReport[]>();
  private streams = 0;
  private wake: (() => void) | undefined;
  private failure: Error | undefined;
  private closed = false;

  constructor(
    private readonly thread: Thread,
    private readonly port: MessagePort,
    info: OpenedInfo,
    private readonly warn: (text: string) => void,
  ) {
    this.sources = info.sources;
    this.palettes = info.palettes;
    this.perEpoch = info.stepsPerEpoch;
    this.atOnce = Math.ceil(info.ahead / 2);
    this.now = info;
    port.on('message', (report: Report) => this.arrive(report));
    // Awaited, it keeps the process alive; between two batches, or forgotten, it does not.
    port.unref();
    const ended = (reason: Error): void => {
      this.failure ??= reason;
      this.wake?.();
    };
    thread.on('error', ended);
    thread.on('exit', (code) => ended(new Error(`The thread that reads data ended with code ${code}.`)));
  }

  get cache(): CacheUse {
    return this.now.cache;
  }

  get skipped(): readonly SkippedExample[] {
    return this.now.skipped;
  }

  get stepsPerEpoch(): number {
    if (typeof this.perEpoch === 'number') return this.perEpoch;
    throw unpackError(this.perEpoch);
  }

  async *batches(from: number): AsyncGenerator<Batch, never> {
    yield* this.stream({ type: 'batches', from });
    throw new Error('Training batches have no end.');
  }

  examples(split: string, limit = Infinity): AsyncGenerator<Batch> {
    return this.stream({ type: 'examples', split, limit });
  }

  async count(split: string): Promise<number> {
    const report = await this.answer({ type: 'count', split });
    if (report.type === 'count') return report.count;
    throw new Error(`Asked for a count, told ${report.type}.`);
  }

  async digests(): Promise<Digests> {
    const report = await this.answer({ type: 'digests' });
    if (report.type === 'digests') return report.digests;
    throw new Error(`Asked for digests, told ${report.type}.`);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    if (this.failure) return;
    const exit = new Promise((resolve) => this.thread.once('exit', resolve));
    this.thread.ref();
    this.send({ type: 'close' });
    await exit;
  }

  private async *stream(request: WithoutNumber<Asked>): AsyncGenerator<Batch, void> {
    const stream = this.ask(request);
    let taken = 0;
    try {
      for (;;) {
        const report = await this.next(stream);
        if (report.type !== 'batch') return;
        if (++taken % this.atOnce === 0) this.send({ type: 'more', stream, items: this.atOnce });
        yield report.batch;
      }
    } finally {
      this.arrived.delete(stream);
      this.send({ type: 'stop', stream });
    }
  }

  private async answer(request: WithoutNumber<Asked>): Promise<StreamReport> {
    const stream = this.ask(request);
    try {
      return await this.next(stream);
    } finally {
      this.arrived.delete(stream);
    }
  }

  private ask(request: WithoutNumber<Asked>): number {
    if (this.closed) throw new Error('The data was closed; nothing more can be read from it.');
    const stream = this.streams++;
    this.arrived.set(stream, []);
    this.send({ ...request, stream });
    return stream;
  }

  /** Of a stream: the next item or its end. @throws what ended it. */
  private async next(stream: number): Promise<StreamReport> {
    for (;;) {
      for (let more = receiveMessageOnPort(this.port); more; more = receiveMessageOnPort(this.port)) {
        this.arrive(more.message as Report);
      }
      const report = this.arrived.get(stream)?.shift();
      if (report?.type === 'failed') throw unpackError(report.failure);
      if (report) return report;
      if (this.failure) throw this.failure;
      await this.arrival();
    }
  }

  private async arrival(): Promise<void> {
    this.port.ref();
    await new Promise<void>((resolve) => {
      const others = this.wake;
      this.wake = () => {
        others?.();
        resolve();
      };
    });
    this.port.unref();
  }

  private arrive(report: Report): void {
    if (report.type === 'warning') this.warn(report.text);
    if ('stream' in report) {
      this.now = report;
      // Of a stream that was stopped, some may still be on their way.
      this.arrived.get(report.stream)?.push(report);
    }
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }

  private send(request: Request): void {
    this.port.postMessage(request);
  }
}
