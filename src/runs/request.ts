import type { TrackingWish } from '../core/events.js';
import type { OpenDataOptions } from '../data/node.js';
import type { DeliveryOptions } from '../tracking/index.js';

/** What a run is asked for: a recipe to start, or a run to resume. */
export interface RunRequest {
  /** Recipe file; absent where a run is resumed. */
  readonly recipe?: string;
  /** The recipe's text in place of what is in its file, as a sweep hands it to a trial; relative paths are beside the file. */
  readonly text?: string;
  /** Name and id of the run's folder; default: the recipe's name, and a new id. */
  readonly as?: { readonly name: string; readonly id: string };
  /** Path, id or `last`. A recipe beside it, or `set`, may lengthen the run and look at more. */
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
  /** Default: the run is sent nowhere, and `gan sync` may. */
  readonly tracking?: TrackingRequest;
  /** Aborted: the step is finished, a checkpoint is saved, the run ends as killed. */
  readonly signal?: AbortSignal;
}

export interface TrackingRequest {
  /** Kept in the journal, for whoever delivers the run later. */
  readonly wish: TrackingWish;
  /** Where the run is sent to while it trains; undefined: nowhere. */
  readonly delivery: DeliveryOptions | undefined;
}
