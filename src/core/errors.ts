import type { Span } from './call.js';

/** Where in a text something stands; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters that the caret underlines. */
  readonly length?: number;
}

/** One finding about a text a person wrote: what `gan check` prints. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable kebab-case name of the rule, e.g. `unknown-loss`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it: choices, a did-you-mean, a command. */
  readonly remedy?: string;
  readonly place?: Place;
  /** The source line that `place` points into. */
  readonly source?: string;
}

/** What of a part of a recipe is wrong: for the caret of what is only found out by planning. */
export interface ErrorPoint {
  /** Rule, as diagnostics name it. */
  readonly code?: string;
  /** Key of the network, block or layer. */
  readonly key?: string;
  /** Stretch of the call. */
  readonly span?: Span;
}

export interface UserErrorOptions extends ErrorOptions {
  readonly point?: ErrorPoint;
  readonly remedy?: string | undefined;
  /** Exit code of the process: 1 the run failed, 2 the recipe or the command line is wrong. */
  readonly exitCode?: 1 | 2;
  readonly diagnostics?: readonly Diagnostic[];
}

/**
 * A mistake that the user can mend: printed with its remedy and without a stack.
 * Everything else that is thrown is a bug of ours and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly remedy: string | undefined;
  readonly exitCode: 1 | 2;
  readonly diagnostics: readonly Diagnostic[];
  readonly point: ErrorPoint;

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, options);
    this.remedy = options.remedy;
    this.exitCode = options.exitCode ?? 1;
    this.diagnostics = options.diagnostics ?? [];
    this.point = options.point ?? {};
  }
}
