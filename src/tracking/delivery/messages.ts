import type { DeliveryOptions } from './options.js';

/** From the process that trains to the one that delivers. */
export type ToDelivery =
  | { readonly type: 'begin'; readonly folder: string; readonly options: DeliveryOptions }
  /** The journal is complete; leave after so many milliseconds. */
  | { readonly type: 'end'; readonly grace: number };

/** And back. */
export type FromDelivery =
  /** The server takes what it is given; `url` is the run's page. */
  | { readonly type: 'well'; readonly url: string | undefined }
  /** A piece is through. */
  | { readonly type: 'progress' }
  | { readonly type: 'failed'; readonly message: string; readonly remedy: string | undefined }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'done'; readonly complete: boolean };
