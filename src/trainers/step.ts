import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { Feed } from '../core/repeat.js';
import type { Batch } from '../data/index.js';
import { evaluateTensor } from './calls.js';
import { withTape } from './tape.js';
import { type DueStep, dueStep } from './due.js';
import type { StepInputs } from './step-inputs.js';
import { fedFields } from './fields.js';
import type { Game } from './game.js';
import { termKeys } from './losses.js';
import { playMicroBatches } from './micro-batches.js';
import type { RunClock } from './schedule.js';
import { applyGradients, playUpdate, scopeOf, type StepContext, sumOfGradients } from './update.js';

/** What is logged of a step. */
export interface PlayedStep {
  /** Unweighted losses and weighted totals, by key. */
  readonly losses: Readonly<Record<string, number>>;
  /** By update. */
  readonly learningRates: Readonly<Record<string, number>>;
}

/**
 * Plays one step of the game. @param step counts from 1.
 * What is due, and every number that changes from step to step, is decided first. The operations follow from that
 * alone, so that an engine which has seen them may do them again by itself.
 */
export async function playStep(game: Game, batch: Batch, step: number, run: RunClock): Promise<PlayedStep> {
  const due = dueStep(game, step, run);
  const inputs = { step, numbers: due.numbers, drawings: new Map<string, Float32Array>() };
  const { accumulate } = game.plan.recipe.train;
  const values =
    accumulate > 1
      ? await playMicroBatches(game, batch, due, inputs, accumulate)
      : await playWholeBatch(game, due, {
          ...inputs,
          batch,
          microBatch: { index: 0, count: 1 },
          stored: new Map(),
        });
  updateAverages(game, due);
  const terms = due.groups.flat().flatMap(termKeys);
  return {
    losses: Object.fromEntries(terms.map((key, i) => [key, values[i]!])),
    learningRates: due.learningRates,
  };
}

/** @returns one value per term of each update, in order. */
async function playWholeBatch(game: Game, due: DueStep, inputs: StepInputs): Promise<ArrayLike<number>> {
  const { batch } = inputs;
  const shapes = Object.values(batch.fields).map(({ shape }) => shape.join('x'));
  const [termValues] = game.repeater.run(`${due.key}${shapes.join()}`, inputs, (feed) => [
    computeStep(game, batch, due, feed),
  ]);
  const values = await termValues!.data();
  termValues!.dispose();
  return values;
}

/**
 * Tensors are computed once, with the weights at the start of the step; then each update in order takes the gradients of
 * its weighted losses by its networks' variables, and its optimiser moves them. Updates of one group move together.
 * @param batch for its size and shapes; its values come through `feed`.
 */
function computeStep(game: Game, batch: Batch, { groups }: DueStep, feed: Feed<StepInputs>): Tensor {
  const { tf } = game.context;
  const values = fedFields(batch, feed);
  return withTape(tf, (tape) => {
    const statistics = new Map<Variable, Tensor>();
    const context: StepContext = { game, tape, feed, values, batch: batch.size, statistics };
    const tensors = scopeOf(context, 'tensors', new Set(groups.flat().flatMap(({ update }) => update.train)));
    for (const tensor of game.plan.tensors) values.set(tensor.name, evaluateTensor(tensor, tensors));
    const scalars = groups.flatMap((group, index) => {
      const played = group.map((due) => playUpdate(context, due));
      tape.pause(() => applyGradients(context, group, sumOfGradients(game, played), index));
      return played.flatMap(({ terms }) => terms);
    });
    for (const [variable, value] of statistics) variable.assign(value);
    // A step in which no update is due has no losses.
    return scalars.length > 0 ? tf.stack(scalars) : tf.tensor1d([]);
  });
}

/** Averages are updated after the step is computed: within it they would keep weights from being changed in place. */
function updateAverages({ averages, context, flush }: Game, { groups }: DueStep): void {
  const trained = new Set(groups.flat().flatMap(({ update }) => update.train));
  const moved = [...averages].filter(([name]) => trained.has(name));
  if (moved.length === 0) return;
  context.tf.tidy(() => moved.forEach(([, average]) => average.update()));
  flush();
}
