import { type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { Palette } from '../../core/image.js';
import type { Batch, CacheUse, Data, SkippedExample, SourceInfo } from '../types.js';
import {
  type Digests,
  type OpenedInfo,
  type Report,
  type Request,
  type Status,
  unpackError,
} from './messages.js';

/** The methods of the thread that are used. */
export type Thread = Pick<Worker, 'on' | 'once' | 'ref'>;

type StreamReport = Extract<Report, { readonly stream: number }>;
/** A request about a stream, which gets its number here. */
type StreamRequest = Extract<Request, { readonly type: 'batches' | 'examples' | 'count' | 'digests' }>;
type WithoutNumber<T> = T extends unknown ? Omit<T, 'stream'> : never;

/**
 * Data that another thread reads. Messages that have arrived are taken without a turn of the event loop: a batch that is
 * ready costs no waiting, and a step that blocks this thread does not block the reading.
 */
export class RemoteData implements Data {
  readonly sources: Readonly<Record<string, SourceInfo>>;
  readonly palettes: Readonly<Record<string, Palette>>;
  private readonly perEpoch: OpenedInfo['stepsPerEpoch'];
  /** Items per request: waking the other thread costs this one a fraction of a millisecond on a busy machine. */
  private readonly itemsPerRequest: number;
  private latest: Status;
  /** Reports of each stream that have not been taken yet. */
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
    this.itemsPerRequest = Math.ceil(info.ahead / 2);
    this.latest = info;
    port.on('message', (report: Report) => this.arrive(report));
    // The port keeps the process alive only while a message is awaited.
    port.unref();
    const onEnd = (reason: Error): void => {
      this.failure ??= reason;
      this.wake?.();
    };
    thread.on('error', onEnd);
    thread.on('exit', (code) => onEnd(new Error(`The thread that reads data ended with code ${code}.`)));
  }

  get cache(): CacheUse {
    return this.latest.cache;
  }

  get skipped(): readonly SkippedExample[] {
    return this.latest.skipped;
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
    throw new Error(`Asked for a count, received ${report.type}.`);
  }

  async digests(): Promise<Digests> {
    const report = await this.answer({ type: 'digests' });
    if (report.type === 'digests') return report.digests;
    throw new Error(`Asked for digests, received ${report.type}.`);
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

  private async *stream(request: WithoutNumber<StreamRequest>): AsyncGenerator<Batch, void> {
    const stream = this.ask(request);
    let taken = 0;
    try {
      for (;;) {
        const report = await this.next(stream);
        if (report.type !== 'batch') return;
        if (++taken % this.itemsPerRequest === 0)
          this.send({ type: 'more', stream, items: this.itemsPerRequest });
        yield report.batch;
      }
    } finally {
      this.arrived.delete(stream);
      this.send({ type: 'stop', stream });
    }
  }

  private async answer(request: WithoutNumber<StreamRequest>): Promise<StreamReport> {
    const stream = this.ask(request);
    try {
      return await this.next(stream);
    } finally {
      this.arrived.delete(stream);
    }
  }

  private ask(request: WithoutNumber<StreamRequest>): number {
    if (this.closed) throw new Error('The data was closed; nothing more can be read from it.');
    const stream = this.streams++;
    this.arrived.set(stream, []);
    this.send({ ...request, stream });
    return stream;
  }

  /** The next item or the end of a stream. @throws the error that ended it. */
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
      this.latest = report;
      // Reports of a stopped stream may still arrive.
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
