import type { TrackingOptions } from '../core/events.js';
import type { OpenDataOptions } from '../data/node.js';
import type { DeliveryOptions } from '../tracking/index.js';

/** What to train: a recipe to start, or a run to resume or fork; and on what. */
export interface RunRequest {
  /** Recipe file; absent where a run is resumed. */
  readonly recipe?: string;
  /** The recipe's text in place of what is in its file, as a sweep passes it to a trial; relative paths start from the file's folder. */
  readonly text?: string;
  /** Name and id of the run's folder; default: the recipe's name, and a new id. */
  readonly as?: { readonly name: string; readonly id: string };
  /** Path, id or `last`. With a recipe, or `set`, the run may be lengthened, or evaluated by more metrics. */
  readonly resume?: string;
  /** A new run, from the weights of the one named by `resume`, with whatever recipe. */
  readonly fork?: boolean;
  /** Of a fork: the step after which the other run's weights are taken; default: the newest checkpoint's. */
  readonly step?: number;
  /** `path=value`, laid on the recipe. */
  readonly set: readonly string[];
  /** Paths or `synthetic`, as --data takes them. */
  readonly data: readonly string[];
  /** A duration in place of the recipe's `train.for`. */
  readonly length?: string;
  readonly runs: string;
  readonly engine: string;
  readonly threads: number;
  /** Of the engine's; default: its own choice. */
  readonly device?: string | undefined;
  /** Files of definitions that do not ship. */
  readonly plugins?: readonly string[];
  readonly loading: Pick<
    OpenDataOptions,
    'dataFolder' | 'cacheBytes' | 'diskBytes' | 'prefetch' | 'maxBadShare'
  >;
  /** Default: the run is sent nowhere until `gan sync` sends it. */
  readonly tracking?: TrackingRequest;
  /** Aborted: the step is finished, a checkpoint is saved, the run ends as killed. */
  readonly signal?: AbortSignal;
}

export interface TrackingRequest {
  /** Recorded in the journal: `gan sync` may deliver the run later. */
  readonly options: TrackingOptions;
  /** Where the run is sent to while it trains; undefined: nowhere. */
  readonly delivery: DeliveryOptions | undefined;
}
