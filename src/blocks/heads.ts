import { Type } from 'typebox';
import { NAME_PATTERN } from '../core/call.js';
import { activationOf } from './role-layers.js';
import { type RoleChoice } from '../registry/index.js';
import type { BlockStyle } from './conv-block.js';
import type { LayerConfig } from '../registry/index.js';
import { roleChoice } from './params.js';

const units = (options: { readonly default?: number; readonly description: string }) =>
  Type.Integer({ minimum: 1, maximum: 1 << 20, ...options });

/** Keys of a network that ends in numbers: one score, or several named outputs. */
export const headParams = () => ({
  output: Type.Object(
    {
      units: units({
        default: 1,
        description: 'Length of the vector: 1 is a score, more are a code or the logits of classes.',
      }),
      activation: roleChoice('activation', {
        default: 'none',
        description: '`none`: scores are logits; `sigmoid`: probabilities.',
      }),
    },
    { additionalProperties: false, default: {}, description: 'The last layer, where there is one output.' },
  ),
  outputs: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object(
        { units: units({ description: 'Length of the vector.' }) },
        { additionalProperties: false },
      ),
      {
        // A wrong name gets a message of its own.
        propertyNames: { pattern: NAME_PATTERN },
        minProperties: 1,
        description:
          'Several outputs by name, each a dense layer of its own; calls then say which, N.name(...).',
        examples: [{ score: { units: 1 }, class: { units: 10 } }],
      },
    ),
  ),
});

interface Heads {
  readonly output: { readonly units: number; readonly activation: RoleChoice };
  readonly outputs?: Readonly<Record<string, { readonly units: number }>> | undefined;
}

/** A network of the layers so far and its heads: dense layers on what the last one made. */
export function withHeads(
  layers: readonly LayerConfig[],
  { init, weight_norm }: BlockStyle,
  { output, outputs }: Heads,
) {
  const dense = (path: string, units: number): LayerConfig => ({
    id: `${path}/dense`,
    type: 'dense',
    units,
    init,
    weight_norm,
    from: layers.at(-1)!.id,
  });
  if (!outputs)
    return {
      type: 'layers',
      layers: [...layers, dense('output', output.units), ...activationOf(output.activation, 'output')],
    };
  const heads = Object.entries(outputs).map(([name, { units }]) => dense(name, units));
  return {
    type: 'layers',
    layers: [...layers, ...heads],
    outputs: Object.fromEntries(Object.keys(outputs).map((name) => [name, `${name}/dense`])),
  };
}
