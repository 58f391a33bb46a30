import type { Variable } from '@tensorflow/tfjs';
import { sameShape, type Shape, sizeOf } from '../core/shape.js';
import type { LazyArray, NamedArray } from '../core/state.js';
import { assignAll, type NetworkContext, readable } from './network.js';
import type { Plan } from '../plan/index.js';
import type { State, StateShapes } from '../registry/index.js';

/** What the tensors and losses of a game keep from step to step: a pool of images, a running mean. */
export class Kept {
  private byOwner: ReadonlyMap<string, State> = new Map<string, State>();
  private readonly variables = new Map<string, Variable>();

  constructor(private readonly context: NetworkContext) {}

  /** Of the plan that is played, by `tensors/NAME` and `losses/UPDATE/NAME`. */
  get states(): ReadonlyMap<string, State> {
    return this.byOwner;
  }

  /**
   * Makes room for what a plan keeps, 0 at first. What an owner has already goes on where all of it has the same shapes:
   * a pool whose images are of another size is not filled, whatever its count was.
   */
  enter(plan: Plan): void {
    this.byOwner = new Map(
      [...keptBy(plan)].map(([owner, shapes]): [string, State] => {
        const entries = Object.entries(shapes);
        const goesOn = entries.every(([name, shape]) => {
          const known = this.variables.get(`${owner}/${name}`);
          return known !== undefined && sameShape(known.shape, shape);
        });
        const own = entries.map(([name, shape]) => [name, this.variable(`${owner}/${name}`, shape, goesOn)]);
        return [owner, Object.fromEntries(own) as State];
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

  private variable(name: string, shape: Shape, goesOn: boolean): Variable {
    const known = this.variables.get(name);
    if (known && goesOn) return known;
    known?.dispose();
    const { tf } = this.context;
    const zeros = tf.tensor(new Float32Array(sizeOf(shape)), [...shape]);
    const variable = tf.variable(zeros, false);
    zeros.dispose();
    this.variables.set(name, variable);
    return variable;
  }
}

function* keptBy({ tensors, updates }: Plan): Generator<readonly [owner: string, shapes: StateShapes]> {
  for (const { name, kept } of tensors) if (kept) yield [`tensors/${name}`, kept];
  for (const { name: update, losses } of Object.values(updates))
    for (const { name, kept } of losses) if (kept) yield [`losses/${update}/${name}`, kept];
}
