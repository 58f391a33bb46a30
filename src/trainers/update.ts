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

/** A step, or a part of one, while it is computed. */
export interface Stage {
  readonly game: Game;
  readonly tape: Tape;
  readonly feed: Feed<StepInputs>;
  /** Values of fields and tensors so far. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** Examples. */
  readonly batch: number;
  /** Where running statistics go: they are assigned when all is computed. */
  readonly statistics: Map<Variable, Tensor>;
}

/** The scope of an update's calls, or of the tensors'. @param tracked networks whose running statistics follow. */
export function scopeOf(stage: Stage, name: string, tracked: ReadonlySet<string>): LossScope {
  const { game, tape, feed, values, batch, statistics } = stage;
  const { tf, registry, seed } = game.context;
  return {
    tf,
    registry,
    networks: game.networks,
    values,
    batch,
    draw: (shape, fill, id) =>
      feed(shape, ({ step, part, drawings }) => {
        // A part of a batch gets what the whole would have drawn for it.
        const make = () => {
          const whole = [shape[0]! * part.of, ...shape.slice(1)];
          return drawn(whole, new Random(seed, 'step', step, name, ...id), fill);
        };
        if (part.of === 1) return make();
        const key = JSON.stringify([name, ...id]);
        const all = drawings.get(key) ?? make();
        drawings.set(key, all);
        const size = all.length / part.of;
        return all.subarray(part.index * size, (part.index + 1) * size);
      }),
    mode: () => ({ dropout: true, batchStatistics: true }),
    // Running statistics follow the calls in updates that train the network.
    track: (network) =>
      tracked.has(network.plan.name) ? (variable, value) => void statistics.set(variable, value) : undefined,
    tape,
    kept: game.kept.states,
  };
}

/** The losses of an update and their gradients. @param share of the step's gradient that these examples have. */
export function playUpdate(stage: Stage, due: DueUpdate, share = 1): PlayedUpdate {
  const { game, tape, feed } = stage;
  const { update } = due;
  const scope = scopeOf(stage, update.name, new Set(update.train));
  const place = `update ${update.name} of the game`;
  const { terms, total } = named(game, place, () => updateLosses(due, feed, scope));
  const networks = update.train.map((name) => game.networks.get(name)!);
  const variables = networks.flatMap((network) => network.trainable.map(({ variable }) => variable));
  const all = tape.gradients(share === 1 ? total : game.context.tf.mul(total, share), variables);
  const gradients = new Map<string, readonly (Tensor | null)[]>();
  let from = 0;
  for (const network of networks) {
    gradients.set(network.plan.name, all.slice(from, (from += network.trainable.length)));
  }
  return { terms, gradients };
}

/** What a group of updates moves its networks by: where several train one, the sum of their gradients. */
export function sumOfGradients({ context: { tf } }: Game, played: readonly PlayedUpdate[]): Gradients {
  const sums = new Map<string, readonly (Tensor | null)[]>();
  for (const { gradients } of played)
    for (const [network, own] of gradients) {
      const before = sums.get(network);
      sums.set(network, before ? own.map((gradient, i) => add(tf, gradient, before[i] ?? null)) : own);
    }
  return sums;
}

/** One optimiser step per network. @param group its number in `play`. */
export function moveTogether(
  { game, feed }: Pick<Stage, 'game' | 'feed'>,
  updates: readonly DueUpdate[],
  gradients: Gradients,
  group: number,
): void {
  for (const [network, { optimizer }] of trainedBy(updates.map(({ update }) => update))) {
    named(game, `optimizer ${optimizer.type} of network ${network}`, () =>
      game.optimizers
        .get(network)!
        .apply(gradients.get(network)!, optimizer, (name) =>
          feed([], ({ numbers }) => numbers.get(optimizerKey(group, network, name))!),
        ),
    );
  }
}

/** Runs `f`, and lets a rehearsal know what it belongs to. */
function named<T>({ context }: Game, place: string, f: () => T): T {
  return context.rehearsed ? context.rehearsed.within(place, f) : f();
}

export function add(tf: Game['context']['tf'], a: Tensor | null, b: Tensor | null): Tensor | null {
  return a && b ? tf.add(a, b) : (a ?? b);
}
