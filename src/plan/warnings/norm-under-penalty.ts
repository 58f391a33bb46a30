import { getOwn } from '../../core/get-own.js';
import { say } from '../../recipe/messages/codes/index.js';
import { gameGraph } from '../parse.js';
import type { Warning } from './warning.js';

/** A penalty on each image's own gradient, in a network whose batch norm mixes the images of a batch. */
export const normUnderPenalty: Warning = {
  dependsOn: ['train'],

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
        const { type } = loss.config;
        const facts = { loss: loss.name, type, network: network.name, layer: mixing.config.type };
        yield {
          message: say('norm-under-penalty', facts),
          path: ['game', 'updates', name, 'losses', loss.name],
        };
      }
  },
};
