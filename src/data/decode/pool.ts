import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Image } from '../../core/image.js';
import { startThread } from '../../core/node/thread.js';
import type { DecodeJob, DecodeReport, DecodeRequest } from './messages.js';

/** More bring no speed: one thread receives all results. */
const MAX_THREADS = 8;
/** Jobs in a thread's queue, so that the next one is there when the first is done. */
const JOBS_PER_THREAD = 2;
/** As for the thread that reads data: pixels do not count as objects. */
const YOUNG_GENERATION_MB = 2;

interface Decoder {
  readonly port: MessagePort;
  readonly exited: Promise<void>;
  /** Jobs that have not been answered yet. */
  readonly jobs: Map<number, PendingJob>;
}

interface PendingJob {
  readonly job: DecodeJob;
  readonly resolve: (pixels: readonly Image[] | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Threads that read, decode and resize plain JPEGs. One thread takes a file from its bytes to the final pixels: in libuv's
 * threads, which a picture enters once per stage, a small one waits longer than it takes to decode.
 */
export class DecoderPool {
  private readonly decoders: Decoder[] = [];
  private readonly queue: PendingJob[] = [];
  private readonly maxThreads: number;
  private next = 0;

  /** @param threads the most to start, when there is work for them; 0: `decode` returns undefined for every file. */
  constructor(threads: number) {
    this.maxThreads = Math.min(threads, MAX_THREADS);
  }

  /** @returns pixels by cut; undefined where another decoder must try: no JPEG, unusual, damaged, missing */
  decode(job: DecodeJob): Promise<readonly Image[] | undefined> {
    if (this.maxThreads === 0 || !/\.jpe?g$/i.test(job.file)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject });
      this.dispatch();
    });
  }

  /** `decode` must not be called afterwards. */
  async close(): Promise<void> {
    const all = [...this.decoders];
    for (const { port } of all) port.close();
    await Promise.all(all.map(({ exited }) => exited));
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      const decoder = this.idleDecoder();
      if (!decoder) return;
      const pending = this.queue.shift()!;
      const id = this.next++;
      decoder.jobs.set(id, pending);
      decoder.port.ref();
      decoder.port.postMessage({ id, ...pending.job } satisfies DecodeRequest);
    }
  }

  /** The thread with the fewest jobs; a new one where all are busy. */
  private idleDecoder(): Decoder | undefined {
    const [idlest] = [...this.decoders].sort((a, b) => a.jobs.size - b.jobs.size);
    if (idlest?.jobs.size === 0) return idlest;
    if (this.decoders.length < this.maxThreads) return this.start();
    return idlest && idlest.jobs.size < JOBS_PER_THREAD ? idlest : undefined;
  }

  private start(): Decoder {
    const { port1: port, port2 } = new MessageChannel();
    const thread = startThread(import.meta.url, './thread.js', {
      workerData: port2,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    const jobs = new Map<number, PendingJob>();
    let failure: Error | undefined;
    thread.on('error', (error) => (failure = error));
    const exited = new Promise<void>((resolve) => {
      thread.once('exit', (code) => {
        failure ??= new Error(`A thread that decodes images ended with code ${code}.`);
        this.decoders.splice(this.decoders.indexOf(decoder), 1);
        for (const { reject } of jobs.values()) reject(failure);
        resolve();
      });
    });
    port.on('message', ({ id, pixels }: DecodeReport) => {
      const pending = jobs.get(id);
      jobs.delete(id);
      if (jobs.size === 0) port.unref();
      this.dispatch();
      pending?.resolve(pixels);
    });
    // An idle thread does not keep the process alive.
    thread.unref();
    port.unref();
    const decoder: Decoder = { port, exited, jobs };
    this.decoders.push(decoder);
    return decoder;
  }
}
