import { say } from '../../recipe/messages/codes/index.js';
import { gameGraph } from '../parse.js';
import type { Warning } from './warning.js';

/** A network that is trained and has no effect: no output and no other network's training depends on it. */
export const idleNetwork: Warning = {
  inAllPhases: true,
  dependsOn: ['game'],

  *find(plan, registry) {
    const graph = gameGraph(plan.recipe, registry);
    const behind = (name: string): ReadonlySet<string> =>
      graph.networksBehind({ kind: 'name', name, span: { start: 0, end: 0 } }, { gradient: false });
    const useful = new Set(Object.keys(plan.outputs).flatMap((name) => [...behind(name)]));
    // Without outputs, no network can be recognised as idle.
    if (useful.size === 0) return;
    for (const { name: network } of Object.values(plan.networks)) {
      if (useful.has(network)) continue;
      const serves = Object.values(plan.updates).some(
        ({ train, losses }) =>
          train.some((other) => other !== network) &&
          losses.some(
            ({ config, operands }) =>
              config.weight !== 0 &&
              Object.values(operands).some((call) =>
                graph.networksBehind(call, { gradient: false }).has(network),
              ),
          ),
      );
      if (serves) continue;
      yield { message: say('idle-network', network), path: ['networks', network] };
    }
  },
};
