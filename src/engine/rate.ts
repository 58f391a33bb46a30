import type { Tensor4D } from '@tensorflow/tfjs';
import { measureCard, type ProgramCosts } from './card.js';
import type { Engine } from './definition.js';

/** How fast an engine computes. */
export interface Rate {
  /** Floating-point operations per second that it reaches in a 4x4 convolution. */
  readonly flops: number;
  /** On engines that record programs for a graphics processor; absent on others. */
  readonly programs?: ProgramCosts;
}

/** Convolutions as in a U-Net, small to large: slow engines run only the first. */
const PROBES = [
  { side: 16, channels: 32, filters: 32 },
  { side: 64, channels: 128, filters: 256 },
] as const;
/** Seconds of one run of a probe beyond which the next, heavier one is left out. */
const MAX_PROBE_SECONDS = 0.02;
const REPEATS = 5;

/** Takes well under a second. */
export async function measureRate(engine: Engine): Promise<Rate> {
  return engine.wgsl ? await measureCard(engine) : { flops: await measureProcessor(engine) };
}

async function measureProcessor({ tf }: Engine): Promise<number> {
  let rate = 0;
  for (const { side, channels, filters } of PROBES) {
    const x: Tensor4D = tf.ones([1, side, side, channels]);
    const w: Tensor4D = tf.ones([4, 4, channels, filters]);
    const times: number[] = [];
    for (let i = 0; i <= REPEATS; i++) {
      const start = performance.now();
      // Reduced to a number: fetching the whole result would be measured too.
      const sum = tf.tidy(() => tf.sum(tf.conv2d(x, w, 2, 1)));
      await sum.data();
      sum.dispose();
      if (i > 0) times.push((performance.now() - start) / 1000);
    }
    tf.dispose([x, w]);
    // The fastest: other load on the machine at this moment tells nothing about the next minutes.
    const seconds = Math.min(...times);
    rate = (2 * 16 * channels * filters * (side / 2) ** 2) / seconds;
    if (seconds > MAX_PROBE_SECONDS) break;
  }
  return rate;
}
