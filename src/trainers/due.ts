import type { LossPlan, UpdatePlan } from '../plan/index.js';
import type { Game } from './game.js';
import { type RunClock, scheduleFactor } from './schedule.js';

/** An update that is due in a step, with those of its losses that are due. */
export interface DueUpdate {
  readonly update: UpdatePlan;
  readonly losses: readonly DueLoss[];
}

export interface DueLoss {
  readonly loss: LossPlan;
  /** After its schedule; times n where the loss is due in every nth step only. */
  readonly weight: number;
}

/** One step as decided on the host, before anything is computed. */
export interface DueStep {
  /** Updates of one group move together. */
  readonly groups: readonly (readonly DueUpdate[])[];
  /** Weights of losses and numbers of optimisers, by `weightKey` and `optimizerKey`. */
  readonly numbers: ReadonlyMap<string, number>;
  /** By update, after the schedule and the rollbacks. */
  readonly learningRates: Readonly<Record<string, number>>;
  /** Equal for steps that do the same operations. */
  readonly key: string;
}

export const weightKey = (update: string, loss: string): string => `weight/${update}/${loss}`;
/** @param group number of the group in `play`: a network may be trained by more than one. */
export const optimizerKey = (group: number, network: string, name: string): string =>
  `optimizer/${group}/${network}/${name}`;

/**
 * Decides what a step does, and counts the optimisers' updates. @param step counts from 1.
 */
export function dueStep({ plan, context, optimizers, rate }: Game, step: number, run: RunClock): DueStep {
  const { registry } = context;
  const numbers = new Map<string, number>();
  const learningRates: Record<string, number> = {};
  let key = '';
  const groups = plan.play
    .map((names) => names.map((name) => plan.updates[name]!).filter(({ every }) => step % every === 0))
    .filter((updates) => updates.length > 0)
    .map((updates, group) => {
      const due = updates.map((update): DueUpdate => {
        key += `|${update.name}:`;
        const losses = update.losses
          .filter(({ every }) => step % every === 0)
          .map((loss) => {
            const { weight: weightPerStep, schedule } = loss.config;
            const path = `game.updates.${update.name}.losses.${loss.name}`;
            const weight = weightPerStep * loss.every * scheduleFactor(schedule, registry, run, step, path);
            numbers.set(weightKey(update.name, loss.name), weight);
            // Weights of 0 and 1 save an operation each, so the operations depend on them.
            key += `${loss.name}${weight === 0 || weight === 1 ? `=${weight}` : ''},`;
            return { loss, weight };
          });
        const { learning_rate, schedule } = update.optimizer;
        const path = `game.updates.${update.name}.optimizer`;
        learningRates[update.name] =
          rate * learning_rate * scheduleFactor(schedule, registry, run, step, path);
        return { update, losses };
      });
      key += ';';
      for (const [network, update] of trainedBy(updates)) {
        const optimizerNumbers = optimizers
          .get(network)!
          .advance(update.optimizer, learningRates[update.name]!);
        for (const [name, value] of Object.entries(optimizerNumbers))
          numbers.set(optimizerKey(group, network, name), value);
      }
      return due;
    });
  return { groups, numbers, learningRates, key };
}

/** The networks that a group of updates trains, each with the update whose optimiser moves it. */
export function trainedBy(updates: readonly UpdatePlan[]): ReadonlyMap<string, UpdatePlan> {
  return new Map(updates.flatMap((update) => update.train.map((network) => [network, update])));
}
