/** Small games of one penalty each, as their papers play them, on networks without kinks. */
const DATA = 'data: { images: { type: synthetic-maps, fields: { real: left }, size: 16 } }';
const REST = `
optimizer: { type: adam, learning_rate: 1e-3, beta1: 0, beta2: 0.9 }
train: { for: 8 steps, batch: 2, seed: 1 }
`;

/** Gulrajani et al. 2017: layer norm in the critic, the penalty between real ones and fakes. */
export const WGAN_GP = `
name: wgan-gp
${DATA}
networks:
  G: { type: dcgan-generator, filters: 4, norm: batch, output: { channels: 3, activation: tanh } }
  D: { type: dcgan-discriminator, filters: 4, norm: layer, activation: silu, init: 0.3 }
game:
  tensors:
    z: { type: noise, size: 6 }
    fake: G(z)
    mixed: { type: interpolate, of: real, to: fake }
  updates:
    D:
      losses:
        critic: { type: wgan, real: D(real), fake: D(fake) }
        penalty: { type: gradient-penalty, of: D(mixed), at: mixed, weight: 10 }
    G:
      every: 2 steps
      losses:
        critic: { type: wgan, fool: D(fake) }
  play: [D, G]
  outputs: { fake: { reference: real } }
${REST}`;

/** Mescheder et al. 2018, lazy as in StyleGAN2, of a discriminator that sees a second image. */
export const R1 = `
name: r1
data: { pairs: { type: synthetic-maps, fields: { source: left, target: right }, size: 16 } }
networks:
  G: { type: unet, depth: 2, filters: 4, norm: batch, output: { channels: 3, activation: tanh } }
  D: { type: patchgan, patch: 16, filters: 4, norm: instance, activation: silu, init: 0.3 }
game:
  tensors: { fake: G(source) }
  updates:
    D:
      losses:
        adversarial: { type: bce, real: "D(source, target)", fake: "D(source, fake)" }
        r1: { type: r1, of: "D(source, target)", at: target, weight: 10, every: 2 steps }
    G:
      losses:
        adversarial: { type: bce, fool: "D(source, fake)" }
  play: [D, G]
  outputs: { fake: { from: source, reference: target } }
${REST}`;

/** Karras et al. 2020: mapping, synthesis by modulated convolutions, path length by the styles. */
export const PATH_LENGTH = `
name: path-length
${DATA}
networks:
  M: { type: mlp, layers: 2, units: 8, activation: silu, init: 0.3 }
  S: { type: stylegan2-synthesis, filters: 4, activation: silu, output: { channels: 3 }, init: 0.3, ema: 0.9 }
  D: { type: dcgan-discriminator, filters: 4, norm: none, activation: silu, init: 0.3 }
game:
  tensors:
    z: { type: noise, size: 8 }
    w: M(z)
    fake: S(w)
  updates:
    D:
      losses:
        adversarial: { type: bce, real: D(real), fake: D(fake) }
    G:
      train: [M, S]
      losses:
        adversarial: { type: bce, fool: D(fake) }
        path: { type: path-length, of: fake, at: w, weight: 2, every: 2 steps }
  play: [D, G]
  outputs: { fake: { reference: real } }
${REST}`;
