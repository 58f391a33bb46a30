import type { Shape } from './shape.js';

/** A named array of 32-bit floats on the host, in the logical (tfjs) order of its shape. */
export interface NamedArray {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** One that is copied to the host when it is asked for: all of a large network at once would double its memory. */
export interface LazyArray {
  readonly name: string;
  readonly shape: Shape;
  /** The values as they are now, in an array of the caller's own. */
  readonly read: () => Promise<Float32Array>;
}

/** Everything of one network that a checkpoint keeps. */
export interface NetworkState<A = NamedArray> {
  /** Variables by name (`encoder/e1/conv/kernel`), running statistics among them. */
  readonly weights: readonly A[];
  /** Averaged weights by the same names; absent where none are kept. */
  readonly average?: readonly A[];
  /** Optimiser slots (`encoder/e1/conv/kernel/m`, ...) and how many updates they have seen; absent where nothing trains it. */
  readonly optimizer?: { readonly slots: readonly A[]; readonly updates: number };
}

/** What is needed to go on at `step + 1` as if nothing had happened: all randomness is derived from seed and step. */
export interface TrainState<A = NamedArray> {
  /** Steps done. */
  readonly step: number;
  readonly networks: Readonly<Record<string, NetworkState<A>>>;
  /** What the game keeps from step to step, `tensors/old/images`, `losses/G/path/mean`; absent where nothing is kept. */
  readonly kept?: readonly A[];
  /** How often training went back to a checkpoint, each time to half the learning rates; absent: never. */
  readonly rollbacks?: number;
}
