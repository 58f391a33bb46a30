import type { Tensor, Variable } from '@tensorflow/tfjs';
import { type Call, formatCall } from '../core/call.js';
import type { Tf } from '../core/ops.js';
import type { TensorPlan } from '../plan/index.js';
import type { Registry, State } from '../registry/index.js';
import type { DrawFor, Network, NetworkCall } from './network.js';
import type { Tape } from './tape.js';

/** How the calls of one scope (the tensors of a step, one update, an output) are made. */
export interface Scope {
  readonly tf: Tf;
  readonly registry: Registry;
  readonly networks: ReadonlyMap<string, Network>;
  /** Values of fields and tensors so far, `[batch, ...shape]`. */
  readonly values: ReadonlyMap<string, Tensor>;
  readonly batch: number;
  /** All draws in this scope. */
  readonly draw: DrawFor;
  readonly mode: (network: Network) => Pick<NetworkCall, 'dropout' | 'batchStatistics' | 'weights'>;
  readonly track?: (network: Network) => ((variable: Variable, value: Tensor) => void) | undefined;
  /** Present where the values will be differentiated. */
  readonly tape?: Tape;
  /** State of tensors and losses, by `tensors/NAME` and `losses/UPDATE/NAME`; absent where it must not change. */
  readonly states?: ReadonlyMap<string, State>;
}

/** @returns one tensor; several for `features`. */
export function evaluateCall(call: Call, scope: Scope): Tensor[] {
  if (call.kind === 'name') {
    const value = scope.values.get(call.name);
    if (!value) throw new Error(`"${call.name}" has no value here; the plan should have refused this.`);
    return [value];
  }
  const network = scope.networks.get(call.network);
  if (!network) throw new Error(`Network "${call.network}" is not built; the plan should have refused this.`);
  const args = call.args.flatMap((arg) => evaluateCall(arg, scope));
  const track = scope.track?.(network);
  return network.call(
    network.plan.namesInputs ? args : [joinArguments(scope.tf, args)],
    {
      ...scope.mode(network),
      draw: (shape, fill, id) => scope.draw(shape, fill, [formatCall(call), ...id]),
      ...(track ? { track } : {}),
    },
    call.part,
  );
}

/** Several arguments are stacked on channels in the order given; a vector beside an image is spread over its pixels. */
function joinArguments(tf: Tf, args: readonly Tensor[]): Tensor {
  const [first, ...rest] = args;
  if (!first) throw new Error('A call has no arguments; the plan should have refused this.');
  if (rest.length === 0) return first;
  const image = args.find((arg) => arg.rank === 4);
  const columns = image
    ? args.map((arg) => {
        if (arg.rank === 4) return arg;
        const [batch = 1, length = 1] = arg.shape;
        return tf.tile(tf.reshape(arg, [batch, 1, 1, length]), [1, image.shape[1]!, image.shape[2]!, 1]);
      })
    : args;
  return tf.concat([...columns], -1);
}

/** The value of a game's tensor, from the values before it. */
export function evaluateTensor(plan: TensorPlan, scope: Scope): Tensor {
  if (plan.call) return evaluateCall(plan.call, scope)[0]!;
  const { type, ...params } = plan.config!;
  const definition = scope.registry.get('tensor', type);
  const build = definition.build(params, {
    tf: scope.tf,
    batch: scope.batch,
    draw: (shape, fill, what) =>
      scope.draw(shape, fill, ['tensor', plan.name, ...(what === undefined ? [] : [what])]),
    ...stateOf(scope, `tensors/${plan.name}`),
  });
  const compute = () => build(plan.operands.map((operand) => evaluateCall(operand, scope)[0]!));
  if (!definition.stopsGradient || !scope.tape) return compute();
  // No recorded operation leads to a copy that is made off the tape.
  return scope.tape.pause(() => scope.tf.clone(compute()));
}

/** The state of a tensor or a loss as a part of its context. */
export function stateOf({ states }: Scope, owner: string): { readonly state?: State } {
  const state = states?.get(owner);
  return state ? { state } : {};
}
