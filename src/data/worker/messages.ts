import { UserError, type UserErrorOptions } from '../../core/errors.js';
import type { Batch, Data } from '../types.js';

/** From the thread that trains to the one that reads. A stream is one call of a method of `Data`. */
export type Request =
  | { readonly type: 'batches'; readonly stream: number; readonly from: number }
  | { readonly type: 'examples'; readonly stream: number; readonly split: string; readonly limit: number }
  /** So many more items may be sent: the reader never sends more than its credit. */
  | { readonly type: 'more'; readonly stream: number; readonly items: number }
  | { readonly type: 'stop'; readonly stream: number }
  | { readonly type: 'digests'; readonly stream: number }
  | { readonly type: 'count'; readonly stream: number; readonly split: string }
  | { readonly type: 'close' };

/** From the thread that reads to the one that trains. */
export type Report =
  | { readonly type: 'opened'; readonly info: OpenedInfo }
  /** Sent in place of `opened`: why the data could not be opened. */
  | { readonly type: 'refused'; readonly failure: Failure }
  | { readonly type: 'warning'; readonly text: string }
  /** An item of a stream, its end, or its failure. Each carries the status of the cache. */
  | ({ readonly type: 'batch'; readonly stream: number; readonly batch: Batch } & Status)
  | ({ readonly type: 'count'; readonly stream: number; readonly count: number } & Status)
  | ({ readonly type: 'digests'; readonly stream: number; readonly digests: Digests } & Status)
  | ({ readonly type: 'end'; readonly stream: number } & Status)
  | ({ readonly type: 'failed'; readonly stream: number; readonly failure: Failure } & Status);

export type Digests = Awaited<ReturnType<Data['digests']>>;

export type Status = Pick<Data, 'cache' | 'skipped'>;

export interface OpenedInfo extends Pick<Data, 'sources' | 'palettes'>, Status {
  readonly stepsPerEpoch: number | Failure;
  /** Items of each stream that may be sent before any is asked for. */
  readonly ahead: number;
}

/** An error between threads: cloning would make a plain Error of a UserError. */
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
