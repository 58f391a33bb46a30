import { partEnds } from '../../core/parts.js';
import { gameGraph } from '../parse.js';
import { formatRange, rangeOf } from './scores.js';
import type { Warning } from './warning.js';

/** An image whose last layer cannot make every value that its reference has. */
export const outputRange: Warning = {
  code: 'output-range',

  *find(plan, registry) {
    const graph = gameGraph(plan.recipe, registry);
    for (const { name, reference } of Object.values(plan.outputs)) {
      const as = reference === undefined ? undefined : (plan.fields[reference]?.config.as ?? 'rgb');
      // Pictures are in [-1, 1]; masks, labels and classes in [0, 1].
      if (as === undefined || !['rgb', 'grey', 'rgba'].includes(as)) continue;
      if (plan.fields[reference!]!.shape.length !== 3) continue;
      const head = graph.head({ kind: 'name', name, span: { start: 0, end: 0 } });
      const network = head && plan.networks[head.network];
      if (!network) continue;
      const ids = partEnds(network, head.part);
      const end = rangeOf(
        network.layers.filter(({ config }) => ids.includes(config.id)),
        registry,
      );
      if (!end || (end.range[0] <= -1 && end.range[1] >= 1)) continue;
      yield {
        message: `${name} is made by ${network.name}, which ends in ${end.layer.config.type}: its values are ${formatRange(end.range)}, and those of ${reference!} from -1 to 1.`,
        remedy: `Let ${network.name} end in tanh: output: { activation: tanh }.`,
        path: ['networks', network.name, 'output', 'activation'],
      };
    }
  },
};
