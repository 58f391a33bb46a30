/** A mistake: the example recipe with something done to it, or a file beside it. */
export interface Example {
  /** A stretch of the example recipe, and what is put in its place. */
  readonly replace?: string;
  readonly by?: string;
  /** A file beside it that extends the example recipe, or varies it, or neither. */
  readonly text?: string;
  /** As `--set`, `--data` and `--steps` would. */
  readonly set?: string;
  readonly data?: string;
  readonly for?: string;
}

/** What a finding's code stands for, in words that fit wherever it is found. */
export interface Code {
  readonly meaning: string;
  readonly remedy: string;
  /** A mistake that is found under this code. */
  readonly example: Example;
}

export type Codes = Readonly<Record<string, Code>>;
