import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import { sizeOf } from '../core/shape.js';
import type { LazyArray, NetworkState } from '../core/state.js';
import { assignAll, type Network, type NetworkContext, readable } from './network.js';
import type { OptimizerConfig } from '../recipe/index.js';
import { ownParams } from '../registry/index.js';

/** The optimiser of one network. Its state belongs to the network, whichever updates train it. */
export class NetworkOptimizer {
  private readonly slots: ReadonlyMap<string, Readonly<Record<string, Variable>>>;
  /** All slots by `variable/slot`. */
  private readonly variables: ReadonlyMap<string, Variable>;
  private updates = 0;

  constructor(
    private readonly network: Network,
    config: OptimizerConfig,
    private readonly context: NetworkContext,
  ) {
    const { tf, registry } = context;
    const all = new Map<string, Variable>();
    const bySlot = new Map<string, Record<string, Variable>>();
    for (const { name, variable } of network.trainable) {
      const slots: Record<string, Variable> = {};
      for (const slot of registry.get('optimizer', config.type).slots) {
        // An array of zeros, not tf.zeros: otherwise the first step would differ from the others and be compiled separately.
        const zeros = tf.tensor(new Float32Array(sizeOf(variable.shape)), variable.shape);
        slots[slot] = tf.variable(zeros, false);
        zeros.dispose();
        all.set(`${name}/${slot}`, slots[slot]);
      }
      bySlot.set(name, slots);
    }
    this.slots = bySlot;
    this.variables = all;
  }

  /**
   * Counts an update and computes its numbers. @param config of the update that is played,
   * @param learningRate after its schedule.
   */
  advance(config: OptimizerConfig, learningRate: number): Readonly<Record<string, number>> {
    const definition = this.context.registry.get('optimizer', config.type);
    this.updates += 1;
    return definition.numbers(ownParams(definition, config), { update: this.updates, learningRate });
  }

  /**
   * Moves the network's weights. @param gradients one per trainable variable; null where no loss reaches it.
   * @param feed brings in, by name, what `advance` gave for this update.
   */
  apply(
    gradients: readonly (Tensor | null)[],
    config: OptimizerConfig,
    feed: (name: string) => Scalar,
  ): void {
    const { tf, ops, registry } = this.context;
    const { type, clip_norm, clip_weights } = config;
    const definition = registry.get('optimizer', type);
    const step = definition.build(ownParams(definition, config), { tf, ops });
    const numbers = new Map<string, Scalar>();
    const number = (name: string): Scalar => {
      // tf.keep: the first variable may ask for the number inside a tidy.
      const scalar = numbers.get(name) ?? tf.keep(feed(name));
      numbers.set(name, scalar);
      return scalar;
    };
    const scale = clip_norm === undefined ? undefined : this.clipFactor(gradients, clip_norm);
    this.network.trainable.forEach(({ name, variable }, i) => {
      const gradient = gradients[i];
      if (!gradient) return;
      step({
        variable,
        gradient: scale ? tf.mul(gradient, scale) : gradient,
        slots: this.slots.get(name)!,
        number,
      });
      if (clip_weights !== undefined) variable.assign(tf.clipByValue(variable, -clip_weights, clip_weights));
    });
    for (const scalar of numbers.values()) scalar.dispose();
  }

  /** min(1, limit / norm) of all gradients together. */
  private clipFactor(gradients: readonly (Tensor | null)[], limit: number): Scalar {
    const { tf } = this.context;
    const squares = gradients.filter((g) => g !== null).map((g) => tf.sum(tf.square(g)));
    const norm = tf.sqrt(tf.addN(squares));
    return tf.minimum(1, tf.div(limit, tf.add(norm, 1e-12)));
  }

  read(): NonNullable<NetworkState<LazyArray>['optimizer']> {
    return { slots: readable(this.variables), updates: this.updates };
  }

  write(state: NonNullable<NetworkState['optimizer']>, where: string): void {
    assignAll(
      this.context.tf,
      this.variables,
      state.slots,
      `${where}, optimizer of ${this.network.plan.name}`,
    );
    this.updates = state.updates;
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }
}
