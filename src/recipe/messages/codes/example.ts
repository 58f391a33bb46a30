/** The recipe that the examples of codes change. */
export const EXAMPLE = `name: maps
data:
  pairs:
    type: side-by-side
    path: maps
    fields: { source: left, target: right }
    size: 64
networks:
  G: { type: unet, depth: 6, filters: 32 }
  D: { type: patchgan, patch: 34, filters: 32 }
game:
  tensors:
    fake: G(source)
  updates:
    D:
      losses:
        adversarial:
          type: bce
          real: D(source, target)
          fake: D(source, fake)
    G:
      losses:
        adversarial: { type: bce, fool: 'D(source, fake)' }
        l1: { type: l1, of: fake, to: target, weight: 100 }
  play: [D, G]
  outputs:
    fake: { from: source, reference: target }
optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }
train: { for: 100 epochs, batch: 2, seed: 1 }
evaluate: { every: 5 epochs, metrics: [l1] }
`;

/** What files of examples begin with. */
export const ABLATION = 'name: mine\nbase: ./base.yaml\nvary:\n';
export const CHILD = 'extends: ./base.yaml\nname: mine\n';
