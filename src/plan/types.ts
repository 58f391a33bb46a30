import type { Call } from '../core/call.js';
import type { Shape } from '../core/shape.js';
import type { LayerConfig, StateShapes, VariableSpec, Window } from '../registry/index.js';
import type { FieldConfig, LossConfig, OptimizerConfig, Recipe, TensorConfig } from '../recipe/index.js';

/** What a recipe amounts to: shapes, sizes and costs of everything that will be built. No tensors. */
export interface Plan {
  readonly recipe: Recipe;
  readonly fields: Readonly<Record<string, FieldPlan>>;
  /** Those that a played update or an output uses. */
  readonly networks: Readonly<Record<string, NetworkPlan>>;
  /** In an order in which each needs only those before it; only those that are used. */
  readonly tensors: readonly TensorPlan[];
  readonly updates: Readonly<Record<string, UpdatePlan>>;
  /** Groups of update names in playing order; a group is played at once. */
  readonly play: readonly (readonly string[])[];
  readonly outputs: Readonly<Record<string, OutputPlan>>;
  /** By class vector (a field, or a label drawn like it), the field whose classes it is of; itself where of none. */
  readonly classes: Readonly<Record<string, string>>;
  readonly cost: Cost;
}

export interface FieldPlan {
  readonly name: string;
  readonly source: string;
  readonly shape: Shape;
  readonly config: FieldConfig;
  /** Where the recipe does not state the number of classes or labels: deduced from a network's output, or assumed. */
  readonly count?: 'deduced' | 'assumed';
}

export interface NetworkPlan {
  readonly name: string;
  /** The family it was written as. */
  readonly type: string;
  /** Of all arguments stacked; the first where they are named. */
  readonly input: Shape;
  /** By the name that layers read them by: `input`, or the names that the recipe gives the arguments. */
  readonly inputs: Readonly<Record<string, Shape>>;
  /** The recipe names the arguments: they are not stacked. */
  readonly namesInputs: boolean;
  /** Of the last layer. */
  readonly output: Shape;
  /** Layers of several outputs: by name, or a list that every call gives. */
  readonly outputs?: Readonly<Record<string, string>> | readonly string[];
  /** In computing order. */
  readonly layers: readonly PlannedLayer[];
  /** Trainable values. */
  readonly parameters: number;
  /** Side in input pixels that one output value sees; undefined where no chain of windows leads there. */
  readonly receptiveField: number | undefined;
  /** Of one example, forward. */
  readonly flops: number;
  /** true where it ends in a sigmoid: its scores are probabilities. */
  readonly probabilities: boolean;
  /** Share of the averaged weights that an update of the network keeps. */
  readonly ema?: number;
  readonly inference: { readonly dropout: boolean; readonly batchStatistics: boolean };
  /** Keeps running statistics: an output will normalise by them. */
  readonly runningStatistics: boolean;
}

export interface PlannedLayer {
  readonly config: LayerConfig;
  /** The config's keys without `id`, `type`, `from`, defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Ids of layers, or `input`. */
  readonly from: readonly string[];
  readonly output: Shape;
  readonly variables: readonly VariableSpec[];
  readonly parameters: number;
  readonly flops: number;
  readonly receptiveField: number | undefined;
  /** What it does to space. */
  readonly window?: Window;
}

export interface TensorPlan {
  readonly name: string;
  readonly shape: Shape;
  /** One of the two. */
  readonly call?: Call;
  readonly config?: TensorConfig;
  /** Parsed operands of `config`. */
  readonly operands: readonly Call[];
  /** Shapes of what it remembers from step to step. */
  readonly state?: StateShapes;
  /** 1 inside and 0 outside. */
  readonly isMask?: boolean;
  /** A class, one-hot. */
  readonly isClass?: boolean;
}

export interface UpdatePlan {
  readonly name: string;
  readonly train: readonly string[];
  /** Played in steps divisible by it. */
  readonly every: number;
  readonly optimizer: OptimizerConfig;
  readonly losses: readonly LossPlan[];
}

export interface LossPlan {
  readonly name: string;
  readonly config: LossConfig;
  /** The config's own keys, without common ones and operands. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly every: number;
  /** By key: `real`, `fake`, `fool`, `of`, `to`, `at`, `where`. */
  readonly operands: Readonly<Record<string, Call>>;
  /** Shapes of what it remembers from step to step. */
  readonly state?: StateShapes;
  /** Where an operand's scores are probabilities. */
  readonly scores: 'logits' | 'probabilities';
}

export interface OutputPlan {
  readonly name: string;
  readonly from: readonly string[];
  readonly reference?: string;
  readonly shape: Shape;
}

export interface Cost {
  /**
   * Forward calls in one step, the mean over many: by network, then by the update that makes them, or `tensors`. Equal
   * calls whose networks have not moved in between count once.
   */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Forward and backward of one step, whole batch. */
  readonly flopsPerStep: number;
  readonly parameters: number;
  /** Estimated peak of a training process, without cached images: weights, slots, gradients, activations, libraries. */
  readonly trainingBytes: number;
  readonly checkpointBytes: number;
}
