export { lossOperands, tensorOperands } from './check/draft.js';
export { GameGraph } from './check/game-graph.js';
export { parseCall } from './check/parse-call.js';
export { formatLines } from './freeze/format.js';
export { resolveFromData } from './freeze/resolve-from-data.js';
export { Bases } from './read/bases.js';
export { Source } from './read/source.js';
export { paramsOf } from './validate/params.js';

export type { NetworkCall } from './check/game-graph.js';
export type { Line } from './freeze/format.js';
export type { PartialRecipe, Section } from './freeze/partial-recipe.js';
export type { Examine, LoadedRecipe } from './load.js';
export type { Path } from './read/node.js';
export type {
  CheckpointConfig,
  EvaluateConfig,
  FieldConfig,
  FieldFacts,
  Locator,
  LossConfig,
  OptimizerConfig,
  PhaseConfig,
  Recipe,
  RecipeNetwork,
  SampleConfig,
  ScheduleConfig,
  Size,
  SourceConfig,
  TensorConfig,
} from './recipe.js';
