import { getOwn } from '../core/get-own.js';
import type { Call } from '../core/call.js';
import { UserError } from '../core/errors.js';
import { sameShape, type Shape } from '../core/shape.js';
import type { ExpandContext, Registry } from '../registry/index.js';
import type { Recipe, Size } from '../recipe/index.js';
import { partEnds } from '../core/parts.js';
import { planNetwork } from './network.js';
import { planError } from './plan-error.js';
import type { NetworkPlan } from './types.js';

/** A network that could not be planned: reported once, however many calls it has. */
export class NetworkError extends Error {
  constructor(
    readonly network: string,
    readonly reason: UserError,
  ) {
    super(reason.message);
  }
}

/** A shape that is unknown because of a mistake that has been reported already. */
export class UnknownShape extends Error {}

/** Shapes of calls. Networks are planned at their first call; the later ones must agree with it. */
export class Shapes {
  readonly networks = new Map<string, NetworkPlan>();
  private readonly failed = new Map<string, NetworkError>();
  private readonly firstCalls = new Map<string, Call>();

  constructor(
    private readonly recipe: Recipe,
    private readonly registry: Registry,
    /** Of fields, and of tensors as they become known. */
    readonly values: Map<string, Shape>,
  ) {}

  /** @returns one shape; several for a call's `features`. @throws UserError, NetworkError */
  of(call: Call): readonly Shape[] {
    if (call.kind === 'name') return [this.value(call.name)];
    const args = call.args.map((arg) => this.one(arg));
    const config = getOwn(this.recipe.networks, call.network);
    if (!config) throw new UnknownShape(call.network);
    const names = config.inputs;
    const network = this.network(call, names ? assign(call, names, args) : join(call, args));
    return within(call, () => partEnds(network, call.part)).map(
      (end) => network.layers.find((layer) => layer.config.id === end)!.output,
    );
  }

  /** Of a call that is one tensor. */
  one(call: Call): Shape {
    const [shape, ...more] = this.of(call);
    if (!shape || more.length > 0) throw planError('one-tensor', { span: call.span }, call);
    return shape;
  }

  private value(name: string): Shape {
    const shape = this.values.get(name);
    if (!shape) throw new UnknownShape(name);
    return shape;
  }

  private network(call: Call & { kind: 'call' }, inputs: ExpandContext['inputs']): NetworkPlan {
    const name = call.network;
    const failure = this.failed.get(name);
    if (failure) throw failure;
    const known = this.networks.get(name);
    if (!known) {
      this.firstCalls.set(name, call);
      return this.plan(name, inputs);
    }
    if (Object.entries(inputs).every(([key, shape]) => sameShape(known.inputs[key]!, shape))) return known;
    const first = this.firstCalls.get(name)!;
    throw planError('calls-differ.shapes', { span: call.span }, call, inputs, first, known.inputs);
  }

  private plan(name: string, inputs: ExpandContext['inputs']): NetworkPlan {
    try {
      const plan = planNetwork(
        name,
        this.recipe.networks[name]!,
        inputs,
        this.registry,
        commonSize(this.recipe),
      );
      this.networks.set(name, plan);
      return plan;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const failure = new NetworkError(name, error);
      this.failed.set(name, failure);
      throw failure;
    }
  }
}

/** @throws what `f` throws, pointing at the call. */
function within<T>(call: Call, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, remedy, point } = error;
    throw new UserError(message, {
      exitCode: 2,
      cause: error,
      point: { ...point, span: call.span },
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
}

/** Arguments by the names that the network gives them. */
function assign(call: Call & { kind: 'call' }, names: readonly string[], shapes: readonly Shape[]) {
  if (names.length === shapes.length)
    return Object.fromEntries(names.map((name, i): [string, Shape] => [name, shapes[i]!]));
  throw planError('calls-differ.count', { span: call.span }, call, names, shapes.length);
}

/** Arguments stacked on their channels; a vector beside an image is spread over its pixels. */
function join(call: Call, shapes: readonly Shape[]): ExpandContext['inputs'] {
  const image = shapes.find((shape) => shape.length === 3);
  const [height, width] = image ?? [];
  for (const shape of shapes) {
    if (shape.length === 1 || (shape[0] === height && shape[1] === width)) continue;
    throw planError('shapes-differ.stacked', { span: call.span }, image ?? [], shape, call);
  }
  const channels = shapes.reduce((total, shape) => total + shape.at(-1)!, 0);
  return { input: image ? [height!, width!, channels] : [channels] };
}

/** The size of all sources, where they agree. */
function commonSize({ data }: Recipe): Size | undefined {
  const [first, ...others] = Object.values(data).map((source) => source.size);
  return first && others.every((size) => sameShape([size.height, size.width], [first.height, first.width]))
    ? first
    : undefined;
}
