import { say } from '../../recipe/messages/codes/index.js';
import { gameGraph } from '../parse.js';
import type { PlanParts } from '../plan.js';
import type { NetworkPlan } from '../types.js';
import { scoresOf } from './scores.js';
import type { Registry } from '../../registry/index.js';
import type { Warning } from './warning.js';

/** A critic whose scores may grow without bound, since nothing limits its slope. */
export const steepCritic: Warning = {
  inAllPhases: true,
  dependsOn: ['game'],

  *find(plan, registry) {
    const reported = new Set<string>();
    for (const { update, loss, definition, key, judge, path } of scoresOf(plan, registry)) {
      if (!definition.lipschitz || key === 'fool' || reported.has(judge.name)) continue;
      reported.add(judge.name);
      if (!registry.find('optimizer', update.optimizer.type)) continue;
      if (update.optimizer.clip_weights !== undefined || isPenalised(plan, judge, registry)) continue;
      if (judge.layers.some(({ params }) => params['weight_norm'] === 'spectral')) continue;
      yield { message: say('steep-critic', judge.name, loss.config.type), path: path.slice(0, -1) };
    }
  },
};

function isPenalised(plan: PlanParts, judge: NetworkPlan, registry: Registry): boolean {
  const graph = gameGraph(plan.recipe, registry);
  return Object.values(plan.updates)
    .flatMap(({ losses }) => losses)
    .some(
      ({ config, operands }) =>
        registry.get('loss', config.type).operands === 'penalty' &&
        config.weight !== 0 &&
        graph.head(operands['of']!)?.network === judge.name,
    );
}
