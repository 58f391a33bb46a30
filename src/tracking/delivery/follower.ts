import { MlflowError } from '../mlflow/index.js';
import { isFileError } from '../../record/index.js';

/** Between two looks at a journal that had nothing new. */
const POLL_INTERVAL_MS = 1000;
/** Until the next try: after a first failure, at most, and where a person must do something first. */
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 15_000;
const REFUSED_RETRY_MS = 60_000;

/** What is sent piece by piece; a piece that failed is sent again. */
export interface Deliverable {
  /** @returns whether there may be more. */
  sendPoints(): Promise<boolean>;
  sendFile(): Promise<boolean>;
  /** Nothing of it changes any more. */
  conclude(): void;
  /** Where a person finds it; undefined until the server has answered. */
  readonly url: string | undefined;
}

export interface FollowerEvents {
  /** A failure that is news: one of its kind, until all is well again. */
  failed(error: Error): void;
  /** All is well: the server has answered for the first time, or does again. */
  well(): void;
  /** A piece is through. */
  progress?(): void;
}

/** Curves and files are sent apart, so that a failure of one does not hold up the other. */
interface Lane {
  readonly send: () => Promise<boolean>;
  failure: Error | undefined;
  /** Since when it fails. */
  since: number;
  delay: number;
  retryAt: number;
  more: boolean;
}

/** Delivers a journal while it grows, tries again what failed, and ends once asked to. */
export class Follower {
  private readonly lanes: readonly Lane[];
  /** When it was asked to end, and for how many milliseconds failures are retried from then on. */
  private ending: { readonly since: number; readonly grace: number } | undefined;
  private wake: () => void = () => undefined;
  private wasWell: boolean | undefined;
  private readonly reported = new Set<string>();

  constructor(
    private readonly delivery: Deliverable,
    private readonly events: FollowerEvents,
  ) {
    this.lanes = [() => delivery.sendPoints(), () => delivery.sendFile()].map((send) => ({
      send,
      failure: undefined,
      since: 0,
      delay: FIRST_RETRY_MS,
      retryAt: 0,
      more: true,
    }));
  }

  /**
   * Asks it to send what there is and end; failures are retried for `grace` milliseconds from now on.
   * @param trained false where the run still trains and its journal will grow
   */
  end(grace: number, trained = true): void {
    this.ending = { since: Date.now(), grace };
    if (trained) this.delivery.conclude();
    for (const lane of this.lanes) lane.more = true;
    this.wake();
  }

  /** @returns whether all was delivered, once `end` was called. @throws on a bug of ours. */
  async run(): Promise<boolean> {
    for (;;) {
      const { ending } = this;
      for (const lane of this.lanes) if (Date.now() >= lane.retryAt) await this.advance(lane);
      if (ending) {
        const open = this.lanes.filter(({ failure, more }) => failure || more);
        if (open.length === 0) return true;
        if (open.every((lane) => lane.failure && this.isHopeless(lane, lane.failure))) return false;
      }
      await this.pause();
    }
  }

  private isHopeless({ since }: Lane, failure: Error): boolean {
    // Where a person must do something first, waiting does not help.
    return !isTransient(failure) || Date.now() >= this.deadlineOf(since);
  }

  private deadlineOf(since: number): number {
    return this.ending ? Math.max(this.ending.since, since) + this.ending.grace : Infinity;
  }

  private async advance(lane: Lane): Promise<void> {
    try {
      lane.more = await lane.send();
      lane.failure = undefined;
      lane.delay = FIRST_RETRY_MS;
      lane.retryAt = 0;
      this.events.progress?.();
    } catch (error) {
      if (!(error instanceof MlflowError) && !isFileError(error)) throw error;
      if (!lane.failure) lane.since = Date.now();
      lane.failure = error;
      const asked = error instanceof MlflowError ? (error.retryAfter ?? 0) : 0;
      lane.retryAt = Date.now() + Math.max(isTransient(error) ? lane.delay : REFUSED_RETRY_MS, asked);
      lane.delay = Math.min(MAX_RETRY_MS, lane.delay * 2);
    }
    this.report(lane);
  }

  private report({ failure }: Lane): void {
    // Without a URL nothing has been sent yet, so the server's state is unknown.
    const isWell = this.delivery.url !== undefined && this.lanes.every((lane) => lane.failure === undefined);
    if (failure) {
      const kind = failure instanceof MlflowError ? failure.kind : failure.message;
      if (!this.reported.has(kind)) this.events.failed(failure);
      this.reported.add(kind);
    } else if (isWell && this.wasWell !== true) {
      this.reported.clear();
      this.events.well();
    }
    if (failure || isWell) this.wasWell = isWell;
  }

  /** Until there may be something to do. */
  private async pause(): Promise<void> {
    if (this.lanes.some((lane) => !lane.failure && lane.more)) return;
    const now = Date.now();
    const idle = this.ending ? Infinity : now + POLL_INTERVAL_MS;
    const next = Math.min(
      ...this.lanes.map(({ failure, retryAt, since }) =>
        failure ? Math.min(retryAt, this.deadlineOf(since)) : idle,
      ),
    );
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, next - now));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const isTransient = (error: Error): boolean => !(error instanceof MlflowError) || error.transient;
