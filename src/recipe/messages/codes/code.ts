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

/** What is said of one finding. */
export interface Words {
  readonly message: string;
  /** Absent where the message says what to do. */
  readonly remedy?: string | undefined;
}

/** Facts of a finding in words. A text alone is a message that is printed with the code's own remedy. */
export type Says = (...facts: never[]) => string | Words;

/** A code of findings: what it stands for, wherever it is found, and what is said of each. */
export interface Code {
  readonly meaning: string;
  readonly remedy: string;
  /** A mistake that is found under this code. */
  readonly example: Example;
  /** By name where a code is found in several ways; absent where only definitions (layers, networks, ...) find it. */
  readonly says?: Says | Readonly<Record<string, Says>>;
}

export type Codes = Readonly<Record<string, Code>>;
