import type { Variable } from '@tensorflow/tfjs';
import { sameShape, type Shape, sizeOf } from '../core/shape.js';
import type { LazyArray, NamedArray } from '../core/state.js';
import { assignAll, type NetworkContext, readable } from './network.js';
import type { Plan } from '../plan/index.js';
import type { State, StateShapes } from '../registry/index.js';

/** What the tensors and losses of a game remember from step to step: a pool of images, a running mean. */
export class GameState {
  private ofPlan: ReadonlyMap<string, State> = new Map<string, State>();
  private readonly variables = new Map<string, Variable>();

  constructor(private readonly context: NetworkContext) {}

  /** State of the current plan, by `tensors/NAME` and `losses/UPDATE/NAME`. */
  get byOwner(): ReadonlyMap<string, State> {
    return this.ofPlan;
  }

  /**
   * Makes variables for a plan's state, zeros at first. An owner's existing variables are kept where all of them have the
   * shapes of the plan: a pool whose images change their size starts empty, whatever its count was.
   */
  enter(plan: Plan): void {
    this.ofPlan = new Map(
      [...statesOf(plan)].map(([owner, shapes]): [string, State] => {
        const entries = Object.entries(shapes);
        const isKept = entries.every(([name, shape]) => {
          const existing = this.variables.get(`${owner}/${name}`);
          return existing !== undefined && sameShape(existing.shape, shape);
        });
        const variables = entries.map(([name, shape]) => [
          name,
          this.variable(`${owner}/${name}`, shape, isKept),
        ]);
        return [owner, Object.fromEntries(variables) as State];
      }),
    );
  }

  read(): LazyArray[] {
    return readable(this.variables);
  }

  /** @throws UserError where something is missing or of another shape: nothing is then changed. */
  write(arrays: readonly NamedArray[], where: string): void {
    assignAll(this.context.tf, this.variables, arrays, `${where}, what the game keeps`);
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }

  private variable(name: string, shape: Shape, isKept: boolean): Variable {
    const existing = this.variables.get(name);
    if (existing && isKept) return existing;
    existing?.dispose();
    const { tf } = this.context;
    const zeros = tf.tensor(new Float32Array(sizeOf(shape)), [...shape]);
    const variable = tf.variable(zeros, false);
    zeros.dispose();
    this.variables.set(name, variable);
    return variable;
  }
}

function* statesOf({ tensors, updates }: Plan): Generator<readonly [owner: string, shapes: StateShapes]> {
  for (const { name, state } of tensors) if (state) yield [`tensors/${name}`, state];
  for (const { name: update, losses } of Object.values(updates))
    for (const { name, state } of losses) if (state) yield [`losses/${update}/${name}`, state];
}
