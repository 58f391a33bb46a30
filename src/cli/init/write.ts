import type { Answers } from './answers.js';

/** A commented recipe, one that passes `gan check`. @param schema address of the schema for editors. */
export function writeRecipe(answers: Answers, schema: string): string {
  const body = {
    'side-by-side': pairs,
    'paired-folders': pairs,
    'unpaired-folders': unpaired,
    images: noise,
  }[answers.layout];
  return `# yaml-language-server: $schema=${schema}\nname: ${answers.name}\n${body(answers)}`;
}

/** The paper's 286 for 256. */
const jitter = (size: number): number => Math.round((size * 286) / 256);
const depth = (size: number): number => Math.log2(size);
const split = ({ hasVal }: Answers): string =>
  hasVal
    ? ''
    : '    splits: { train: 0.9, val: 0.1 }  # no folder val: shares, by a hash of the file names\n';

const training = ({ epochs, batch, layout }: Answers): string => `
train: { for: ${epochs} epochs, batch: ${batch}, seed: 1 }
sample: { every: 1 epoch, split: val, count: ${layout === 'images' ? 16 : 4} }     # pictures to look at, in the run's folder
`;

function pairs(answers: Answers): string {
  const {
    layout,
    path,
    from: [source, target],
    size,
  } = answers;
  const small = size <= 64;
  return `summary: From ${source} to ${target}, by pairs (pix2pix, Isola et al. 2017, arXiv:1611.07004)

data:
  pairs:
    type: ${layout}
    path: ${JSON.stringify(path)}
    fields: { source: ${JSON.stringify(source)}, target: ${JSON.stringify(target)} }    # what it is made from, what is to be made
    size: ${size}
    augment: { jitter: ${jitter(size)}, flip: horizontal }    # train only: enlarge, crop at random, mirror half; \`flip: none\` where left and right differ
${split(answers)}
networks:
  G: { type: unet, depth: ${depth(size)}, filters: ${small ? 32 : 64}, dropout: 0.5, output: { channels: 3, activation: tanh }, inference: { dropout: true, batch_statistics: true } }
  D: { type: patchgan, patch: ${size >= 256 ? 70 : 34}, filters: ${small ? 32 : 64} }    # patch: pixels that one score sees

game:
  tensors:
    fake: G(source)
  updates:
    D:
      losses:
        adversarial:
          type: bce
          real: D(source, target)    # conditional, because D sees \`source\`
          fake: D(source, fake)
          weight: 0.5
    G:
      losses:
        adversarial:
          type: bce
          fool: D(source, fake)      # G wants its fake called real
        l1: { type: l1, of: fake, to: target, weight: 100 }    # lambda: how much it must look like the true one
  play: [D, G]    # every step: D, then G
  outputs:
    fake: { from: source, reference: target }

optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }
${training(answers).trimStart()}evaluate: { every: 5 epochs, split: val, metrics: [l1, psnr, ssim] }
checkpoint: { every: 1 epoch, keep: 3 }
`;
}

function unpaired(answers: Answers): string {
  const {
    path,
    from: [a, b],
    size,
  } = answers;
  const source = (name: string, field: string): string => `  ${name}:
    type: images
    path: ${JSON.stringify(`${path}/${name === 'of_a' ? a : b}`)}
    fields: { ${field}: image }
    size: ${size}
    augment: { jitter: ${jitter(size)}, flip: horizontal }
${split(answers)}`;
  return `summary: Between ${a} and ${b}, without pairs (CycleGAN, Zhu et al. 2017, arXiv:1703.10593)

data:    # two sources: each is shuffled and augmented by itself
${source('of_a', 'A')}${source('of_b', 'B')}
networks:
  G_AB: { type: resnet, blocks: ${size >= 256 ? 9 : 6}, filters: ${size <= 64 ? 32 : 64}, norm: instance, output: { channels: 3, activation: tanh } }
  G_BA: { like: G_AB }    # the same architecture, its own weights
  D_A: { type: patchgan, patch: ${size >= 256 ? 70 : 34}, filters: ${size <= 64 ? 32 : 64}, norm: instance }
  D_B: { like: D_A }

game:
  tensors:
    fake_B: G_AB(A)
    fake_A: G_BA(B)
    cycled_A: G_BA(fake_B)
    cycled_B: G_AB(fake_A)
    old_A: { type: image-pool, of: fake_A, size: 50 }    # fakes of earlier steps, half of the time
    old_B: { type: image-pool, of: fake_B, size: 50 }
  updates:
    G:
      train: [G_AB, G_BA]
      losses:
        adversarial_A: { type: lsgan, fool: D_A(fake_A) }
        adversarial_B: { type: lsgan, fool: D_B(fake_B) }
        cycle_A: { type: l1, of: cycled_A, to: A, weight: 10 }    # there and back again
        cycle_B: { type: l1, of: cycled_B, to: B, weight: 10 }
        identity_A: { type: l1, of: G_BA(A), to: A, weight: 5 }   # what is in A already stays; keeps colours
        identity_B: { type: l1, of: G_AB(B), to: B, weight: 5 }
    D:
      train: [D_A, D_B]
      losses:
        adversarial_A: { type: lsgan, real: D_A(A), fake: D_A(old_A), weight: 0.5 }
        adversarial_B: { type: lsgan, real: D_B(B), fake: D_B(old_B), weight: 0.5 }
  play: [G, D]
  outputs:
    fake_B: { from: A }
    fake_A: { from: B }

optimizer:
  type: adam
  learning_rate: 2e-4
  beta1: 0.5
  schedule: { type: linear-decay, from: ${Math.max(1, Math.floor(answers.epochs / 2))} epochs }
${training(answers).trimStart()}checkpoint: { every: 1 epoch, keep: 3 }
`;
}

function noise(answers: Answers): string {
  const { path, size } = answers;
  return `summary: Images from noise (hinge loss and spectral norm, Miyato et al. 2018, arXiv:1802.05957)

data:
  images:
    type: images
    path: ${JSON.stringify(path)}
    fields: { real: image }
    size: ${size}
    fit: cover    # the middle of each image, its aspect kept
    augment: { flip: horizontal }
${split(answers)}
networks:
  G: { type: dcgan-generator, filters: 64, norm: batch, output: { channels: 3, activation: tanh }, ema: 0.999 }    # pictures are made by averaged weights
  D: { type: dcgan-discriminator, filters: 64, norm: none, weight_norm: spectral }

game:
  tensors:
    z: { type: noise, size: 128 }    # normal, new in every step
    fake: G(z)
  updates:
    D: { losses: { adversarial: { type: hinge, real: D(real), fake: D(fake) } } }
    G: { losses: { adversarial: { type: hinge, fool: D(fake) } } }
  play: [D, G]
  outputs:
    fake: {}

optimizer: { type: adam, learning_rate: 2e-4, beta1: 0, beta2: 0.9 }
${training(answers).trimStart()}checkpoint: { every: 1 epoch, keep: 3 }
`;
}
