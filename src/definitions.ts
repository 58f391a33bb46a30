import { datasets } from './datasets/index.js';
import { initialisers } from './initialisers/index.js';
import { layers } from './layers/index.js';
import { losses } from './losses/index.js';
import { metrics } from './metrics/index.js';
import { networks } from './networks/index.js';
import { optimizers } from './optimizers/index.js';
import { Registry } from './registry/index.js';
import { schedules } from './schedules/index.js';
import { tensors } from './tensors/index.js';

/** The registry of everything that ships: the one place that knows all barrels. Loads no tfjs. */
export function shippedDefinitions(): Registry {
  return new Registry({
    layer: layers,
    network: networks,
    loss: losses,
    metric: metrics,
    optimizer: optimizers,
    schedule: schedules,
    dataset: datasets,
    tensor: tensors,
    initialiser: initialisers,
  });
}

/**
 * The same with what plugin files define.
 * @throws UserError (exit code 2) where one of them cannot be used.
 */
export async function definitionsWith(plugins: readonly string[]): Promise<Registry> {
  const shipped = shippedDefinitions();
  if (plugins.length === 0) return shipped;
  // What reads TypeScript is loaded only where there is some to read.
  const { withPlugins } = await import('./plugins/index.js');
  return withPlugins(shipped, plugins);
}
