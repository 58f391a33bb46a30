import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { FromTrial } from '../messages.js';
import type { Task } from '../round.js';
import { readEvaluations } from '../progress.js';
import { readStates } from '../state.js';
import type { Sweep, SweepRun } from '../sweep.js';
import { markCancelled, unmarkCancelled } from './cancelled.js';
import { connectRedis } from './connection.js';
import { jobIdOf, QUEUE, type TrialJob } from './job.js';

/** Seconds that a job is remembered when it is over. */
const REMEMBERED = { done: 24 * 3600, failed: 7 * 24 * 3600 } as const;
/** Milliseconds between two looks. */
const LOOK_EVERY = 1000;

export interface QueueObserver {
  begun(run: SweepRun): void;
  heard(run: SweepRun, message: FromTrial): void;
  ended(run: SweepRun, status: 'finished' | 'paused' | 'failed', reason?: string): void | Promise<void>;
  warn(text: string): void;
}

export interface FollowActions {
  /** Hands in what Redis has forgotten. */
  readonly again: (lost: readonly Task[]) => Promise<void>;
  /** Brings what a worker has done elsewhere into the sweep's folder; false: try again later. */
  readonly fetch: (task: Task) => Promise<boolean>;
}

/** The runs of a sweep as jobs of a queue on Redis. */
export class SweepQueue {
  constructor(
    private readonly queue: Pick<Queue<TrialJob>, 'add' | 'close' | 'getJob'>,
    private readonly redis: Pick<Redis, 'del' | 'disconnect' | 'set'>,
    private readonly sweep: Sweep,
  ) {}

  /** @throws UserError where Redis cannot be used. */
  static async open(url: string, sweep: Sweep): Promise<SweepQueue> {
    const connection = await connectRedis(url);
    const queue = new Queue<TrialJob>(QUEUE, { connection });
    // It finds its way back by itself; whoever waits for an answer waits until then.
    queue.on('error', () => undefined);
    return new SweepQueue(queue, connection, sweep);
  }

  /** Hands in what is neither waiting nor at work: once each, however often this is called. */
  async submit(tasks: readonly Task[], recipes: (run: SweepRun) => string, retries: number): Promise<void> {
    const { key, name, recipeFolder, store } = this.sweep;
    await unmarkCancelled(this.redis, key);
    for (const { run, until } of tasks) {
      const jobId = jobIdOf(key, run, until);
      const before = await this.queue.getJob(jobId);
      const state = await before?.getState();
      // One that is over, while the run's folder says that it is not done, is asked for again.
      if (before && (state === 'completed' || state === 'failed' || state === 'unknown'))
        await before.remove();
      const { index, id, hash } = run;
      await this.queue.add(
        name,
        {
          version: 1,
          key,
          name,
          index,
          id,
          hash,
          recipe: recipes(run),
          recipeFolder,
          ...(store ? { store } : {}),
          ...(until === undefined ? {} : { until }),
        },
        {
          jobId,
          attempts: retries + 1,
          backoff: { type: 'fixed', delay: 1000 },
          removeOnComplete: { age: REMEMBERED.done },
          removeOnFail: { age: REMEMBERED.failed },
        },
      );
    }
  }

  /** Takes back what no worker has begun, and asks workers to end what they have. */
  async withdraw(): Promise<number> {
    await markCancelled(this.redis, this.sweep.key);
    let count = 0;
    for (const run of this.sweep.runs)
      for (const until of [...(run.rungs ?? []), undefined]) {
        const job = await this.queue.getJob(jobIdOf(this.sweep.key, run, until));
        if (!job || (await job.isActive()) || (await job.isCompleted())) continue;
        // A worker may have taken it just now.
        await job.remove().then(
          () => count++,
          () => undefined,
        );
      }
    return count;
  }

  /**
   * Tells how runs go on until all are over. The folder is what counts: Redis tells who is at what, and what it has
   * forgotten is handed in again.
   */
  async follow(
    folder: string,
    tasks: readonly Task[],
    signal: AbortSignal,
    observer: QueueObserver,
    { again, fetch }: FollowActions,
  ): Promise<void> {
    const open = new Map(tasks.map((task) => [task.run.id, task]));
    const begun = new Set<string>();
    const told = new Map<string, string>();
    while (open.size > 0 && !signal.aborted) {
      const lost: Task[] = [];
      for (const task of open.values()) {
        const { run, until } = task;
        const over = until === undefined ? 'finished' : 'paused';
        const job = await this.queue.getJob(jobIdOf(this.sweep.key, run, until));
        const state = await job?.getState();
        if (job && state === 'active' && !begun.has(run.id)) {
          begun.add(run.id);
          observer.begun(run);
        }
        if (job) tellProgress(job, run, told, observer);
        const isOver = state === 'failed' || state === 'completed';
        // Not to be had just now: the next look asks again.
        if (isOver && !(await fetch(task))) continue;
        if (job && state === 'failed') {
          open.delete(run.id);
          await observer.ended(run, 'failed', job.failedReason);
        } else if (job && state === 'completed') {
          open.delete(run.id);
          if (!(await isThere(folder, task)))
            observer.warn(
              `${run.id} is done, and not here: its worker’s folder of runs is another one. Give --runs a folder that all share, or keep trials on MLflow: --store mlflow.`,
            );
          await observer.ended(run, over);
        } else if (!job && (await isThere(folder, task))) {
          open.delete(run.id);
          await observer.ended(run, over);
        } else if (!job) lost.push(task);
      }
      if (lost.length > 0) {
        observer.warn(`Redis has forgotten ${lost.length} trials; they are handed in again.`);
        await again(lost);
      }
      await sleep(LOOK_EVERY, undefined, { signal }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.queue.close();
    this.redis.disconnect();
  }
}

/** Whether the folder holds what a task is to bring. */
async function isThere(folder: string, { run, until }: Task): Promise<boolean> {
  const { status, path } = (await readStates(folder, { runs: [run] }))[0]!.state;
  if (status === 'done' || until === undefined) return status === 'done';
  return (await readEvaluations(path)).some(({ step }) => step === until);
}

function tellProgress(
  job: Job<TrialJob>,
  run: SweepRun,
  told: Map<string, string>,
  observer: QueueObserver,
): void {
  const text = JSON.stringify(job.progress);
  if (told.get(run.id) === text || !isMessages(job.progress)) return;
  told.set(run.id, text);
  for (const message of job.progress.messages) observer.heard(run, message);
}

const isMessages = (progress: unknown): progress is { readonly messages: readonly FromTrial[] } =>
  typeof progress === 'object' && progress !== null && 'messages' in progress;
