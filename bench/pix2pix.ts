import type { Tensor, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs';
import type { Engine } from '../src/engine/index.js';
import type { AdamStep } from '../src/core/ops.js';

/** Sizes of one pix2pix (Isola et al. 2017) in plain tfjs. */
export interface Pix2PixSize {
  /** Height and width of the images. */
  readonly image: number;
  readonly batch: number;
  /** Halvings of the U-Net; its innermost map is image / 2^downs. */
  readonly downs: number;
  /** Channels of the first layer of either network. */
  readonly filters: number;
  /** Stride-2 layers of the patch discriminator: 3 for 70x70 patches, 2 for 34x34. */
  readonly patchLayers: number;
}

/** What one step consumes; to be disposed by the caller. */
export interface Batch {
  readonly source: Tensor4D;
  readonly target: Tensor4D;
  /** Dropout, 0 or 2, of the decoder's first layers. */
  readonly masks: Tensor4D[];
}

export interface Pix2Pix {
  /** Everything that training changes: of both networks, each variable with its two moments. */
  readonly state: readonly Variable[];
  /**
   * One update of either network.
   * @param number counts from 1.
   * @returns the losses [discriminator, generator, L1], to be disposed by the caller.
   */
  step(number: number, batch: Batch): Tensor[];
  /** Noise images in [-1, 1). */
  batch(random: () => number): Batch;
  dispose(): void;
}

type Layer = (x: Tensor4D) => Tensor4D;

interface Trained {
  readonly w: Variable;
  readonly m: Variable;
  readonly v: Variable;
}

const EPSILON = 1e-5;
const DROPOUT_LAYERS = 3;
const L1_WEIGHT = 100;

/** @param random values in [-1, 1), for the initial weights. */
export function createPix2Pix({ tf, ops }: Engine, size: Pix2PixSize, random: () => number): Pix2Pix {
  const { image, batch, downs, filters, patchLayers } = size;
  const noise = (shape: number[], scale: number, mean = 0, source = random) => {
    const length = shape.reduce((product, each) => product * each, 1);
    return tf.tensor(
      Float32Array.from({ length }, () => mean + scale * source()),
      shape,
    );
  };
  const variable = (list: Trained[], initial: Tensor) => {
    const [w, m, v] = [initial, tf.zeros(initial.shape), tf.zeros(initial.shape)].map((tensor, i) => {
      const held = tf.variable(tensor, i === 0);
      tensor.dispose();
      return held;
    });
    list.push({ w: w!, m: m!, v: v! });
    return w!;
  };
  const channels = (level: number) => Math.min(filters * 2 ** level, filters * 8);

  /** Batch norm with its own scale and shift, or a bias. */
  const finish = (list: Trained[], out: number, normalised: boolean): Layer => {
    if (!normalised) {
      const bias = variable(list, tf.zeros([out]));
      return (x) => tf.add(x, bias);
    }
    const gamma = variable(list, noise([out], 0.02, 1)) as unknown as Tensor1D;
    const beta = variable(list, tf.zeros([out])) as unknown as Tensor1D;
    return (x) => ops.normalise(x, [0, 1, 2], EPSILON, gamma, beta).y;
  };
  const convolution = (
    list: Trained[],
    from: number,
    to: number,
    stride: 1 | 2,
    normalised: boolean,
  ): Layer => {
    const w = variable(list, noise([4, 4, from, to], 0.03)) as unknown as Tensor4D;
    const rest = finish(list, to, normalised);
    return (x) => rest(tf.conv2d(x, w, stride, 1));
  };
  const transposed = (list: Trained[], from: number, to: number, out: number, normalised: boolean): Layer => {
    const w = variable(list, noise([4, 4, to, from], 0.03)) as unknown as Tensor4D;
    const rest = finish(list, to, normalised);
    return (x) => rest(tf.conv2dTranspose(x, w, [batch, out, out, to], 2, 'same'));
  };

  const generatorState: Trained[] = [];
  const levels = Array.from({ length: downs }, (_, level) => level);
  const encoder = levels.map((level) => {
    const from = level === 0 ? 3 : channels(level - 1);
    return convolution(generatorState, from, channels(level), 2, level > 0 && level < downs - 1);
  });
  const decoder = levels.toReversed().map((level) => {
    const from = channels(level) * (level === downs - 1 ? 1 : 2);
    return transposed(
      generatorState,
      from,
      level === 0 ? 3 : channels(level - 1),
      image / 2 ** level,
      level > 0,
    );
  });
  const generate = (source: Tensor4D, masks: readonly Tensor4D[]) => {
    let x = source;
    const skips = encoder.map((layer, level) => (x = layer(level > 0 ? tf.leakyRelu(x, 0.2) : x)));
    decoder.forEach((layer, i) => {
      if (i > 0) x = tf.concat([x, skips[downs - 1 - i]!], 3);
      x = layer(tf.relu(x));
      const mask = masks[i];
      if (mask) x = tf.mul(x, mask);
    });
    return tf.tanh(x);
  };

  const discriminatorState: Trained[] = [];
  const patch = Array.from({ length: patchLayers + 2 }, (_, i): Layer => {
    const from = i === 0 ? 6 : filters * 2 ** (i - 1);
    const last = i === patchLayers + 1;
    const stride = i < patchLayers ? 2 : 1;
    const layer = convolution(discriminatorState, from, last ? 1 : filters * 2 ** i, stride, i > 0 && !last);
    return last ? layer : (x) => tf.leakyRelu(layer(x), 0.2);
  });
  const discriminate = (source: Tensor4D, other: Tensor4D) =>
    patch.reduce<Tensor4D>((x, layer) => layer(x), tf.concat([source, other], 3));

  /** Binary cross-entropy of logits with a constant label. */
  const entropy = (logits: Tensor, real: boolean) => {
    const linear = real ? tf.sub(tf.relu(logits), logits) : tf.relu(logits);
    return tf.mean(tf.add(linear, tf.log1p(tf.exp(tf.neg(tf.abs(logits))))));
  };
  const adam = (number: number): AdamStep => {
    const [beta1, beta2, alpha, epsilon] = [0.5, 0.999, 2e-4, 1e-7];
    const correction = Math.sqrt(1 - beta2 ** number);
    return {
      beta1,
      beta2,
      stepSize: (alpha * correction) / (1 - beta1 ** number),
      epsilon: epsilon * correction,
    };
  };
  const update = (state: readonly Trained[], number: number, loss: () => Tensor): Tensor => {
    const { value, grads } = tf.variableGrads(
      loss as () => Tensor<never>,
      state.map(({ w }) => w),
    );
    for (const { w, m, v } of state) ops.adam(w, m, v, grads[w.name]!, adam(number));
    return value;
  };

  const states = [...generatorState, ...discriminatorState];
  return {
    state: states.flatMap(({ w, m, v }) => [w, m, v]),
    step: (number, { source, target, masks }) =>
      tf.tidy(() => {
        const d = update(discriminatorState, number, () => {
          const fake = generate(source, masks);
          const [real, generated] = [discriminate(source, target), discriminate(source, fake)];
          return tf.mul(0.5, tf.add(entropy(real, true), entropy(generated, false)));
        });
        const l1: Tensor[] = [];
        const g = update(generatorState, number, () => {
          const fake = generate(source, masks);
          l1.push(tf.keep(tf.mean(tf.abs(tf.sub(target, fake)))));
          return tf.add(entropy(discriminate(source, fake), true), tf.mul(L1_WEIGHT, l1[0]!));
        });
        return [d, g, ...l1];
      }),
    batch(source) {
      const [from, to] = [0, 1].map(() => noise([batch, image, image, 3], 1, 0, source) as Tensor4D);
      const masks = levels.slice(0, Math.min(DROPOUT_LAYERS, downs - 2)).map((i) => {
        const [edge, depth] = [image / 2 ** (downs - 1 - i), channels(downs - 2 - i)];
        const mask = Float32Array.from({ length: batch * edge * edge * depth }, () => (source() < 0 ? 0 : 2));
        return tf.tensor4d(mask, [batch, edge, edge, depth]);
      });
      return { source: from!, target: to!, masks };
    },
    dispose: () => tf.dispose(states.flatMap(({ w, m, v }) => [w, m, v])),
  };
}
