/**
 * What stands between a client and its server:
 * `unreachable` no answer (refused, cut, too slow), `server` 5xx, `throttled` 429, `disk` the server's disk is full,
 * `unauthorized` 401, `forbidden` 403, `host` 403 for the name it was called by, `tls` certificates,
 * `missing` what was asked for is not there, `deleted` the run is in the server's bin, `exists`, `invalid` the request is
 * refused as it is, `artifacts` it takes no files, `foreign` what answers is no MLflow, `settings` nothing was sent.
 */
export type FailureKind =
  | 'unreachable'
  | 'server'
  | 'throttled'
  | 'disk'
  | 'unauthorized'
  | 'forbidden'
  | 'host'
  | 'tls'
  | 'missing'
  | 'deleted'
  | 'exists'
  | 'invalid'
  | 'artifacts'
  | 'foreign'
  | 'settings';

/** Kinds that pass by themselves: the same request may succeed later. */
const TRANSIENT: readonly FailureKind[] = ['unreachable', 'server', 'throttled', 'disk'];

/** A request that failed: one line that says what and why, and one that says what to do. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError';
  readonly remedy: string | undefined;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly kind: FailureKind,
    message: string,
    options: ErrorOptions & { readonly remedy?: string; readonly retryAfter?: number } = {},
  ) {
    super(message, options);
    this.remedy = options.remedy;
    this.retryAfter = options.retryAfter;
  }

  get transient(): boolean {
    return TRANSIENT.includes(this.kind);
  }
}
