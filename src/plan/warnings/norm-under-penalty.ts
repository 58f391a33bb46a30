import { getOwn } from '../../core/get-own.js';
import { gameGraph } from '../parse.js';
import type { Warning } from './warning.js';

/** A penalty on each image's own gradient, in a network whose batch norm mixes the images of a batch. */
export const normUnderPenalty: Warning = {
  code: 'norm-under-penalty',
  restsOn: ['train'],

  *find(plan, registry) {
    const { batch, accumulate } = plan.recipe.train;
    if (batch / accumulate === 1) return;
    const graph = gameGraph(plan.recipe, registry);
    for (const { name, losses } of Object.values(plan.updates))
      for (const loss of losses) {
        if (registry.get('loss', loss.config.type).operands !== 'penalty') continue;
        const head = graph.head(loss.operands['of']!);
        const network = head && getOwn(plan.networks, head.network);
        const mixing = network?.layers.find(
          ({ config, params, output }) =>
            registry.get('layer', config.type).centres?.(params, output).overBatch,
        );
        if (!network || !mixing) continue;
        yield {
          message: `The loss ${loss.name} (${loss.config.type}) penalises each image's own gradient, but ${network.name} has ${mixing.config.type}, which makes the images of a batch depend on each other.`,
          remedy: `Give ${network.name} norm: layer, instance or none, as WGAN-GP does.`,
          path: ['game', 'updates', name, 'losses', loss.name],
        };
      }
  },
};
