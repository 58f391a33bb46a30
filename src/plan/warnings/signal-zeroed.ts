import type { Warning } from './warning.js';

/** A norm over a single value, which is its own mean: nothing of it is left. */
export const signalZeroed: Warning = {
  code: 'signal-zeroed',
  restsOn: ['train'],

  *find({ networks, recipe }, registry) {
    const together = recipe.train.batch / recipe.train.accumulate;
    for (const { name, layers } of Object.values(networks))
      for (const { config, params, output } of layers) {
        const centred = registry.get('layer', config.type).centres?.(params, output);
        if (!centred || centred.values * (centred.overBatch ? together : 1) > 1) continue;
        yield {
          message: `The ${config.type} ${config.id} of ${name} zeroes its input: it normalises over a single value, of ${centred.overBatch ? 'one example at a time and ' : ''}a map of ${output.join('x')}.`,
          remedy: centred.overBatch
            ? 'Give that block norm: none, as pix2pix does with its bottleneck, or set train.batch to 2 or more.'
            : 'Give that block norm: none, or stop downsampling one block earlier.',
          path: blockPath(recipe.networks[name] ?? {}, name, config.id),
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
