import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Image } from '../../core/image.js';
import { startThread } from '../../core/node/thread.js';
import type { DecodeJob, DecodeReport, DecodeRequest } from './messages.js';

/** More bring nothing: what they make must go through one thread. */
const MOST = 8;
/** Jobs a thread is given at once, so that it finds the next one when it is done with the first. */
const AT_ONCE = 2;
/** As for the thread that reads data: pixels do not count as objects. */
const YOUNG_MB = 2;

interface Decoder {
  readonly port: MessagePort;
  readonly ended: Promise<void>;
  /** Given and not yet answered. */
  readonly jobs: Map<number, Waiting>;
}

interface Waiting {
  readonly job: DecodeJob;
  readonly resolve: (pixels: readonly Image[] | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Threads that read, decode and resize plain JPEGs, each a file at a time from its bytes to pixels that are kept: handed
 * from thread to thread in between, as libuv does, a small picture waits longer than it takes to decode.
 */
export class DecoderPool {
  private readonly decoders: Decoder[] = [];
  private readonly queue: Waiting[] = [];
  private readonly most: number;
  private next = 0;

  /** @param threads that may be started, when there is work for them; 0: everything is left to others. */
  constructor(threads: number) {
    this.most = Math.min(threads, MOST);
  }

  /** @returns by cut; undefined where the file is left to others: no JPEG, unusual, damaged, not there */
  decode(job: DecodeJob): Promise<readonly Image[] | undefined> {
    if (this.most === 0 || !/\.jpe?g$/i.test(job.file)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject });
      this.deal();
    });
  }

  /** Nothing may be asked for afterwards. */
  async close(): Promise<void> {
    const all = [...this.decoders];
    for (const { port } of all) port.close();
    await Promise.all(all.map(({ ended }) => ended));
  }

  private deal(): void {
    while (this.queue.length > 0) {
      const decoder = this.free();
      if (!decoder) return;
      const waiting = this.queue.shift()!;
      const id = this.next++;
      decoder.jobs.set(id, waiting);
      decoder.port.ref();
      decoder.port.postMessage({ id, ...waiting.job } satisfies DecodeRequest);
    }
  }

  /** The one with the least to do; a new one where all have something. */
  private free(): Decoder | undefined {
    const [idlest] = [...this.decoders].sort((a, b) => a.jobs.size - b.jobs.size);
    if (idlest?.jobs.size === 0) return idlest;
    if (this.decoders.length < this.most) return this.start();
    return idlest && idlest.jobs.size < AT_ONCE ? idlest : undefined;
  }

  private start(): Decoder {
    const { port1: port, port2 } = new MessageChannel();
    const thread = startThread(import.meta.url, './thread.js', {
      workerData: port2,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const jobs = new Map<number, Waiting>();
    let failure: Error | undefined;
    thread.on('error', (error) => (failure = error));
    const ended = new Promise<void>((resolve) => {
      thread.once('exit', (code) => {
        failure ??= new Error(`A thread that decodes images ended with code ${code}.`);
        this.decoders.splice(this.decoders.indexOf(decoder), 1);
        for (const { reject } of jobs.values()) reject(failure);
        resolve();
      });
    });
    port.on('message', ({ id, pixels }: DecodeReport) => {
      const waiting = jobs.get(id);
      jobs.delete(id);
      if (jobs.size === 0) port.unref();
      this.deal();
      waiting?.resolve(pixels);
    });
    // A thread that has nothing to do keeps no process alive.
    thread.unref();
    port.unref();
    const decoder: Decoder = { port, ended, jobs };
    this.decoders.push(decoder);
    return decoder;
  }
}
