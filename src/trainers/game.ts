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
import { GameState } from './game-state.js';
import { NetworkOptimizer } from './optimizer.js';
import type { OutputInputs } from './outputs.js';

/** Weights that a network starts from in place of its initial ones. */
export interface StartingWeights {
  readonly network: string;
  readonly arrays: readonly NamedArray[];
  /** Averaged weights to continue with; default: averages start from the weights. */
  readonly average?: readonly NamedArray[];
  /** Their source, for messages. */
  readonly where: string;
}

export interface GameOptions {
  readonly plan: Plan;
  readonly engine: Pick<Engine, 'tf' | 'ops' | 'repeater' | 'flush'>;
  readonly registry: Registry;
  /** Present in a dry run, where nothing is computed: see dry-run.ts. */
  readonly dryRun?: NetworkContext['dryRun'];
  readonly weights?: readonly StartingWeights[];
}

/**
 * The networks of a plan, the optimisers that train them and the game's state: everything that a checkpoint holds.
 * A run of several phases enters one plan after the other. What the plans have in common is carried over; what one of
 * them leaves out keeps its values until another uses it again.
 */
export class Game {
  readonly context: NetworkContext;
  /** Computes what is pending. */
  readonly flush: () => void;
  /** Of tensors and losses, from step to step. */
  readonly state: GameState;
  /** Times that training went back to a checkpoint after a value that is not finite. */
  rollbacks = 0;
  private current!: PlanState;
  private readonly everyNetwork = new Map<string, Network>();
  private readonly everyOptimizer = new Map<string, NetworkOptimizer>();
  private readonly everyAverage = new Map<string, NetworkAverage>();
  private readonly gradientSums = new Map<string, readonly Variable[]>();

  constructor(private readonly options: GameOptions) {
    const { plan, engine, registry, dryRun } = options;
    this.context = {
      tf: engine.tf,
      ops: engine.ops,
      registry,
      seed: plan.recipe.train.seed,
      ...(dryRun ? { dryRun } : {}),
    };
    this.flush = () => engine.flush();
    this.state = new GameState(this.context);
    this.enter(plan);
  }

  get plan(): Plan {
    return this.current.plan;
  }

  /** Factor of all learning rates: each rollback halves them. */
  get rate(): number {
    return 0.5 ** this.rollbacks;
  }

  /** Of the current plan. */
  get networks(): ReadonlyMap<string, Network> {
    return this.current.networks;
  }

  /** By network; absent where no plan so far trains it. */
  get optimizers(): ReadonlyMap<string, NetworkOptimizer> {
    return this.everyOptimizer;
  }

  /** By network; absent where the plan asks for none, or no plan so far trains it. */
  get averages(): ReadonlyMap<string, NetworkAverage> {
    return this.everyAverage;
  }

  /** Runs the steps. */
  get repeater(): Repeater<StepInputs> {
    return this.current.repeater;
  }

  /** Makes outputs. */
  get outputs(): Repeater<OutputInputs> {
    return this.current.outputs;
  }

  /** Continues with the plan of the next phase. */
  enter(plan: Plan): void {
    const { engine } = this.options;
    const networks = new Map<string, Network>();
    for (const network of Object.values(plan.networks)) {
      const { name } = network;
      const previous = this.everyNetwork.get(name);
      networks.set(name, new Network(network, this.context, previous?.variables));
      this.everyNetwork.set(name, networks.get(name)!);
      const weights = this.options.weights?.find((each) => each.network === name);
      if (!previous && weights) this.start(name, weights.arrays, weights.where);
    }
    for (const { train, optimizer } of plan.play.flat().map((name) => plan.updates[name]!))
      for (const trained of train)
        if (!this.everyOptimizer.has(trained))
          this.everyOptimizer.set(
            trained,
            new NetworkOptimizer(networks.get(trained)!, optimizer, this.context),
          );
    for (const [name, network] of networks) this.average(name, network);
    this.state.enter(plan);
    this.current = { plan, networks, repeater: engine.repeater(), outputs: engine.repeater() };
  }

  /** Averages start from the weights at the time when a plan first asks for them. */
  private average(name: string, network: Network): void {
    const existing = this.everyAverage.get(name);
    const { ema } = network.plan;
    if (ema === undefined) {
      existing?.dispose();
      this.everyAverage.delete(name);
    } else if (existing) existing.decay = ema;
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

  /** Sums of a network's gradients over the micro-batches of a step, one per trainable variable. */
  sums(network: string): readonly Variable[] {
    const existing = this.gradientSums.get(network);
    if (existing) return existing;
    const { tf } = this.context;
    const sums = this.networks.get(network)!.trainable.map(({ variable: { shape } }) => {
      const zeros = tf.tensor(new Float32Array(sizeOf(shape)), shape);
      const sum = tf.variable(zeros, false);
      zeros.dispose();
      return sum;
    });
    this.gradientSums.set(network, sums);
    return sums;
  }

  /** Everything, to be copied to the host before the next step changes it. @param step steps done. */
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
    const kept = this.state.read();
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
      // A state saved without averages: they start from its weights.
      this.averages.get(name)?.write(saved.average ?? saved.weights, where);
      const optimizer = this.optimizers.get(name);
      if (!optimizer) continue;
      if (!saved.optimizer) throw new UserError(`${where}: the optimizer of "${name}" is missing.`);
      optimizer.write(saved.optimizer, where);
    }
    this.state.write(state.kept ?? [], where);
    this.rollbacks = state.rollbacks ?? 0;
  }

  dispose(): void {
    for (const network of this.everyNetwork.values()) network.dispose();
    for (const optimizer of this.optimizers.values()) optimizer.dispose();
    for (const average of this.averages.values()) average.dispose();
    this.state.dispose();
    for (const sum of [...this.gradientSums.values()].flat()) sum.dispose();
  }
}

/** What is replaced when another plan is entered. */
interface PlanState {
  readonly plan: Plan;
  readonly networks: ReadonlyMap<string, Network>;
  readonly repeater: Repeater<StepInputs>;
  readonly outputs: Repeater<OutputInputs>;
}
