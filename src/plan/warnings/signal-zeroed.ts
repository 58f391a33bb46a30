import { say } from '../../recipe/messages/codes/index.js';
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
          path: blockPath(recipe.networks[name] ?? {}, name, id),
        };
      }
  },
};

/** The path of the block that a layer belongs to, else of its network. */
function blockPath(network: object, name: string, layer: string): readonly (string | number)[] {
  const names = layer.split('/');
  for (const [key, blocks] of Object.entries(network)) {
    const at = Array.isArray(blocks)
      ? blocks.findIndex((block) => names.includes(String((block as { id?: unknown } | null)?.id)))
      : -1;
    if (at >= 0) return ['networks', name, key, at, 'norm'];
  }
  return ['networks', name, 'norm'];
}
