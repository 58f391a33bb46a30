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
import { KeptTrial } from './kept-trial.js';

export interface WorkerRequest extends Pick<
  RunRequest,
  'runs' | 'engine' | 'plugins' | 'device' | 'threads' | 'loading' | 'tracking'
> {
  /** Address of Redis. */
  readonly queue: string;
  /** Trials at once. */
  readonly jobs: number;
  /** Seconds after which a worker that gives no sign of life has lost its trials to others. */
  readonly lock: number;
  /** Ends when there is nothing left to do. */
  readonly drain: boolean;
  /** Of a trial's process; default: the one that trains. */
  readonly program?: string;
}

export interface WorkerObserver {
  ready(): void;
  begun(job: TrialJob, again: boolean): void;
  ended(job: TrialJob, outcome: Outcome): void;
  warn(text: string): void;
}

/** Milliseconds: between two words on a trial, and that the process of a dead worker may still take to save and end, also where it stalls. */
const SAY_EVERY = 2000;
const ORPHAN = 120_000;
/** Stalls that a trial survives: each is a worker that was killed. */
const MOST_STALLS = 100;

/**
 * Takes trials from a queue and trains each in a process of its own, until told to stop: then trials save a checkpoint and
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
      maxStalledCount: MOST_STALLS,
      name: `${hostname()}-${process.pid}`,
    },
  );
  const complaints = new Set<string>();
  worker.on('error', (error) => {
    // One line for each kind of trouble, however long Redis is away.
    if (!complaints.has(error.message)) observer.warn(error.message || error.name);
    complaints.add(error.message);
  });
  // Somebody else will do them: what is done here from now on would be done twice.
  worker.on('lockRenewalFailed', (ids: string[]) => ids.forEach((id) => alive.get(id)?.kill()));
  await worker.waitUntilReady();
  observer.ready();
  const over = new Promise<void>((end) => {
    signal.addEventListener('abort', () => end(), { once: true });
    if (signal.aborted) end();
  });
  await (request.drain ? Promise.race([over, drained(connection, signal)]) : over);
  for (const trial of alive.values()) trial.stop();
  await worker.close();
  connection.disconnect();
}

/** Resolves when nothing waits and nobody is at work. */
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

/** One job, from being taken to being given back. */
class Trial {
  private readonly latest = new Map<FromTrial['type'], FromTrial>();
  private toldAt = 0;

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
    const kept = await KeptTrial.open(trial, this.request.tracking?.delivery, (text) =>
      this.observer.warn(text),
    );
    try {
      return await this.performKept(trial, kept);
    } finally {
      await kept?.close();
    }
  }

  /** @param kept undefined where workers share a folder. */
  private async performKept(trial: TrialJob, kept: KeptTrial | undefined): Promise<Metrics | undefined> {
    const { job, observer } = this;
    const folder = join(resolve(this.request.runs), trial.name);
    let before = await this.standingOf(folder, trial);
    if (!before.isThere) {
      await this.awaitOrphan(before.path);
      await kept?.catchUp(before.path);
      // The orphan may have come to its end meanwhile.
      before = await this.standingOf(folder, trial);
    }
    // Its worker died between the last word of the run and the word to Redis: the result is there, once.
    if (before.isThere) {
      await kept?.conclude(before.path);
      return before.metrics;
    }
    await noteAttempt(folder, trial.id, 'begun');
    const again = job.stalledCounter > 0 || job.attemptsMade > 0 || existsSync(before.path);
    observer.begun(trial, again);
    kept?.follow(before.path);
    const outcome = await this.train(folder, trial, before.path.slice(folder.length + 1));
    // One that was killed may be somebody else's by now.
    if (outcome.status !== 'crashed') await kept?.conclude(before.path);
    await noteAttempt(folder, trial.id, outcome.status, outcome.reason);
    observer.ended(trial, outcome);
    return this.conclude(folder, trial, outcome);
  }

  /** Only what passes all checks is run, and only what it says it is. @throws UnrecoverableError */
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

  /** Where a trial is, and whether what the job asks for is there, with what it was measured by. */
  private async standingOf(
    folder: string,
    trial: TrialJob,
  ): Promise<{ readonly path: string; readonly isThere: boolean; readonly metrics?: Metrics | undefined }> {
    const { path, status, metrics } = await this.stateOf(folder, trial);
    if (status === 'done') return { path, isThere: true, metrics };
    const there = await this.metricsAt(path, trial.until);
    return { path, isThere: there !== undefined, metrics: there };
  }

  /** What a run that has been evaluated after so many steps was measured by there. */
  private async metricsAt(path: string, until: number | undefined): Promise<Metrics | undefined> {
    if (until === undefined) return undefined;
    return (await readEvaluations(path)).find(({ step }) => step === until)?.metrics;
  }

  /** The trial of a dead worker ends by itself, and soon; one on another machine has ended by the time its lock has. */
  private async awaitOrphan(path: string): Promise<void> {
    breakForeignLock(path);
    for (const end = Date.now() + ORPHAN; isLocked(path) && Date.now() < end;) {
      if (this.signal.aborted) await this.giveBack();
      await sleep(100);
    }
  }

  /** This worker is told to stop, the trial is not: another one takes it. */
  private async giveBack(): Promise<never> {
    await this.job.moveToWait(this.token);
    throw new WaitingError();
  }

  private async train(folder: string, trial: TrialJob, id: string): Promise<Outcome> {
    const { jobs: _jobs, queue: _queue, lock: _lock, drain: _drain, program, ...request } = this.request;
    const { key, name, recipe, recipeFolder, until } = trial;
    const { tracking } = request;
    const asked: TrialRequest = {
      ...request,
      runs: resolve(request.runs),
      ...(tracking === undefined
        ? {}
        : { tracking: { ...tracking, wish: { ...tracking.wish, parent: { key, name } } } }),
      recipe: join(recipeFolder, `${trial.id}.yaml`),
      text: recipe,
      as: { name, id },
      ...(until === undefined ? {} : { until }),
      set: [],
      data: [],
    };
    const child = new TrialProcess(asked, (message) => this.tell(message), program);
    const cancel = onCancelOf(folder, this.redis, key, () => {
      this.cancelled = true;
      child.stop();
    });
    this.alive.set(this.job.id!, child);
    if (this.signal.aborted) child.stop();
    try {
      return await child.ended;
    } finally {
      cancel.release();
      this.alive.delete(this.job.id!);
    }
  }

  private cancelled = false;

  /** The newest of each kind of word, now and then. */
  private tell(message: FromTrial): void {
    this.latest.set(message.type, message);
    if (message.type === 'step' && Date.now() - this.toldAt < SAY_EVERY) return;
    this.toldAt = Date.now();
    // It is a courtesy: where Redis is away, nobody is told.
    this.job.updateProgress({ messages: [...this.latest.values()] }).catch(() => undefined);
  }

  private async conclude(folder: string, trial: TrialJob, outcome: Outcome): Promise<Metrics | undefined> {
    if (isDone(outcome, this.cancelled)) return (await this.stateOf(folder, trial)).metrics;
    return this.giveBack();
  }
}

/**
 * Whether a trial that has ended has done what its job asked for; false: another worker is to go on.
 * @throws UnrecoverableError where nobody is to try again; Error where somebody is.
 */
export function isDone({ status, reason }: Outcome, cancelled: boolean): boolean {
  if (status === 'finished' || status === 'paused') return true;
  if (status === 'failed') throw new UnrecoverableError(reason ?? 'failed');
  if (status === 'crashed') throw new Error(reason ?? 'crashed');
  if (cancelled) throw new UnrecoverableError('cancelled');
  return false;
}
