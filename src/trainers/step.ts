import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import { drawn } from '../core/draw.js';
import { Random } from '../core/random.js';
import type { Feed } from '../core/repeat.js';
import type { Batch } from '../data/types.js';
import { evaluateTensor, type Scope, type Tape, withTape } from '../graph/index.js';
import type { ScheduleContext } from '../registry/index.js';
import { type DueStep, dueStep, type DueUpdate, optimizerKey, type StepInputs, trainedBy } from './due.js';
import { fedFields } from './fields.js';
import type { Game } from './game.js';
import { termKeys, updateLosses } from './losses.js';

/** What a step measured. */
export interface PlayedStep {
  /** Unweighted losses and weighted totals, by key. */
  readonly losses: Readonly<Record<string, number>>;
  /** By update. */
  readonly learningRates: Readonly<Record<string, number>>;
}

/** An update whose gradients have been taken and not yet applied. */
interface PlayedUpdate {
  readonly due: DueUpdate;
  /** One per key of `termKeys`. */
  readonly terms: readonly Scalar[];
  /** By trained network, one per trainable variable. */
  readonly gradients: ReadonlyMap<string, readonly (Tensor | null)[]>;
}

/**
 * Plays one step of the game. @param step counts from 1.
 * What is due, and every number that changes from step to step, is decided first. The operations follow from that
 * alone, so that an engine which has seen them may do them again by itself.
 */
export async function playStep(
  game: Game,
  batch: Batch,
  step: number,
  run: ScheduleContext,
): Promise<PlayedStep> {
  const due = dueStep(game, step, run);
  const shapes = Object.values(batch.fields).map(({ shape }) => shape.join('x'));
  const inputs: StepInputs = { step, batch, numbers: due.numbers };
  const [measured] = game.repeater.run(`${due.key}${shapes.join()}`, inputs, (feed) => [
    computeStep(game, batch, due, feed),
  ]);
  const values = await measured!.data();
  measured!.dispose();
  follow(game, due);
  const terms = due.groups.flat().flatMap(termKeys);
  return {
    losses: Object.fromEntries(terms.map((key, i) => [key, values[i]!])),
    learningRates: due.learningRates,
  };
}

/**
 * Tensors are computed once, with the weights at the start of the step; then each update in order takes the gradients of
 * its weighted losses by its networks' variables, and its optimiser moves them. Updates of one group move together.
 * @param batch for its size and shapes; its values come through `feed`.
 * @returns one value per term of each update, in order.
 */
function computeStep(game: Game, batch: Batch, { groups }: DueStep, feed: Feed<StepInputs>): Tensor {
  const { plan, context } = game;
  const { tf } = context;
  const values = fedFields(batch, feed);
  return withTape(tf, (tape) => {
    const statistics = new Map<Variable, Tensor>();
    const scope = (name: string, trained: ReadonlySet<string>): Scope => ({
      tf,
      registry: context.registry,
      networks: game.networks,
      values,
      batch: batch.size,
      draw: (shape, fill, id) =>
        feed(shape, ({ step }) => drawn(shape, new Random(context.seed, 'step', step, name, ...id), fill)),
      mode: () => ({ dropout: true, batchStatistics: true }),
      // Running statistics follow the calls in updates that train the network.
      track: (network) =>
        trained.has(network.plan.name)
          ? (variable, value) => void statistics.set(variable, value)
          : undefined,
      pause: tape.pause.bind(tape),
    });

    const anyTrained = new Set(groups.flat().flatMap(({ update }) => update.train));
    for (const tensor of plan.tensors)
      values.set(tensor.name, evaluateTensor(tensor, scope('tensors', anyTrained)));

    const scalars: Scalar[] = [];
    for (const [index, group] of groups.entries()) {
      const played = group.map((due) =>
        playUpdate(game, due, tape, scope(due.update.name, new Set(due.update.train)), feed),
      );
      scalars.push(...played.flatMap(({ terms }) => terms));
      tape.pause(() => moveTogether(game, played, index, feed));
    }
    for (const [variable, value] of statistics) variable.assign(value);
    // In a step in which no update is due there is nothing to measure.
    return scalars.length > 0 ? tf.stack(scalars) : tf.tensor1d([]);
  });
}

/** Averages follow by themselves, after the step is computed: within it they would keep weights from moving in place. */
function follow({ averages, context, flush }: Game, { groups }: DueStep): void {
  const trained = new Set(groups.flat().flatMap(({ update }) => update.train));
  const moved = [...averages].filter(([name]) => trained.has(name));
  if (moved.length === 0) return;
  context.tf.tidy(() => moved.forEach(([, average]) => average.follow()));
  flush();
}

function playUpdate(
  game: Game,
  due: DueUpdate,
  tape: Tape,
  scope: Scope,
  feed: Feed<StepInputs>,
): PlayedUpdate {
  const place = `update ${due.update.name} of the game`;
  const { terms, total } = named(game, place, () => updateLosses(due, feed, scope));
  const networks = due.update.train.map((name) => game.networks.get(name)!);
  const variables = networks.flatMap((network) => network.trainable.map(({ variable }) => variable));
  const all = tape.gradients(total, variables);
  const gradients = new Map<string, readonly (Tensor | null)[]>();
  let from = 0;
  for (const network of networks) {
    gradients.set(network.plan.name, all.slice(from, (from += network.trainable.length)));
  }
  return { due, terms, gradients };
}

/** One optimiser step per network: where several updates of a group train it, with the sum of their gradients. */
function moveTogether(
  game: Game,
  played: readonly PlayedUpdate[],
  group: number,
  feed: Feed<StepInputs>,
): void {
  const { tf } = game.context;
  for (const [network, update] of trainedBy(played.map(({ due }) => due.update))) {
    const optimizer = game.optimizers.get(network)!;
    const gradients = played
      .map((each) => each.gradients.get(network))
      .filter((own) => own !== undefined)
      .reduce((sum, own) => own.map((gradient, i) => add(tf, gradient, sum[i] ?? null)));
    named(game, `optimizer ${update.optimizer.type} of network ${network}`, () =>
      optimizer.apply(gradients, update.optimizer, (name) =>
        feed([], ({ numbers }) => numbers.get(optimizerKey(group, network, name))!),
      ),
    );
  }
}

/** Runs `f`, and lets a rehearsal know what it belongs to. */
function named<T>({ context }: Game, place: string, f: () => T): T {
  return context.rehearsed ? context.rehearsed.within(place, f) : f();
}

function add(tf: Game['context']['tf'], a: Tensor | null, b: Tensor | null): Tensor | null {
  return a && b ? tf.add(a, b) : (a ?? b);
}
