import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { Batch } from '../data/types.js';
import { evaluateTensor, type Scope, type Tape, withTape } from '../graph/index.js';
import type { UpdatePlan } from '../plan/types.js';
import type { ScheduleContext } from '../registry/index.js';
import { fieldTensors } from './fields.js';
import type { Game } from './game.js';
import { type LossTerm, updateLosses } from './losses.js';
import { scheduleFactor } from './schedule.js';

/** What a step measured. */
export interface PlayedStep {
  /** Unweighted losses and weighted totals, by key. */
  readonly losses: Readonly<Record<string, number>>;
  /** By update. */
  readonly learningRates: Readonly<Record<string, number>>;
}

/** An update whose gradients have been taken and not yet applied. */
interface PlayedUpdate {
  readonly update: UpdatePlan;
  readonly terms: readonly LossTerm[];
  /** By trained network, one per trainable variable. */
  readonly gradients: ReadonlyMap<string, readonly (Tensor | null)[]>;
}

/**
 * Plays one step of the game. @param step counts from 1.
 * Tensors are computed once, with the weights at the start of the step; then each update in order takes the gradients of
 * its weighted losses by its networks' variables, and its optimiser moves them. Updates of one group move together.
 */
export async function playStep(
  game: Game,
  batch: Batch,
  step: number,
  run: ScheduleContext,
): Promise<PlayedStep> {
  const { plan, context } = game;
  const { tf } = context;
  const terms: string[] = [];
  const learningRates: Record<string, number> = {};
  const measured = tf.tidy(() => {
    const values = fieldTensors(tf, batch);
    return withTape(tf, (tape) => {
      const groups = plan.play
        .map((group) =>
          group.map((name) => plan.updates[name]!).filter((update) => step % update.every === 0),
        )
        .filter((group) => group.length > 0);
      const statistics = new Map<Variable, Tensor>();
      const scope = (name: string, trained: ReadonlySet<string>): Scope => ({
        tf,
        registry: context.registry,
        networks: game.networks,
        values,
        batch: batch.size,
        seed: [context.seed, 'step', step, name],
        mode: () => ({ dropout: true, batchStatistics: true }),
        // Running statistics follow the calls in updates that train the network.
        track: (network) =>
          trained.has(network.plan.name)
            ? (variable, value) => void statistics.set(variable, value)
            : undefined,
        pause: tape.pause.bind(tape),
      });

      const anyTrained = new Set(groups.flat().flatMap((update) => update.train));
      for (const tensor of plan.tensors)
        values.set(tensor.name, evaluateTensor(tensor, scope('tensors', anyTrained)));

      const scalars: Tensor[] = [];
      for (const group of groups) {
        const played = group.map((update) =>
          playUpdate(game, update, step, run, tape, scope(update.name, new Set(update.train))),
        );
        for (const { terms: own } of played) {
          terms.push(...own.map((term) => term.key));
          scalars.push(...own.map((term) => term.value));
        }
        for (const { update } of played) {
          learningRates[update.name] =
            update.optimizer.learning_rate *
            scheduleFactor(update.optimizer.schedule, context.registry, run, step);
        }
        tape.pause(() => moveTogether(game, played, learningRates));
      }
      for (const [variable, value] of statistics) variable.assign(value);
      // In a step in which no update is due there is nothing to measure.
      return scalars.length > 0 ? tf.stack(scalars) : tf.tensor1d([]);
    });
  });
  const numbers = await measured.data();
  measured.dispose();
  return { losses: Object.fromEntries(terms.map((key, i) => [key, numbers[i]!])), learningRates };
}

function playUpdate(
  game: Game,
  update: UpdatePlan,
  step: number,
  run: ScheduleContext,
  tape: Tape,
  scope: Scope,
): PlayedUpdate {
  const { registry } = game.context;
  const due = update.losses.filter((loss) => step % loss.every === 0);
  const { terms, total } = updateLosses(
    update,
    due,
    (loss) => loss.config.weight * loss.every * scheduleFactor(loss.config.schedule, registry, run, step),
    scope,
  );
  const networks = update.train.map((name) => game.networks.get(name)!);
  const variables = networks.flatMap((network) => network.trainable.map(({ variable }) => variable));
  const all = tape.gradients(total, variables);
  const gradients = new Map<string, readonly (Tensor | null)[]>();
  let from = 0;
  for (const network of networks) {
    gradients.set(network.plan.name, all.slice(from, (from += network.trainable.length)));
  }
  return { update, terms, gradients };
}

/** One optimiser step per network: where several updates of a group train it, with the sum of their gradients. */
function moveTogether(
  game: Game,
  played: readonly PlayedUpdate[],
  learningRates: Readonly<Record<string, number>>,
): void {
  const { tf } = game.context;
  const sums = new Map<string, { update: UpdatePlan; gradients: readonly (Tensor | null)[] }>();
  for (const { update, gradients } of played) {
    for (const [network, own] of gradients) {
      const sum = sums.get(network);
      const added = sum ? own.map((g, i) => add(tf, g, sum.gradients[i] ?? null)) : own;
      sums.set(network, { update, gradients: added });
    }
  }
  for (const [network, { update, gradients }] of sums) {
    game.optimizers.get(network)!.apply(gradients, update.optimizer, learningRates[update.name]!);
  }
}

function add(tf: Game['context']['tf'], a: Tensor | null, b: Tensor | null): Tensor | null {
  return a && b ? tf.add(a, b) : (a ?? b);
}
