import type { Layout } from './layout.js';
import type { DType, Shape } from './dtype.js';
import type { OutputPath } from './runtime/outputs.js';
import type { Session } from './runtime/session.js';

/** A leaf that the graph reads. `index` is its place in the numbering's order. */
export interface PlanInput {
  readonly index: number;
  readonly name: string;
  /** As tfjs sees it. */
  readonly shape: Shape;
  readonly dtype: DType;
  readonly layout: Layout;
  readonly dims: readonly number[];
}

/** A value that the graph hands back. */
export interface PlanOutput {
  readonly index: number;
  readonly name: string;
  readonly dtype: DType;
  readonly layout: Layout;
  readonly dims: readonly number[];
}

/** An Adam update done on the host after the run, in place. All numbers are places in the numbering's order. */
export interface HostUpdate {
  readonly adam: number;
  /** Weights and the two moments, all of one shape. */
  readonly state: readonly [w: number, m: number, v: number];
  readonly shape: Shape;
  readonly gradient: number;
  /** Scalars. */
  readonly stepSize: number;
  readonly epsilon: number;
  readonly beta1: number;
  readonly beta2: number;
  /** What becomes of w, m and v: the nodes that stand for their new values, where there are any. */
  readonly results: readonly [number | null, number | null, number | null];
}

/** A compiled graph, good for every numbering with the same signature. */
export interface Plan {
  /** Null when nothing needs computing but host updates. */
  readonly session: Session | null;
  readonly outputPath: OutputPath;
  readonly inputs: readonly PlanInput[];
  readonly outputs: readonly PlanOutput[];
  readonly updates: readonly HostUpdate[];
}
