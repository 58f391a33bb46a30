import { getOwn } from '../../core/get-own.js';
import { gameGraph } from '../parse.js';
import { endsOf, formatRange, rangeOf } from './scores.js';
import type { Warning } from './warning.js';

/** An image whose last layer cannot make every value that its reference has. */
export const outputRange: Warning = {
  code: 'output-range',

  *find(plan, registry) {
    const graph = gameGraph(plan.recipe, registry);
    for (const { name, reference } of Object.values(plan.outputs)) {
      const field = reference === undefined ? undefined : getOwn(plan.fields, reference);
      // Pictures are in [-1, 1]; masks, labels and classes in [0, 1].
      if (!field || !['rgb', 'grey', 'rgba'].includes(field.config.as) || field.shape.length !== 3) continue;
      const made = endsOf(plan, graph, { kind: 'name', name, span: { start: 0, end: 0 } });
      if (!made) continue;
      const { network, ends } = made;
      const end = rangeOf(ends, registry);
      if (!end || (end.range[0] <= -1 && end.range[1] >= 1)) continue;
      yield {
        message: `${name} is made by ${network.name}, which ends in ${end.layer.config.type}: its values are ${formatRange(end.range)}, but those of ${field.name} are from -1 to 1.`,
        remedy: `Let ${network.name} end in tanh: output: { activation: tanh }.`,
        path: ['networks', network.name, 'output', 'activation'],
      };
    }
  },
};
