import type { Ops, Tf } from '../core/ops.js';
import type { Repeater } from '../core/repeat.js';

export interface EngineOptions {
  /** Threads that compute one operation; default: the processors this process may use. */
  readonly threads?: number;
  /** What computes, where the engine leaves a choice: one of its `devices`. Default: the first of them. */
  readonly device?: string | undefined;
}

export interface EngineDescription {
  readonly name: string;
  /** Version of the library that computes. */
  readonly version: string;
  readonly threads: number;
  readonly device: string;
  /** Implementation choices that were probed when the engine opened, for the record of a run. */
  readonly features: Readonly<Record<string, string | number | boolean>>;
}

export interface EngineStats {
  /** Graphs compiled since the engine opened; constant once every kind of step has been seen. */
  readonly compiles: number;
  /** Times that pending work was computed. */
  readonly flushes: number;
  /** Operations in the last graph, after merging common subexpressions. */
  readonly nodes: number;
  /** Milliseconds, summed since the engine opened. */
  readonly recordMs: number;
  readonly compileMs: number;
  readonly feedMs: number;
  readonly runMs: number;
  readonly hostMs: number;
  /** Bytes held in buffers, in use or pooled; 0 where the engine does not say. */
  readonly bytesHeld: number;
}

/** An opened engine: tfjs with this engine's backend active, until `close`. */
export interface Engine {
  readonly name: string;
  readonly tf: Tf;
  readonly ops: Ops;
  /** Whether it computes in WGSL, whose rounding and whose infinities the conformance suite then allows. */
  readonly wgsl?: boolean;
  describe(): EngineDescription;
  stats(): EngineStats;
  /** How programs are run that repeat: training steps, outputs. See core/repeat.ts. */
  repeater<C>(): Repeater<C>;
  /** Computes everything that is pending. Engines that compute at once have nothing to do. */
  flush(): void;
  /** Ends the engine; its tensors are gone with it. */
  close(): void;
}

export type Availability =
  /** `note`: which of several builds would be opened, where that is worth knowing. */
  | { readonly available: true; readonly note?: string }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** One engine, in one file: what it is, whether it can be opened here, and how. */
export interface EngineDefinition {
  readonly name: string;
  readonly summary: string;
  /** What it can compute on, its choice first; absent where there is nothing to choose. */
  readonly devices?: readonly string[];
  /** Whether it can be opened, on that device. Loads as little as it takes to know. */
  readonly probe: (device?: string) => Promise<Availability>;
  readonly open: (options: EngineOptions) => Promise<Engine>;
  /** Names of the tfjs kernels that it has, without opening it; absent, or undefined, where they are not known. */
  readonly kernels?: () => Promise<readonly string[] | undefined>;
  /** Present where a build can be made on this machine for those who have none: `gan engine add`. */
  readonly added?: AddedEngine;
}

/** How an engine is made here, outside every project's node_modules, and taken away again. */
export interface AddedEngine {
  /** @throws UserError where this machine cannot build it, or the network, the disk or the compiler fails. */
  readonly add: (options: AddOptions) => Promise<AddResult>;
  /** @returns what was taken away; empty where there was nothing. */
  readonly remove: (options: Pick<AddOptions, 'gpu'>) => Promise<{ folder: string; bytes: number }[]>;
}

export interface AddOptions {
  /** The build for NVIDIA GPUs. */
  readonly gpu: boolean;
  /** Build again where there is one already. */
  readonly force: boolean;
  readonly signal?: AbortSignal;
  readonly report: (event: AddEvent) => void;
}

export type AddEvent =
  /** What it will take, before anything is fetched. */
  | {
      readonly type: 'start';
      readonly downloadBytes: number;
      readonly diskBytes: number;
      readonly folder: string;
    }
  | { readonly type: 'phase'; readonly text: string }
  | { readonly type: 'progress'; readonly bytes: number; readonly total: number };

export interface AddResult {
  readonly folder: string;
  /** False where it was there already. */
  readonly built: boolean;
  readonly bytes: number;
}
