import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import { drawn } from '../core/draw.js';
import { Random } from '../core/random.js';
import type { Feed } from '../core/repeat.js';
import type { Tape } from './tape.js';
import { type DueUpdate, optimizerKey, trainedBy } from './due.js';
import type { StepInputs } from './step-inputs.js';
import type { Game } from './game.js';
import { type LossScope, updateLosses } from './losses.js';

/** Gradients by network, one per trainable variable; null where no loss reaches it. */
export type Gradients = ReadonlyMap<string, readonly (Tensor | null)[]>;

/** An update whose gradients have been taken and not yet applied. */
export interface PlayedUpdate {
  /** One per key of `termKeys`. */
  readonly terms: readonly Scalar[];
  readonly gradients: Gradients;
}

/** What the updates of a step, or of one micro-batch, are computed with. */
export interface StepContext {
  readonly game: Game;
  readonly tape: Tape;
  readonly feed: Feed<StepInputs>;
  /** Values of fields and tensors so far. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** Examples. */
  readonly batch: number;
  /** New running statistics: they are assigned when everything else is computed. */
  readonly statistics: Map<Variable, Tensor>;
}

/** The scope of an update's calls, or of the tensors'. @param tracked networks whose running statistics are updated. */
export function scopeOf(context: StepContext, name: string, tracked: ReadonlySet<string>): LossScope {
  const { game, tape, feed, values, batch, statistics } = context;
  const { tf, registry, seed } = game.context;
  return {
    tf,
    registry,
    networks: game.networks,
    values,
    batch,
    draw: (shape, fill, id) =>
      feed(shape, ({ step, microBatch, drawings }) => {
        // A micro-batch gets what the whole batch would have drawn for it.
        const draw = () => {
          const whole = [shape[0]! * microBatch.count, ...shape.slice(1)];
          return drawn(whole, new Random(seed, 'step', step, name, ...id), fill);
        };
        if (microBatch.count === 1) return draw();
        const key = JSON.stringify([name, ...id]);
        const all = drawings.get(key) ?? draw();
        drawings.set(key, all);
        const size = all.length / microBatch.count;
        return all.subarray(microBatch.index * size, (microBatch.index + 1) * size);
      }),
    mode: () => ({ dropout: true, batchStatistics: true }),
    track: (network) =>
      tracked.has(network.plan.name) ? (variable, value) => void statistics.set(variable, value) : undefined,
    tape,
    states: game.state.byOwner,
  };
}

/** The losses of an update and their gradients. @param share of these examples in the step's gradient. */
export function playUpdate(context: StepContext, due: DueUpdate, share = 1): PlayedUpdate {
  const { game, tape, feed } = context;
  const { update } = due;
  const scope = scopeOf(context, update.name, new Set(update.train));
  const place = `update ${update.name} of the game`;
  const { terms, total } = within(game, place, () => updateLosses(due, feed, scope));
  const networks = update.train.map((name) => game.networks.get(name)!);
  const variables = networks.flatMap((network) => network.trainable.map(({ variable }) => variable));
  const gradientsOfAll = tape.gradients(share === 1 ? total : game.context.tf.mul(total, share), variables);
  const gradients = new Map<string, readonly (Tensor | null)[]>();
  let from = 0;
  for (const network of networks) {
    gradients.set(network.plan.name, gradientsOfAll.slice(from, (from += network.trainable.length)));
  }
  return { terms, gradients };
}

/** The gradients of a group of updates by network: where several updates train one network, their sum. */
export function sumOfGradients({ context: { tf } }: Game, played: readonly PlayedUpdate[]): Gradients {
  const sums = new Map<string, readonly (Tensor | null)[]>();
  for (const { gradients } of played)
    for (const [network, added] of gradients) {
      const before = sums.get(network);
      sums.set(network, before ? added.map((gradient, i) => add(tf, gradient, before[i] ?? null)) : added);
    }
  return sums;
}

/** One optimiser step per network. @param group its number in `play`. */
export function applyGradients(
  { game, feed }: Pick<StepContext, 'game' | 'feed'>,
  updates: readonly DueUpdate[],
  gradients: Gradients,
  group: number,
): void {
  for (const [network, { optimizer }] of trainedBy(updates.map(({ update }) => update))) {
    within(game, `optimizer ${optimizer.type} of network ${network}`, () =>
      game.optimizers
        .get(network)!
        .apply(gradients.get(network)!, optimizer, (name) =>
          feed([], ({ numbers }) => numbers.get(optimizerKey(group, network, name))!),
        ),
    );
  }
}

/** Runs `f`; in a dry run its operations belong to `place`. */
function within<T>({ context }: Game, place: string, f: () => T): T {
  return context.dryRun ? context.dryRun.within(place, f) : f();
}

export function add(tf: Game['context']['tf'], a: Tensor | null, b: Tensor | null): Tensor | null {
  return a && b ? tf.add(a, b) : (a ?? b);
}
