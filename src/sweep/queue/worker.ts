import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Queue, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { UserError } from '../../core/errors.js';
import { planPhases } from '../../plan/index.js';
import { experimentHash } from '../../recipe/ablation/node.js';
import { parseRecipe } from '../../recipe/node.js';
import { breakForeignLock, isLocked } from '../../record/index.js';
import type { Registry } from '../../registry/index.js';
import type { RunRequest } from '../../runs/index.js';
import { noteAttempt } from '../attempts.js';
import type { FromTrial, TrialRequest } from '../messages.js';
import { readEvaluations } from '../progress.js';
import { readStates } from '../state.js';
import { type Outcome, TrialProcess } from '../trial-process.js';
import { onCancelOf } from './cancelled.js';
import { connectRedis } from './connection.js';
import { checkJob, QUEUE, type TrialJob } from './job.js';
import { StoredTrial } from './stored-trial.js';

export interface WorkerRequest extends Pick<
  RunRequest,
  'runs' | 'engine' | 'plugins' | 'device' | 'threads' | 'loading' | 'tracking'
> {
  /** Address of Redis. */
  readonly queue: string;
  /** Trials at once. */
  readonly jobs: number;
  /** Seconds without a sign of life after which a worker loses its trials to others. */
  readonly lock: number;
  /** Whether the worker ends when the queue is empty. */
  readonly drain: boolean;
  /** File of the program that performs a trial; default: trial.js. */
  readonly program?: string;
}

export interface WorkerObserver {
  onReady(): void;
  onStart(job: TrialJob, again: boolean): void;
  onEnd(job: TrialJob, outcome: Outcome): void;
  warn(text: string): void;
}

/** Between two progress reports of a trial. */
const REPORT_INTERVAL_MS = 2000;
/** In which the trial of a dead worker has saved a checkpoint and ended, even where its machine stalls. */
const ORPHAN_TIMEOUT_MS = 120_000;
/** Times that a trial may lose its worker: each counts as a stall. */
const MAX_STALLS = 100;

/**
 * Takes trials from a queue and trains each in its own process, until it is stopped: then trials save a checkpoint and
 * go back to the queue.
 * @throws UserError where Redis cannot be used.
 */
export async function runWorker(
  request: WorkerRequest,
  registry: Registry,
  signal: AbortSignal,
  observer: WorkerObserver,
): Promise<void> {
  const connection = await connectRedis(request.queue);
  const alive = new Map<string, TrialProcess>();
  const lockDuration = request.lock * 1000;
  const worker = new Worker<TrialJob>(
    QUEUE,
    (job, token) => new Trial(job, token, connection, request, registry, signal, observer, alive).perform(),
    {
      connection,
      concurrency: request.jobs,
      lockDuration,
      stalledInterval: Math.min(5000, Math.floor(lockDuration / 3)),
      maxStalledCount: MAX_STALLS,
      name: `${hostname()}-${process.pid}`,
    },
  );
  const complaints = new Set<string>();
  worker.on('error', (error) => {
    // One line for each kind of trouble, however long Redis is away.
    if (!complaints.has(error.message)) observer.warn(error.message || error.name);
    complaints.add(error.message);
  });
  // Other workers will take these trials: what is done here from now on would be done twice.
  worker.on('lockRenewalFailed', (ids: string[]) => ids.forEach((id) => alive.get(id)?.kill()));
  await worker.waitUntilReady();
  observer.onReady();
  const over = new Promise<void>((end) => {
    signal.addEventListener('abort', () => end(), { once: true });
    if (signal.aborted) end();
  });
  await (request.drain ? Promise.race([over, drained(connection, signal)]) : over);
  for (const trial of alive.values()) trial.stop();
  await worker.close();
  connection.disconnect();
}

