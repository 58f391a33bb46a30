import { MlflowError } from '../mlflow/index.js';
import { isFileError } from '../../record/index.js';

/** Milliseconds between two looks at a journal that had nothing new. */
const LOOK_EVERY = 1000;
/** Milliseconds until the next try: after a first failure, at most, and where somebody must do something first. */
const FIRST_RETRY = 1000;
const LAST_RETRY = 15_000;
const AFTER_REFUSAL = 60_000;

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

/** Curves and files are sent apart, so that neither waits for the other's trouble. */
interface Lane {
  readonly send: () => Promise<boolean>;
  failure: Error | undefined;
  /** Since when it fails. */
  since: number;
  delay: number;
  retryAt: number;
  more: boolean;
}

/** Delivers a journal while it grows, tries again what failed, and ends when told to. */
export class Follower {
  private readonly lanes: readonly Lane[];
  /** When it was told to end, and the milliseconds it then bears with a failure. */
  private ending: { readonly since: number; readonly grace: number } | undefined;
  private wake: () => void = () => undefined;
  private wasWell: boolean | undefined;
  private readonly told = new Set<string>();

  constructor(
    private readonly delivery: Deliverable,
    private readonly events: FollowerEvents,
  ) {
    this.lanes = [() => delivery.sendPoints(), () => delivery.sendFile()].map((send) => ({
      send,
      failure: undefined,
      since: 0,
      delay: FIRST_RETRY,
      retryAt: 0,
      more: true,
    }));
  }

  /**
   * Send what there is and end; a failure that lasts `grace` milliseconds from now on ends it, too.
   * @param trained false where somebody still trains and the journal will grow
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
    // Who must be spoken to first will not have been by then.
    return !isPassing(failure) || Date.now() >= this.givesUpAt(since);
  }

  private givesUpAt(since: number): number {
    return this.ending ? Math.max(this.ending.since, since) + this.ending.grace : Infinity;
  }

  private async advance(lane: Lane): Promise<void> {
    try {
      lane.more = await lane.send();
      lane.failure = undefined;
      lane.delay = FIRST_RETRY;
      lane.retryAt = 0;
      this.events.progress?.();
    } catch (error) {
      if (!(error instanceof MlflowError) && !isFileError(error)) throw error;
      if (!lane.failure) lane.since = Date.now();
      lane.failure = error;
      const asked = error instanceof MlflowError ? (error.retryAfter ?? 0) : 0;
      lane.retryAt = Date.now() + Math.max(isPassing(error) ? lane.delay : AFTER_REFUSAL, asked);
      lane.delay = Math.min(LAST_RETRY, lane.delay * 2);
    }
    this.tell(lane);
  }

  private tell({ failure }: Lane): void {
    // That there is nothing to send yet says nothing of the server.
    const well = this.delivery.url !== undefined && this.lanes.every((lane) => lane.failure === undefined);
    if (failure) {
      const kind = failure instanceof MlflowError ? failure.kind : failure.message;
      if (!this.told.has(kind)) this.events.failed(failure);
      this.told.add(kind);
    } else if (well && this.wasWell !== true) {
      this.told.clear();
      this.events.well();
    }
    if (failure || well) this.wasWell = well;
  }

  /** Until there may be something to do. */
  private async pause(): Promise<void> {
    if (this.lanes.some((lane) => !lane.failure && lane.more)) return;
    const now = Date.now();
    const idle = this.ending ? Infinity : now + LOOK_EVERY;
    const next = Math.min(
      ...this.lanes.map(({ failure, retryAt, since }) =>
        failure ? Math.min(retryAt, this.givesUpAt(since)) : idle,
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

const isPassing = (error: Error): boolean => !(error instanceof MlflowError) || error.transient;
