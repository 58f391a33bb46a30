import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lookAtData } from '../../src/data/look.js';
import { planPhases } from '../../src/plan/phases.js';
import { formatPlan } from '../../src/plan/print.js';
import { resolveFromData } from '../../src/recipe/freeze/resolve-from-data.js';
import { parse } from '../recipe/support.js';
import { registry } from '../support/plan.js';
import { draw, makeFolder, save, saveBytes } from './support/fixtures.js';

/** Classes that D's head says the number of, and labels whose colours lie in a file. */
const RECIPE = `
name: looked-at
data:
  images: { type: class-folders, path: shapes, fields: { real: image, label: class }, size: 16 }
  maps: { type: images, path: maps, fields: { map: { from: image, as: labels, palette: ./colours.yaml } }, size: 16 }
networks:
  G: { type: dcgan-generator, filters: 4, output: { channels: 3, activation: tanh } }
  D: { type: dcgan-discriminator, filters: 4, outputs: { score: { units: 1 }, class: { units: 3 } } }
  N: { type: patchgan, patch: 16, filters: 4 }
game:
  tensors:
    y: { type: random-label, of: label }
    z: { type: noise, size: 5 }
    fake: G(z, y)
  updates:
    D:
      losses:
        adversarial: { type: bce, real: D.score(real), fake: D.score(fake) }
        class: { type: cross-entropy, of: D.class(fake), to: y }
    N: { losses: { adversarial: { type: bce, real: N(map) } } }
    G: { losses: { adversarial: { type: bce, fool: D.score(fake) } } }
  play: [D, N, G]
  outputs: { fake: { from: y, reference: real } }
optimizer: { type: adam, learning_rate: 2e-4 }
train: { for: 1 step }
`;

const shape = (plan: ReturnType<typeof planPhases>, field: string): readonly number[] =>
  plan[0]!.plan.fields[field]!.shape;

test('without data a plan deduces classes from a head, guesses what it cannot, and says both', async () => {
  const loaded = await parse(RECIPE);
  const folders = { recipeFolder: '/nowhere', dataFolder: '/nowhere' };
  expect(await lookAtData(loaded.recipe, { registry, ...folders, whereThere: true })).toEqual({});
  const phases = planPhases(loaded, registry);
  expect([shape(phases, 'label'), shape(phases, 'map')]).toEqual([[3], [16, 16, 10]]);
  const text = formatPlan(phases[0]!.plan);
  expect(text).toContain('3 classes of label: as many as the output compared with it has.');
  expect(text).toContain('10 colours of map are a guess until the data can be read: list its `palette`');
  await expect(lookAtData(loaded.recipe, { registry, ...folders })).rejects.toThrow(/is not there/);
});

test('what the data tells is written into the recipe, every phase of it and resolved.yaml', async () => {
  const folder = await makeFolder();
  for (const file of ['shapes/dog/1.png', 'shapes/cat/1.png', 'shapes/cow/1.png', 'maps/1.png'])
    await save(
      join(folder, file),
      draw(16, 16, () => [1, 2, 3]),
    );
  await saveBytes(join(folder, 'colours.yaml'), 'road: "#FF0000"\nwater: "#0000ff"\n');
  const loaded = await parse(RECIPE);
  const options = { registry, recipeFolder: folder, dataFolder: folder };
  const facts = await lookAtData(loaded.recipe, options);
  expect(facts).toEqual({
    images: { label: { classes: ['cat', 'cow', 'dog'] } },
    maps: { map: { palette: ['#ff0000', '#0000ff'] } },
  });
  const settled = resolveFromData(loaded, facts);
  const phases = planPhases(settled, registry);
  expect([shape(phases, 'label'), shape(phases, 'map')]).toEqual([[3], [16, 16, 2]]);
  expect((await parse(settled.resolvedYaml)).recipe).toEqual(settled.recipe);
  // Nothing is left open: data is not looked at again.
  expect(await lookAtData(settled.recipe, { ...options, dataFolder: '/nowhere' })).toEqual({});
});
