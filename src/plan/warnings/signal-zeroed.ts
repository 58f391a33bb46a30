import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

/** A norm over a single value, which is its own mean: nothing of it is left. */
export const signalZeroed: Warning = {
  restsOn: ['train'],

  *find({ networks, recipe }, registry) {
    const together = recipe.train.batch / recipe.train.accumulate;
    for (const { name, layers } of Object.values(networks))
      for (const { config, params, output } of layers) {
        const centred = registry.get('layer', config.type).centres?.(params, output);
        if (!centred || centred.values * (centred.overBatch ? together : 1) > 1) continue;
        const { id, type } = config;
        const facts = { network: name, layer: id, type, map: output, overBatch: centred.overBatch };
        yield {
          said: say('signal-zeroed', facts),
          path: blockPath(recipe.networks[name] ?? {}, name, id),
        };
      }
  },
};

/** Where the block is written that a layer belongs to, else its network. */
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
