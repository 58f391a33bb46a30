/**
 * What plugin files may import from `gan-recipes`: the helpers by which everything that ships is defined, the types that
 * these take, and what their code needs. It is public: whatever stands here stays.
 */
export { activationOf, filtersParam, initParam, normOf, roleChoice } from '../blocks/index.js';
export { UserError } from '../core/errors.js';
export { Random } from '../core/random.js';
export { sizeOf } from '../core/shape.js';
export {
  BadExample,
  defineDataset,
  defineDrawsMetric,
  defineInitialiser,
  defineLayer,
  defineLoss,
  defineMetric,
  defineNetwork,
  defineOptimizer,
  defineSchedule,
  defineSetMetric,
  defineTensor,
} from '../registry/index.js';

export type { Shape } from '../core/shape.js';
export type {
  DatasetContext,
  DatasetDefinition,
  DatasetReader,
  Definition,
  DrawsMetric,
  Example,
  ExpandContext,
  ImageSize,
  InitialiserDefinition,
  LayerCall,
  LayerConfig,
  LayerContext,
  LayerDefinition,
  LayerPlan,
  LossContext,
  LossDefinition,
  MetricContext,
  MetricDefinition,
  NetworkConfig,
  NetworkDefinition,
  OptimizerContext,
  OptimizerDefinition,
  PairMetric,
  ParamsOf,
  Place,
  RoleChoice,
  ScheduleContext,
  ScheduleDefinition,
  SetMetric,
  State,
  StateShapes,
  TensorContext,
  TensorDefinition,
  UpdateClock,
  VariableSpec,
  VariableUpdate,
} from '../registry/index.js';
