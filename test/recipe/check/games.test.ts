import { describe, expect, test } from 'vitest';
import { planRecipe } from '../../../src/plan/plan.js';
import { parse, registry } from '../support.js';

const NETWORKS = `
networks:
  G: { type: unet, depth: 3, filters: 4 }
  D: { type: patchgan, patch: 16, filters: 4 }
`;
const SOURCE = `
data:
  pairs: { type: side-by-side, path: maps, fields: { source: left, target: right }, size: 32 }
`;
const TRAINING = `
optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }
train: { for: 10 epochs }
`;

const load = async (game: string, networks = NETWORKS, data = SOURCE) =>
  (await parse(`name: mine\n${data}${networks}${game}${TRAINING}`)).recipe;

describe('games that are not pix2pix', () => {
  test('two generators and two discriminators on unpaired data, each like another', async () => {
    const recipe = await load(
      `
game:
  tensors:
    fake_B: G_AB(A)
    fake_A: G_BA(B)
    cycled_A: G_BA(fake_B)
    cycled_B: G_AB(fake_A)
  updates:
    G:
      train: [G_AB, G_BA]
      losses:
        adversarial_A: { type: lsgan, fool: D_A(fake_A) }
        adversarial_B: { type: lsgan, fool: D_B(fake_B) }
        cycle_A: { type: l1, of: cycled_A, to: A, weight: 10 }
        cycle_B: { type: l1, of: cycled_B, to: B, weight: 10 }
        identity_A: { type: l1, of: G_BA(A), to: A, weight: 5 }
    D:
      train: [D_A, D_B]
      losses:
        adversarial_A: { type: lsgan, real: D_A(A), fake: D_A(fake_A), weight: 0.5 }
        adversarial_B: { type: lsgan, real: D_B(B), fake: D_B(fake_B), weight: 0.5 }
  play: [G, D]
  outputs:
    fake_B: { from: A, reference: B }
    fake_A: { from: B, reference: A }
`,
      `
networks:
  G_AB: { type: unet, depth: 3, filters: 4, norm: instance, weights: last#G, ema: 0.99 }
  G_BA: { like: G_AB }
  D_A: { type: patchgan, patch: 16, filters: 4 }
  D_B: { like: D_A, filters: 8 }
`,
      `
data:
  photos: { type: side-by-side, path: maps, fields: { A: left }, size: 32 }
  maps: { type: side-by-side, path: maps, fields: { B: right }, size: 32 }
`,
    );
    // The weights that another starts from are its own.
    expect(recipe.networks['G_BA']).toEqual({ ...recipe.networks['G_AB'], weights: undefined });
    expect(recipe.networks['D_B']).toEqual({ ...recipe.networks['D_A'], filters: 8 });
    const plan = planRecipe(recipe, registry);
    const order = plan.tensors.map((tensor) => tensor.name);
    expect([...order].sort()).toEqual(['cycled_A', 'cycled_B', 'fake_A', 'fake_B']);
    expect(order.indexOf('fake_A')).toBeLessThan(order.indexOf('cycled_B'));
    expect(order.indexOf('fake_B')).toBeLessThan(order.indexOf('cycled_A'));
    expect(plan.cost.calls['G_AB']).toEqual({ tensors: 2 });
    expect(plan.cost.calls['G_BA']).toEqual({ tensors: 2, G: 1 });
  });

  test('noise, which no output is said to be from, and a copy that carries no gradient', async () => {
    const recipe = await load(`
game:
  tensors: { z: { type: noise, size: 8 }, fake: "G(source, z)", still: { type: detach, of: fake } }
  updates:
    D: { losses: { adversarial: { type: hinge, real: D(target), fake: D(still) } } }
    G: { losses: { adversarial: { type: hinge, fool: D(fake) } } }
  play: [D, G]
  outputs: { fake: { reference: target } }
`);
    expect(recipe.game.outputs['fake']!.from).toEqual(['source']);
    const plan = planRecipe(recipe, registry);
    expect(plan.tensors.find((tensor) => tensor.name === 'z')!.shape).toEqual([8]);
    // The detached copy carries nothing back, so D's update costs G nothing.
    const { G, D } = plan.networks;
    expect(plan.cost.flopsPerStep).toBe(3 * G!.flops + 6 * D!.flops + 2 * D!.flops);
  });
});
