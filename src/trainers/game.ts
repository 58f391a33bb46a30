import { UserError } from '../core/errors.js';
import type { Repeater } from '../core/repeat.js';
import type { LazyArray, NamedArray, NetworkState, TrainState } from '../core/state.js';
import type { Engine } from '../engine/index.js';
import { Network, type NetworkContext } from '../graph/index.js';
import type { Plan } from '../plan/types.js';
import type { Registry } from '../registry/index.js';
import { NetworkAverage } from './average.js';
import { NetworkOptimizer } from './optimizer.js';
import type { StepInputs } from './due.js';
import type { OutputInputs } from './outputs.js';

export interface GameOptions {
  readonly plan: Plan;
  readonly engine: Pick<Engine, 'tf' | 'ops' | 'repeater' | 'flush'>;
  readonly registry: Registry;
  /** Present where nothing is computed: see rehearse.ts. */
  readonly rehearsed?: NetworkContext['rehearsed'];
}

/** The networks of a plan with the optimisers that train them: everything that a checkpoint keeps. */
export class Game {
  readonly plan: Plan;
  readonly context: NetworkContext;
  readonly networks: ReadonlyMap<string, Network>;
  /** Runs the steps. */
  readonly repeater: Repeater<StepInputs>;
  /** Makes outputs. */
  readonly outputs: Repeater<OutputInputs>;
  /** By network; absent where no played update trains it. */
  readonly optimizers: ReadonlyMap<string, NetworkOptimizer>;
  /** By network; absent where none are asked for, or nothing moves the weights. */
  readonly averages: ReadonlyMap<string, NetworkAverage>;
  /** Computes what is pending. */
  readonly flush: () => void;

  constructor({ plan, engine, registry, rehearsed }: GameOptions) {
    this.plan = plan;
    this.repeater = engine.repeater();
    this.outputs = engine.repeater();
    this.context = {
      tf: engine.tf,
      ops: engine.ops,
      registry,
      seed: plan.recipe.train.seed,
      ...(rehearsed ? { rehearsed } : {}),
    };
    this.networks = new Map(
      Object.values(plan.networks).map((network) => [network.name, new Network(network, this.context)]),
    );
    const optimizers = new Map<string, NetworkOptimizer>();
    for (const name of plan.play.flat()) {
      const update = plan.updates[name]!;
      for (const trained of update.train) {
        if (optimizers.has(trained)) continue;
        optimizers.set(
          trained,
          new NetworkOptimizer(this.networks.get(trained)!, update.optimizer, this.context),
        );
      }
    }
    this.optimizers = optimizers;
    const averaged = [...this.networks].filter(([name]) => optimizers.has(name));
    this.averages = new Map(
      averaged.flatMap(([name, network]) =>
        network.plan.ema === undefined
          ? []
          : [[name, new NetworkAverage(network, network.plan.ema, this.context)]],
      ),
    );
    this.flush = () => engine.flush();
  }

  /** Puts starting weights in place of a network's initial ones, averages included. */
  start(name: string, weights: readonly NamedArray[], where: string): void {
    this.networks.get(name)!.write(weights, where);
    this.averages.get(name)?.write(weights, where);
  }

  /** Everything, to be copied to the host before the next step moves it. @param step steps done. */
  read(step: number): TrainState<LazyArray> {
    const networks: Record<string, NetworkState<LazyArray>> = {};
    for (const [name, network] of this.networks) {
      const optimizer = this.optimizers.get(name);
      const average = this.averages.get(name);
      networks[name] = {
        weights: network.read(),
        ...(average ? { average: average.read() } : {}),
        ...(optimizer ? { optimizer: optimizer.read() } : {}),
      };
    }
    return { step, networks };
  }

  /**
   * Puts weights and optimisers back. @param where the state comes from, for messages.
   * @throws UserError where the state is of other networks.
   */
  write(state: TrainState, where: string): void {
    for (const [name, network] of this.networks) {
      const saved = state.networks[name];
      if (!saved) throw new UserError(`${where}: network "${name}" is missing.`);
      network.write(saved.weights, where);
      // What was saved without averages begins to average now.
      this.averages.get(name)?.write(saved.average ?? saved.weights, where);
      const optimizer = this.optimizers.get(name);
      if (!optimizer) continue;
      if (!saved.optimizer) throw new UserError(`${where}: the optimizer of "${name}" is missing.`);
      optimizer.write(saved.optimizer, where);
    }
  }

  dispose(): void {
    for (const network of this.networks.values()) network.dispose();
    for (const optimizer of this.optimizers.values()) optimizer.dispose();
    for (const average of this.averages.values()) average.dispose();
  }
}
