import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../core/ops.js';
import type { Engine } from './definition.js';
import { BATCH_NORM, hasKernel } from './normalise.js';

/** What a step costs where it is recorded, program by program, for a graphics processor. */
export interface ProgramCosts {
  /** That one small program takes, recorded and run. */
  readonly seconds: number;
  /** Of one layer in one call, with gradients and optimizer. */
  readonly perLayer: number;
  /** Bytes per second that programs read and write where they do little else. */
  readonly bandwidth: number;
}

/** An operation whose result has the shape of its input, so that it can be chained. */
interface Probe {
  readonly shape: readonly number[];
  /** FLOPs, bytes or programs of one run. */
  readonly amount: number;
  readonly operand: readonly number[];
  readonly run: (tf: Tf, x: Tensor, operand: Tensor) => Tensor;
}

const convolution = (batch: number, side: number, channels: number): Probe => ({
  shape: [batch, side, side, channels],
  amount: 2 * 16 * channels * channels * batch * side ** 2,
  operand: [4, 4, channels, channels],
  run: (tf, x, filter) => tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same'),
});
const addition = (size: number): Probe => ({
  shape: [size],
  amount: 3 * 4 * size,
  operand: [size],
  run: (tf, x, y) => tf.add(x, y),
});

// Small to large: a fast card needs much work to show its speed, which would take a slow one too long.
const CONVOLUTIONS = [
  convolution(1, 8, 32),
  convolution(1, 16, 64),
  convolution(1, 32, 128),
  convolution(4, 32, 256),
];
const ADDITIONS = [addition(2 ** 14), addition(2 ** 22)];
/** Expected seconds of one run beyond which a probe is left out. */
const MAX_PROBE_SECONDS = 0.03;
/** Seconds beyond which a chain is not repeated: its time is exact enough. */
const LONG_CHAIN_SECONDS = 0.05;
/** Of more than the thousand elements up to which tfjs computes on the host. */
const PROGRAM = { ...addition(2 ** 10), amount: 1 };
/** Operations in a chain. A small program takes microseconds, reading a result milliseconds. */
const CHAIN_LENGTHS = { large: 4, small: 64 };
/** Runs of a chain; the first may compile. */
const REPEATS = 4;

/**
 * Programs that a step records for each layer and call, as counted on engine webgpu for the recipes pix2pix-maps-64
 * (66 calls of layers: 414 programs, and 1358 before it had fused kernels) and pix2pix-maps (91: 564 and 1871).
 */
export const PER_LAYER = { fused: 6.2, composed: 20.6 };

/** Takes some hundred milliseconds. @returns the rate of convolutions in FLOP/s as well. */
export async function measureCard({ tf }: Engine): Promise<{ flops: number; programs: ProgramCosts }> {
  const seconds = 1 / (await rateOf(tf, PROGRAM, CHAIN_LENGTHS.small));
  const perLayer = hasKernel(tf, BATCH_NORM) ? PER_LAYER.fused : PER_LAYER.composed;
  const bandwidth = await bestRate(tf, ADDITIONS);
  return { flops: await bestRate(tf, CONVOLUTIONS), programs: { seconds, perLayer, bandwidth } };
}

/** The rate of the heaviest probe that does not take too long. */
async function bestRate(tf: Tf, probes: readonly Probe[]): Promise<number> {
  let rate = Infinity;
  for (const probe of probes) {
    if (probe.amount / rate > MAX_PROBE_SECONDS) break;
    rate = await rateOf(tf, probe, CHAIN_LENGTHS.large);
  }
  return rate;
}

/** By what a long chain takes more than a short one: what reading its result takes, however little it is, cancels. */
async function rateOf(tf: Tf, { shape, amount, operand, run }: Probe, times: number): Promise<number> {
  const [x, y] = [tf.zeros([...shape]), tf.zeros([...operand])];
  const chain = async (length: number) => {
    const start = performance.now();
    const sum = tf.tidy(() => {
      let value = x;
      for (let i = 0; i < length; i++) value = run(tf, value, y);
      return tf.sum(value);
    });
    await sum.data();
    sum.dispose();
    return (performance.now() - start) / 1000;
  };
  const [short, long] = [1, 1 + times];
  await chain(short); // what it compiles is compiled now
  const shortest = { short: Infinity, long: Infinity };
  for (let i = 0; i < REPEATS; i++) {
    shortest.short = Math.min(shortest.short, await chain(short));
    shortest.long = Math.min(shortest.long, await chain(long));
    if (shortest.long > LONG_CHAIN_SECONDS) break;
  }
  tf.dispose([x, y]);
  // Never less than nothing, where the clock or the machine wavers.
  return (amount * times) / Math.max(shortest.long - shortest.short, shortest.long / 10);
}
