import type { Variable } from '@tensorflow/tfjs';
import type { LazyArray, NamedArray } from '../core/state.js';
import { assignAll, type Network, type NetworkContext, readable } from './network.js';

/**
 * Averaged weights of one network, running statistics among them: after each of its updates
 * average <- decay average + (1 - decay) weights, starting from the first weights.
 * Outputs are made with them; training does not use them.
 */
export class NetworkAverage {
  /** By the variable's name. */
  readonly variables: ReadonlyMap<string, Variable>;

  constructor(
    private readonly network: Network,
    /** Of the current phase. */
    public decay: number,
    private readonly context: NetworkContext,
  ) {
    const { tf } = context;
    const copies = [...network.variables].map(([name, variable]): [string, Variable] => {
      // Copied through the host: the weights are later updated in place.
      const start = tf.tensor(variable.dataSync<'float32'>().slice(), variable.shape);
      const copy = tf.variable(start, false);
      start.dispose();
      return [name, copy];
    });
    this.variables = new Map(copies);
  }

  /** To be called after an update of the network. */
  update(): void {
    const { tf } = this.context;
    for (const [name, average] of this.variables) {
      const distance = tf.sub(this.network.variables.get(name)!, average);
      average.assign(tf.add(average, tf.mul(distance, 1 - this.decay)));
    }
  }

  read(): LazyArray[] {
    return readable(this.variables);
  }

  write(arrays: readonly NamedArray[], where: string): void {
    assignAll(this.context.tf, this.variables, arrays, `${where}, average of ${this.network.plan.name}`);
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }
}
