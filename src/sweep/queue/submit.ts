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

/** Seconds for which Redis remembers a job that is over. */
const JOB_EXPIRY_S = { done: 24 * 3600, failed: 7 * 24 * 3600 } as const;
const POLL_INTERVAL_MS = 1000;

export interface QueueObserver {
  onStart(run: SweepRun): void;
  onMessage(run: SweepRun, message: FromTrial): void;
  onEnd(run: SweepRun, status: 'finished' | 'paused' | 'failed', reason?: string): void | Promise<void>;
  warn(text: string): void;
}

export interface FollowActions {
  /** Submits again the tasks whose jobs Redis has forgotten. */
  readonly again: (lost: readonly Task[]) => Promise<void>;
  /** Fetches the result of a worker on another machine into the sweep's folder; false: not available yet. */
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
    // It reconnects by itself; requests wait until then.
    queue.on('error', () => undefined);
    return new SweepQueue(queue, connection, sweep);
  }

  /** Adds a job for each task that has none waiting or active; may be called again at any time. */
  async submit(tasks: readonly Task[], recipes: (run: SweepRun) => string, retries: number): Promise<void> {
    const { key, name, recipeFolder, store } = this.sweep;
    await unmarkCancelled(this.redis, key);
    for (const { run, until } of tasks) {
      const jobId = jobIdOf(key, run, until);
      const before = await this.queue.getJob(jobId);
      const state = await before?.getState();
      // A job that is over, of a run that is not done, makes room for a new one.
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
          removeOnComplete: { age: JOB_EXPIRY_S.done },
          removeOnFail: { age: JOB_EXPIRY_S.failed },
        },
      );
    }
  }

  /** Removes the jobs that no worker has started, and asks workers to stop the others. @returns how many were removed. */
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
   * Reports how runs go on until all are over. Whether one is done, the folder says; Redis only says who works on what, and
   * jobs that it has forgotten are submitted again.
   */
  async follow(
    folder: string,
    tasks: readonly Task[],
    signal: AbortSignal,
    observer: QueueObserver,
    { again, fetch }: FollowActions,
  ): Promise<void> {
    const open = new Map(tasks.map((task) => [task.run.id, task]));
    const started = new Set<string>();
    const reported = new Map<string, string>();
    while (open.size > 0 && !signal.aborted) {
      const lost: Task[] = [];
      for (const task of open.values()) {
        const { run, until } = task;
        const over = until === undefined ? 'finished' : 'paused';
        const job = await this.queue.getJob(jobIdOf(this.sweep.key, run, until));
        const state = await job?.getState();
        if (job && state === 'active' && !started.has(run.id)) {
          started.add(run.id);
          observer.onStart(run);
        }
        if (job) reportProgress(job, run, reported, observer);
        const hasEnded = state === 'failed' || state === 'completed';
        // The store cannot be reached just now: the next round asks again.
        if (hasEnded && !(await fetch(task))) continue;
        if (job && state === 'failed') {
          open.delete(run.id);
          await observer.onEnd(run, 'failed', job.failedReason);
        } else if (job && state === 'completed') {
          open.delete(run.id);
          if (!(await isInFolder(folder, task)))
            observer.warn(
              `${run.id} is done, and not here: its worker’s folder of runs is another one. Give --runs a folder that all share, or keep trials on MLflow: --store mlflow.`,
            );
          await observer.onEnd(run, over);
        } else if (!job && (await isInFolder(folder, task))) {
          open.delete(run.id);
          await observer.onEnd(run, over);
        } else if (!job) lost.push(task);
      }
      if (lost.length > 0) {
        observer.warn(`Redis has forgotten ${lost.length} trials; they are handed in again.`);
        await again(lost);
      }
      await sleep(POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.queue.close();
    this.redis.disconnect();
  }
}

/** Whether the folder holds the result of a task. */
async function isInFolder(folder: string, { run, until }: Task): Promise<boolean> {
  const { status, path } = (await readStates(folder, { runs: [run] }))[0]!.state;
  if (status === 'done' || until === undefined) return status === 'done';
  return (await readEvaluations(path)).some(({ step }) => step === until);
}

function reportProgress(
  job: Job<TrialJob>,
  run: SweepRun,
  reported: Map<string, string>,
  observer: QueueObserver,
): void {
  const text = JSON.stringify(job.progress);
  if (reported.get(run.id) === text || !isMessages(job.progress)) return;
  reported.set(run.id, text);
  for (const message of job.progress.messages) observer.onMessage(run, message);
}

const isMessages = (progress: unknown): progress is { readonly messages: readonly FromTrial[] } =>
  typeof progress === 'object' && progress !== null && 'messages' in progress;
