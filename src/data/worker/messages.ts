import { UserError, type UserErrorOptions } from '../../core/errors.js';
import type { Batch, Data } from '../types.js';

/** What the thread that trains asks of the one that reads. A stream is one call of a method of `Data`. */
export type Request =
  | { readonly type: 'batches'; readonly stream: number; readonly from: number }
  | { readonly type: 'examples'; readonly stream: number; readonly split: string; readonly limit: number }
  /** So many more items may be sent: the reader is never further ahead than its credit. */
  | { readonly type: 'more'; readonly stream: number; readonly items: number }
  | { readonly type: 'stop'; readonly stream: number }
  | { readonly type: 'digests'; readonly stream: number }
  | { readonly type: 'count'; readonly stream: number; readonly split: string }
  | { readonly type: 'close' };

/** What it is told. */
export type Report =
  | { readonly type: 'opened'; readonly info: OpenedInfo }
  /** Instead: why it could not be opened. */
  | { readonly type: 'refused'; readonly failure: Failure }
  | { readonly type: 'warning'; readonly text: string }
  /** Of a stream: an item, its end, or why there is no more. Every message says what is in memory by now. */
  | ({ readonly type: 'batch'; readonly stream: number; readonly batch: Batch } & Now)
  | ({ readonly type: 'count'; readonly stream: number; readonly count: number } & Now)
  | ({ readonly type: 'digests'; readonly stream: number; readonly digests: Digests } & Now)
  | ({ readonly type: 'end'; readonly stream: number } & Now)
  | ({ readonly type: 'failed'; readonly stream: number; readonly failure: Failure } & Now);

export type Digests = Awaited<ReturnType<Data['digests']>>;

export type Now = Pick<Data, 'cache' | 'skipped'>;

export interface OpenedInfo extends Pick<Data, 'sources' | 'palettes'>, Now {
  readonly stepsPerEpoch: number | Failure;
  /** Items of each stream that may be sent before any is asked for. */
  readonly ahead: number;
}

/** An error on its way between threads, which would make a plain Error of a user's mistake. */
export interface Failure {
  readonly error: unknown;
  readonly user?: Pick<UserErrorOptions, 'remedy' | 'exitCode' | 'diagnostics'>;
}

export function packError(error: unknown): Failure {
  if (!(error instanceof UserError)) return { error };
  const { remedy, exitCode, diagnostics } = error;
  return { error, user: { exitCode, diagnostics, ...(remedy === undefined ? {} : { remedy }) } };
}

export function unpackError({ error, user }: Failure): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return user ? new UserError(error.message, { ...user, cause: error }) : error;
}
