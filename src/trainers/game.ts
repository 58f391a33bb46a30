import type { Variable } from '@tensorflow/tfjs';
import { UserError } from '../core/errors.js';
import type { Repeater } from '../core/repeat.js';
import { sizeOf } from '../core/shape.js';
import type { LazyArray, NamedArray, NetworkState, TrainState } from '../core/state.js';
import type { Engine } from '../engine/index.js';
import { Network, type NetworkContext } from './network.js';
import type { Plan } from '../plan/index.js';
import type { Registry } from '../registry/index.js';
import { NetworkAverage } from './average.js';
import type { StepInputs } from './step-inputs.js';
import { Kept } from './game-state.js';
import { NetworkOptimizer } from './optimizer.js';
import type { OutputInputs } from './outputs.js';

/** Weights that a network starts from in place of its initial ones. */
export interface StartingWeights {
  readonly network: string;
  readonly arrays: readonly NamedArray[];
  /** Averages to go on with; default: they begin with the weights. */
  readonly average?: readonly NamedArray[];
  /** Where they are from, for messages. */
  readonly where: string;
}

export interface GameOptions {
  readonly plan: Plan;
  readonly engine: Pick<Engine, 'tf' | 'ops' | 'repeater' | 'flush'>;
  readonly registry: Registry;
  /** Present where nothing is computed: see rehearse.ts. */
  readonly rehearsed?: NetworkContext['rehearsed'];
  readonly weights?: readonly StartingWeights[];
}

/**
 * The networks of a plan with the optimisers that train them, and what its game keeps: everything that a checkpoint holds.
 * A run of several phases enters the plan of one after the other. Whatever the plans have in common goes on, and what one
 * of them leaves out rests until another takes it up again.
 */
export class Game {
  readonly context: NetworkContext;
  /** Computes what is pending. */
  readonly flush: () => void;
  /** What tensors and losses keep. */
  readonly kept: Kept;
  /** How often training went back to a checkpoint. */
  rollbacks = 0;
  private playing!: Playing;
  private readonly everyNetwork = new Map<string, Network>();
  private readonly everyOptimizer = new Map<string, NetworkOptimizer>();
  private readonly everyAverage = new Map<string, NetworkAverage>();
  private readonly gradients = new Map<string, readonly Variable[]>();

  constructor(private readonly options: GameOptions) {
    const { plan, engine, registry, rehearsed } = options;
    this.context = {
      tf: engine.tf,
      ops: engine.ops,
      registry,
      seed: plan.recipe.train.seed,
      ...(rehearsed ? { rehearsed } : {}),
    };
    this.flush = () => engine.flush();
    this.kept = new Kept(this.context);
    this.enter(plan);
  }

  get plan(): Plan {
    return this.playing.plan;
  }

  /** Factor of all learning rates: each rollback halves them. */
  get rate(): number {
    return 0.5 ** this.rollbacks;
  }

  /** Those that the plan builds. */
  get networks(): ReadonlyMap<string, Network> {
    return this.playing.networks;
  }

  /** By network; absent where nothing has trained it so far. */
  get optimizers(): ReadonlyMap<string, NetworkOptimizer> {
    return this.everyOptimizer;
  }

  /** By network; absent where none are asked for, or nothing has moved the weights so far. */
  get averages(): ReadonlyMap<string, NetworkAverage> {
    return this.everyAverage;
  }

  /** Runs the steps. */
  get repeater(): Repeater<StepInputs> {
    return this.playing.repeater;
  }

  /** Makes outputs. */
  get outputs(): Repeater<OutputInputs> {
    return this.playing.outputs;
  }

  /** Goes on with another plan: of the next phase. */
  enter(plan: Plan): void {
    const { engine } = this.options;
    const networks = new Map<string, Network>();
    for (const network of Object.values(plan.networks)) {
      const { name } = network;
      const before = this.everyNetwork.get(name);
      networks.set(name, new Network(network, this.context, before?.variables));
      this.everyNetwork.set(name, networks.get(name)!);
      const weights = this.options.weights?.find((each) => each.network === name);
      if (!before && weights) this.start(name, weights.arrays, weights.where);
    }
    for (const { train, optimizer } of plan.play.flat().map((name) => plan.updates[name]!))
      for (const trained of train)
        if (!this.everyOptimizer.has(trained))
          this.everyOptimizer.set(
            trained,
            new NetworkOptimizer(networks.get(trained)!, optimizer, this.context),
          );
    for (const [name, network] of networks) this.average(name, network);
    this.kept.enter(plan);
    this.playing = { plan, networks, repeater: engine.repeater(), outputs: engine.repeater() };
  }

  /** Averages begin with the weights as they are when they are first asked for. */
  private average(name: string, network: Network): void {
    const known = this.everyAverage.get(name);
    const { ema } = network.plan;
    if (ema === undefined) {
      known?.dispose();
      this.everyAverage.delete(name);
    } else if (known) known.decay = ema;
    else if (this.everyOptimizer.has(name)) {
      const average = new NetworkAverage(network, ema, this.context);
      const weights = this.options.weights?.find((each) => each.network === name);
      if (weights?.average) average.write(weights.average, weights.where);
      this.everyAverage.set(name, average);
    }
  }

  /** Puts starting weights in place of a network's initial ones, averages included. */
  start(name: string, weights: readonly NamedArray[], where: string): void {
    this.everyNetwork.get(name)!.write(weights, where);
    this.everyAverage.get(name)?.write(weights, where);
  }

  /** Room for a network's gradients, one per trainable variable: their sums while a step is computed in parts. */
  sums(network: string): readonly Variable[] {
    const known = this.gradients.get(network);
    if (known) return known;
    const { tf } = this.context;
    const made = this.networks.get(network)!.trainable.map(({ variable: { shape } }) => {
      const zeros = tf.tensor(new Float32Array(sizeOf(shape)), shape);
      const sum = tf.variable(zeros, false);
      zeros.dispose();
      return sum;
    });
    this.gradients.set(network, made);
    return made;
  }

  /** Everything, to be copied to the host before the next step moves it. @param step steps done. */
  read(step: number): TrainState<LazyArray> {
    const networks: Record<string, NetworkState<LazyArray>> = {};
    for (const [name, network] of this.everyNetwork) {
      const optimizer = this.optimizers.get(name);
      const average = this.averages.get(name);
      networks[name] = {
        weights: network.read(),
        ...(average ? { average: average.read() } : {}),
        ...(optimizer ? { optimizer: optimizer.read() } : {}),
      };
    }
    const kept = this.kept.read();
    const { rollbacks } = this;
    return {
      step,
      networks,
      ...(kept.length > 0 ? { kept } : {}),
      ...(rollbacks > 0 ? { rollbacks } : {}),
    };
  }

  /**
   * Puts weights and optimisers back. @param where the state comes from, for messages.
   * @throws UserError where the state is of other networks.
   */
  write(state: TrainState, where: string): void {
    for (const [name, network] of this.everyNetwork) {
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
    this.kept.write(state.kept ?? [], where);
    this.rollbacks = state.rollbacks ?? 0;
  }

  dispose(): void {
    for (const network of this.everyNetwork.values()) network.dispose();
    for (const optimizer of this.optimizers.values()) optimizer.dispose();
    for (const average of this.averages.values()) average.dispose();
    this.kept.dispose();
    for (const sum of [...this.gradients.values()].flat()) sum.dispose();
  }
}

/** What changes with the plan. */
interface Playing {
  readonly plan: Plan;
  readonly networks: ReadonlyMap<string, Network>;
  readonly repeater: Repeater<StepInputs>;
  readonly outputs: Repeater<OutputInputs>;
}
