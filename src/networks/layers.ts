import { Type } from 'typebox';
import { NAME_PATTERN } from '../core/call.js';
import { defineNetwork } from '../registry/index.js';

/** Names joined by slashes: `encoder/e1/conv`. */
const ID_PATTERN = '^[A-Za-z][A-Za-z0-9_]*(/[A-Za-z][A-Za-z0-9_]*)*$';

export const layers = defineNetwork({
  type: 'layers',
  summary: 'A network layer by layer: any graph without cycles. All other types are expanded into this one.',
  params: Type.Object(
    {
      layers: Type.Array(
        Type.Object(
          {
            id: Type.Optional(
              Type.String({
                pattern: ID_PATTERN,
                description: 'Name of the layer; its variables are named by it.',
              }),
            ),
            type: Type.String({ description: 'The layer type: conv, batch-norm, relu, concat, ...' }),
            from: Type.Optional(
              Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
                description: 'Ids of the layers it reads, or `input`; default: the layer above.',
              }),
            ),
          },
          { additionalProperties: true },
        ),
        { minItems: 1, description: 'Layers in computing order; the last one is the output.' },
      ),
      outputs: Type.Optional(
        Type.Union(
          [
            Type.Record(Type.String(), Type.String(), { propertyNames: { pattern: NAME_PATTERN } }),
            Type.Array(Type.String(), { minItems: 1 }),
          ],
          {
            description:
              'Layers that the outputs come from, by id: with names every call says which, N.name(...); as a list every call gives them all.',
            examples: [{ score: 'score', class: 'class/dense' }],
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    type: 'layers',
    layers: [
      { id: 'c1', type: 'conv', filters: 64, kernel: 4, stride: 2, padding: 1 },
      { type: 'leaky-relu', slope: 0.2 },
      { id: 'score', type: 'conv', filters: 1, kernel: 4, padding: 1 },
    ],
  },
});
