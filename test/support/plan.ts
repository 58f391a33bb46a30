import { shippedDefinitions } from '../../src/definitions.js';
import { planRecipe } from '../../src/plan/plan.js';
import type { Plan } from '../../src/plan/types.js';
import { parseRecipe } from '../../src/recipe/node.js';

export const registry = shippedDefinitions();

/** A pix2pix small enough for tfjs's cpu engine: 16 px, three downs, patch 16. `extra` is appended YAML. */
export const TINY_RECIPE = `
name: tiny
data:
  pairs: { type: synthetic-maps, fields: { source: left, target: { from: right, palette: auto } }, size: 16, augment: { jitter: 18, flip: horizontal } }
networks:
  G:
    type: encoder-decoder
    encoder:
      - { id: e1, filters: 4, norm: none }
      - { id: e2, filters: 8 }
      - { id: bottleneck, filters: 8, norm: none, activation: relu }
    decoder:
      - { id: d2, filters: 8, skip: e2, dropout: 0.5 }
      - { id: d1, filters: 4, skip: e1 }
    inference: { dropout: true, batch_statistics: true }
  D: { type: patchgan, patch: 16, filters: 4 }
game:
  tensors:
    fake: G(source)
  updates:
    D:
      losses:
        adversarial: { type: bce, real: "D(source, target)", fake: "D(source, fake)", weight: 0.5 }
    G:
      losses:
        adversarial: { type: bce, fool: "D(source, fake)" }
        l1: { type: l1, of: fake, to: target, weight: 100 }
  play: [D, G]
  outputs:
    fake: { from: source, reference: target }
optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }
train: { for: 6 steps, batch: 2, seed: 1 }
`;

/** The plan of a recipe's text, with paths set as --set would. */
export async function planOf(text: string, set: readonly string[] = []): Promise<Plan> {
  const { recipe } = await parseRecipe(text, { registry, set: [...set] });
  return planRecipe(recipe, registry);
}
