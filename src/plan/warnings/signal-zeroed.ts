import { say } from '../../recipe/messages/codes/index.js';
import { findBlock } from '../find-block.js';
import type { Warning } from './warning.js';

/** A norm over a single value: it equals its mean, so the output is zero. */
export const signalZeroed: Warning = {
  dependsOn: ['train'],

  *find({ networks, recipe }, registry) {
    const batchSize = recipe.train.batch / recipe.train.accumulate;
    for (const { name, layers } of Object.values(networks))
      for (const { config, params, output } of layers) {
        const centred = registry.get('layer', config.type).centres?.(params, output);
        if (!centred || centred.values * (centred.overBatch ? batchSize : 1) > 1) continue;
        const { id, type } = config;
        const facts = { network: name, layer: id, type, map: output, overBatch: centred.overBatch };
        yield {
          message: say('signal-zeroed', facts),
          path: normPath(recipe.networks[name] ?? {}, name, id),
        };
      }
  },
};

/** The norm of the block that a layer belongs to, else of its network. */
function normPath(network: object, name: string, layer: string): readonly (string | number)[] {
  const found = findBlock(network, layer);
  return ['networks', name, ...(found ? [found.list, found.at] : []), 'norm'];
}
