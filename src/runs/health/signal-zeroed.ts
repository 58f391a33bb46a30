import type { Plan } from '../../plan/index.js';
import type { Registry } from '../../registry/index.js';
import { type Finding, type HealthCheck, NOTHING } from './check.js';

/**
 * A norm takes the mean away, and where it is the mean of one value nothing is left: a batch norm on maps of 1x1 at batch 1,
 * an instance norm on maps of 1x1 always. What follows sees its biases and no picture.
 */
export const signalZeroed: HealthCheck = {
  name: 'signal-zeroed',
  summary: 'A norm is taken over a single value, and leaves nothing of it.',

  watch({ plans, registry }) {
    return (event) =>
      event.type === 'start' || event.type === 'resume'
        ? plans.flatMap((plan) => [...findings(plan, registry)])
        : NOTHING;
  },
};

function* findings({ networks, recipe }: Plan, registry: Registry): Generator<Finding> {
  const { batch, accumulate } = recipe.train;
  const together = batch / accumulate;
  for (const { name, layers } of Object.values(networks)) {
    for (const { config, params, output } of layers) {
      const centred = registry.get('layer', config.type).centres?.(params, output);
      if (!centred || centred.values * (centred.overBatch ? together : 1) > 1) continue;
      const size = output.join('x');
      yield {
        subject: `${name}/${config.id}`,
        text: `The ${config.type} ${config.id} of ${name} leaves nothing of its input: the mean of one value is that value.`,
        evidence: centred.overBatch
          ? `Its maps are ${size}, and ${together === 1 ? 'one example is' : `${together} examples are`} computed at a time.`
          : `Its maps are ${size}, and it normalises each by itself.`,
        remedy: centred.overBatch
          ? 'Give that layer norm: none, as pix2pix does with its innermost one, or set train.batch to 2 or more.'
          : 'Give that layer norm: none, or let the network end its way down one layer earlier.',
      };
    }
  }
}
