import { Type } from 'typebox';
import { defineDataset, type Example } from '../registry/index.js';
import { paintAerial } from './synthetic-maps/aerial.js';
import { paintMap } from './synthetic-maps/map.js';
import { PALETTE } from './synthetic-maps/materials.js';
import { drawScene } from './synthetic-maps/scene.js';
import { surveyScene } from './synthetic-maps/survey.js';

export const syntheticMaps = defineDataset({
  type: 'synthetic-maps',
  summary:
    'Aerial photographs of invented towns and their street maps, made on the fly: nothing to download.',
  description:
    'Every pair is one tile of a town: quarters of houses, row houses, towers and halls between streets, main roads and a motorway, with parks and a river or a coast. `left` is the aerial photograph, `right` the map in seven flat colours, as in a side-by-side file. A tile derives from its seed and number alone and is the same at every size.',
  params: Type.Object(
    {
      train: Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        default: 600,
        description: 'Pairs of split train.',
      }),
      val: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 60, description: 'Pairs of split val.' }),
      seed: Type.Integer({
        minimum: 0,
        default: 1,
        description: 'Of the towns; not of the run, so that runs with other seeds see the same data.',
      }),
    },
    { additionalProperties: false },
  ),
  example: {
    type: 'synthetic-maps',
    fields: { source: 'left', target: { from: 'right', palette: 'auto' } },
    size: 64,
    train: 600,
    val: 60,
  },
  files: false,
  from: ['left', 'right'],

  open({ train, val, seed }) {
    const counts = { train, val };
    const examplesOf = (split: 'train' | 'val'): readonly Example[] =>
      Array.from({ length: counts[split] }, (_, i) => ({ name: `${split}-${i + 1}`, files: [] }));
    return Promise.resolve({
      splits: () => Promise.resolve(['train', 'val']),
      examples: (split) =>
        Promise.resolve([
          ...(split === 'val' ? [] : examplesOf('train')),
          ...(split === 'train' ? [] : examplesOf('val')),
        ]),
      read({ name }, from, size) {
        const scene = drawScene([seed, name], size);
        const survey = surveyScene(scene, size);
        return Promise.resolve(
          from.map((side) => (side === 'left' ? paintAerial(scene, survey) : paintMap(survey))),
        );
      },
      palette: (from) => (from === 'right' ? PALETTE : undefined),
    });
  },
});