/** Resolves when no job is waiting or active. */
async function drained(connection: Redis, signal: AbortSignal): Promise<void> {
  const queue = new Queue(QUEUE, { connection });
  queue.on('error', () => undefined);
  while (!signal.aborted) {
    const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized');
    if (Object.values(counts).every((count) => count === 0)) break;
    await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
  await queue.close();
}

type Metrics = Readonly<Record<string, number>>;

/** One job, from being taken to its result or its return to the queue. */
class Trial {
  private readonly latest = new Map<FromTrial['type'], FromTrial>();
  private reportedAt = 0;

  constructor(
    private readonly job: Job<TrialJob>,
    private readonly token: string | undefined,
    private readonly redis: Redis,
    private readonly request: WorkerRequest,
    private readonly registry: Registry,
    private readonly signal: AbortSignal,
    private readonly observer: WorkerObserver,
    private readonly alive: Map<string, TrialProcess>,
  ) {}

  async perform(): Promise<Metrics | undefined> {
    const trial = await this.checked();
    const stored = await StoredTrial.open(trial, this.request.tracking?.delivery, (text) =>
      this.observer.warn(text),
    );
    try {
      return await this.performStored(trial, stored);
    } finally {
      await stored?.close();
    }
  }

  /** @param stored undefined where workers share a folder. */
  private async performStored(
    trial: TrialJob,
    stored: StoredTrial | undefined,
  ): Promise<Metrics | undefined> {
    const { job, observer } = this;
    const folder = join(resolve(this.request.runs), trial.name);
    let before = await this.findResult(folder, trial);
    if (!before.isDone) {
      await this.awaitOrphan(before.path);
      await stored?.catchUp(before.path);
      // The orphan may have come to its end meanwhile.
      before = await this.findResult(folder, trial);
    }
    // Its worker died after the run had ended and before Redis knew: the result is there already.
    if (before.isDone) {
      await stored?.conclude(before.path);
      return before.metrics;
    }
    await noteAttempt(folder, trial.id, 'begun');
    const again = job.stalledCounter > 0 || job.attemptsMade > 0 || existsSync(before.path);
    observer.onStart(trial, again);
    stored?.follow(before.path);
    const outcome = await this.train(folder, trial, before.path.slice(folder.length + 1));
    // After a crash another worker may have the trial already.
    if (outcome.status !== 'crashed') await stored?.conclude(before.path);
    await noteAttempt(folder, trial.id, outcome.status, outcome.reason);
    observer.onEnd(trial, outcome);
    return this.conclude(folder, trial, outcome);
  }

  /** The job's data, once all of it has passed the checks. @throws UnrecoverableError for a job that is refused. */
  private async checked(): Promise<TrialJob> {
    try {
      const trial = checkJob(this.job.data);
      const loaded = await parseRecipe(trial.recipe, {
        registry: this.registry,
        file: join(trial.recipeFolder, `${trial.id}.yaml`),
      });
      planPhases(loaded, this.registry);
      if (experimentHash(loaded.phases, this.registry) !== trial.hash)
        throw new UserError(
          'Its recipe is another one than its checksum says; is this worker of the same version?',
        );
      return trial;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const found = error.diagnostics.map(({ message }) => message).join(' ');
      throw new UnrecoverableError(`Refused: ${error.message} ${found}`.trim());
    }
  }

  private async stateOf(folder: string, { index, id, hash }: TrialJob) {
    return (await readStates(folder, { runs: [{ index, id, hash, cells: [{}] }] }))[0]!.state;
  }

  /** Where a trial's folder is, and whether it holds what the job asks for, with the metrics there. */
  private async findResult(
    folder: string,
    trial: TrialJob,
  ): Promise<{ readonly path: string; readonly isDone: boolean; readonly metrics?: Metrics | undefined }> {
    const { path, status, metrics } = await this.stateOf(folder, trial);
    if (status === 'done') return { path, isDone: true, metrics };
    const there = await this.metricsAt(path, trial.until);
    return { path, isDone: there !== undefined, metrics: there };
  }

  /** Metrics of a run's evaluation after so many steps; undefined where there is none. */
  private async metricsAt(path: string, until: number | undefined): Promise<Metrics | undefined> {
    if (until === undefined) return undefined;
    return (await readEvaluations(path)).find(({ step }) => step === until)?.metrics;
  }

  /** Waits for the trial of a dead worker, which ends by itself soon; on another machine it has ended when its lock has. */
  private async awaitOrphan(path: string): Promise<void> {
    breakForeignLock(path);
    for (const end = Date.now() + ORPHAN_TIMEOUT_MS; isLocked(path) && Date.now() < end;) {
      if (this.signal.aborted) await this.returnToQueue();
      await sleep(100);
    }
  }

  /** Puts the job back into the queue, since this worker stops and the trial should not. */
  private async returnToQueue(): Promise<never> {
    await this.job.moveToWait(this.token);
    throw new WaitingError();
  }

  private async train(folder: string, trial: TrialJob, id: string): Promise<Outcome> {
    const { jobs: _jobs, queue: _queue, lock: _lock, drain: _drain, program, ...request } = this.request;
    const { key, name, recipe, recipeFolder, until } = trial;
    const { tracking } = request;
    const trialRequest: TrialRequest = {
      ...request,
      runs: resolve(request.runs),
      ...(tracking === undefined
        ? {}
        : { tracking: { ...tracking, options: { ...tracking.options, parent: { key, name } } } }),
      recipe: join(recipeFolder, `${trial.id}.yaml`),
      text: recipe,
      as: { name, id },
      ...(until === undefined ? {} : { until }),
      set: [],
      data: [],
    };
    const child = new TrialProcess(trialRequest, (message) => this.report(message), program);
    const cancel = onCancelOf(folder, this.redis, key, () => {
      this.cancelled = true;
      child.stop();
    });
    this.alive.set(this.job.id!, child);
    if (this.signal.aborted) child.stop();
    try {
      return await child.outcome;
    } finally {
      cancel.release();
      this.alive.delete(this.job.id!);
    }
  }

  private cancelled = false;

  /** Publishes the newest message of each kind, now and then. */
  private report(message: FromTrial): void {
    this.latest.set(message.type, message);
    if (message.type === 'step' && Date.now() - this.reportedAt < REPORT_INTERVAL_MS) return;
    this.reportedAt = Date.now();
    // Progress is optional: where Redis is away, none is published.
    this.job.updateProgress({ messages: [...this.latest.values()] }).catch(() => undefined);
  }

  private async conclude(folder: string, trial: TrialJob, outcome: Outcome): Promise<Metrics | undefined> {
    if (isDone(outcome, this.cancelled)) return (await this.stateOf(folder, trial)).metrics;
    return this.returnToQueue();
  }
}

/**
 * Whether a trial that has ended has done what its job asked for; false: another worker is to resume it.
 * @throws UnrecoverableError where it is not to be tried again; Error where it is.
 */
export function isDone({ status, reason }: Outcome, cancelled: boolean): boolean {
  if (status === 'finished' || status === 'paused') return true;
  if (status === 'failed') throw new UnrecoverableError(reason ?? 'failed');
  if (status === 'crashed') throw new Error(reason ?? 'crashed');
  if (cancelled) throw new UnrecoverableError('cancelled');
  return false;
}
