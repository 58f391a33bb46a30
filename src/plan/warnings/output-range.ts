import { getOwn } from '../../core/get-own.js';
import { say } from '../../recipe/messages/codes/index.js';
import { gameGraph } from '../parse.js';
import { endsOf, rangeOf } from './scores.js';
import type { Warning } from './warning.js';

/** An output whose last layer cannot reach all values of its reference. */
export const outputRange: Warning = {
  *find(plan, registry) {
    const graph = gameGraph(plan.recipe, registry);
    for (const { name, reference } of Object.values(plan.outputs)) {
      const field = reference === undefined ? undefined : getOwn(plan.fields, reference);
      // Pictures are in [-1, 1]; masks, labels and classes in [0, 1].
      if (!field || !['rgb', 'grey', 'rgba'].includes(field.config.as) || field.shape.length !== 3) continue;
      const source = endsOf(plan, graph, { kind: 'name', name, span: { start: 0, end: 0 } });
      if (!source) continue;
      const { network, ends } = source;
      const end = rangeOf(ends, registry);
      if (!end || (end.range[0] <= -1 && end.range[1] >= 1)) continue;
      const message = say('output-range', {
        output: name,
        network: network.name,
        layer: end.layer.config.type,
        range: end.range,
        reference: field.name,
      });
      yield { message, path: ['networks', network.name, 'output', 'activation'] };
    }
  },
};
