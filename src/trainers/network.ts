import type { Tensor, Variable } from '@tensorflow/tfjs';
import { UserError } from '../core/errors.js';
import type { Tf } from '../core/ops.js';
import { partEnds } from '../core/parts.js';
import type { Fill } from '../core/draw.js';
import { Random, type SeedPart } from '../core/random.js';
import { sameShape, type Shape, sizeOf } from '../core/shape.js';
import type { LazyArray, NamedArray } from '../core/state.js';
import type { NetworkPlan } from '../plan/index.js';
import type { LayerContext, LayerFunction, Registry, VariableSpec } from '../registry/index.js';

export interface NetworkContext extends LayerContext {
  readonly registry: Registry;
  /** Of the run. */
  readonly seed: number;
  /** Present in a dry run: weights need no values, and `within` learns which place the operations of `f` belong to. */
  readonly dryRun?: { readonly within: <T>(place: string, f: () => T) => T };
}

/** Makes a tensor of random values. @param id the part of the seed that differs from caller to caller. */
export type DrawFor = (shape: Shape, fill: Fill, id: readonly SeedPart[]) => Tensor;

export interface NetworkCall {
  readonly dropout: boolean;
  readonly batchStatistics: boolean;
  /** Makes this call's random draws. */
  readonly draw: DrawFor;
  /** By name of a variable: values to use in its place. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** Receives new running statistics; absent where the call must not change them. */
  readonly track?: (variable: Variable, value: Tensor) => void;
}

interface BuiltLayer {
  readonly id: string;
  readonly from: readonly string[];
  readonly run: LayerFunction;
  readonly variables: Readonly<Record<string, Variable>>;
}

/** A planned network with its variables: `[batch, ...input]` each to `[batch, ...output]`. */
export class Network {
  /** All variables by name, `encoder/e1/conv/kernel`. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** Those that an optimiser changes. */
  readonly trainable: readonly { readonly name: string; readonly variable: Variable }[];
  private readonly layers: readonly BuiltLayer[];

  private readonly tf: Tf;

  /** @param before existing variables to use, by name; default: initial ones. */
  constructor(
    readonly plan: NetworkPlan,
    context: NetworkContext,
    before?: ReadonlyMap<string, Variable>,
  ) {
    const { tf } = context;
    this.tf = tf;
    const variables = new Map<string, Variable>();
    const trainable: { name: string; variable: Variable }[] = [];
    this.layers = plan.layers.map((layer) => {
      const layerVariables: Record<string, Variable> = {};
      for (const spec of layer.variables) {
        if (!spec.trainable && !spec.persistent && !plan.runningStatistics) continue;
        const name = `${layer.config.id}/${spec.name}`;
        const variable = before?.get(name) ?? initialVariable(spec, context, [plan.name, name]);
        layerVariables[spec.name] = variable;
        variables.set(name, variable);
        if (spec.trainable) trainable.push({ name, variable });
      }
      const { id, type } = layer.config;
      const build = context.registry.get('layer', type).build(layer.params, context);
      const { dryRun } = context;
      const place = `layer ${id} (${type}) of network ${plan.name}`;
      const run: LayerFunction = dryRun ? (...args) => dryRun.within(place, () => build(...args)) : build;
      return { id, from: layer.from, run, variables: layerVariables };
    });
    this.variables = variables;
    this.trainable = trainable;
  }

  /**
   * Runs the network.
   * @param inputs in the order of the plan's `inputs`.
   * @param part absent: its output; an output; the id of a layer or block; `features`: every block but the last.
   * @returns one tensor; several for `features`, and where the output is a list.
   */
  call(inputs: readonly Tensor[], call: NetworkCall, part?: string): Tensor[] {
    const targets = partEnds(this.plan, part);
    const last = this.layers.findLastIndex((layer) => targets.includes(layer.id));
    const names = Object.keys(this.plan.inputs);
    const values = new Map(inputs.map((input, i): [string, Tensor] => [names[i]!, input]));
    for (const layer of this.layers.slice(0, last + 1)) {
      const from = layer.from.map((id) => values.get(id)!);
      const { track } = call;
      const output = layer.run(from, variablesOf(layer, call.weights), {
        dropout: call.dropout,
        batchStatistics: call.batchStatistics,
        draw: (shape, fill, what) =>
          call.draw(shape, fill, [this.plan.name, layer.id, ...(what === undefined ? [] : [what])]),
        ...(track ? { track: (name: string, value: Tensor) => track(layer.variables[name]!, value) } : {}),
      });
      values.set(layer.id, output);
    }
    return targets.map((id) => values.get(id)!);
  }

  /** All variables, to be copied to the host. */
  read(): LazyArray[] {
    return readable(this.variables);
  }

  /** @throws UserError where a variable is missing or of another shape: nothing is then changed. */
  write(arrays: readonly NamedArray[], where: string): void {
    assignAll(this.tf, this.variables, arrays, `${where}, network ${this.plan.name}`);
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }
}

function variablesOf(
  { id, variables }: BuiltLayer,
  weights: NetworkCall['weights'],
): Readonly<Record<string, Tensor>> {
  if (!weights) return variables;
  const entries = Object.entries(variables);
  return Object.fromEntries(
    entries.map(([name, variable]) => [name, weights.get(`${id}/${name}`) ?? variable]),
  );
}

/** Variables by name, each copied to the host when its values are asked for. */
export function readable(variables: ReadonlyMap<string, Variable>): LazyArray[] {
  return [...variables].map(([name, variable]) => ({
    name,
    shape: variable.shape,
    read: () => variable.data() as Promise<Float32Array>,
  }));
}

/** Assigns variables by name from host arrays, all or none. */
export function assignAll(
  tf: Tf,
  variables: ReadonlyMap<string, Variable>,
  arrays: readonly NamedArray[],
  where: string,
): void {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  for (const [name, variable] of variables) {
    const array = byName.get(name);
    if (!array) throw new UserError(`${where}: "${name}" is missing.`);
    if (!sameShape(array.shape, variable.shape)) {
      throw new UserError(
        `${where}: "${name}" is ${array.shape.join('x')} there and ${variable.shape.join('x')} here.`,
        {
          remedy: 'The weights were saved by another architecture; use the recipe they were trained with.',
        },
      );
    }
  }
  for (const [name, variable] of variables) {
    const { data, shape } = byName.get(name)!;
    const tensor = tf.tensor(data, [...shape]);
    variable.assign(tensor);
    tensor.dispose();
  }
}

function initialVariable(
  spec: VariableSpec,
  { tf, registry, seed, dryRun }: NetworkContext,
  id: readonly SeedPart[],
): Variable {
  const values = dryRun
    ? new Float32Array(sizeOf(spec.shape))
    : initialValues(spec, registry, [seed, 'init', ...id]);
  const start = tf.tensor(values, [...spec.shape]);
  const variable = tf.variable(start, spec.trainable);
  start.dispose();
  return variable;
}

function initialValues(spec: VariableSpec, registry: Registry, seed: readonly SeedPart[]): Float32Array {
  const { init, shape } = spec;
  switch (init.type) {
    case 'constant':
      return new Float32Array(sizeOf(shape)).fill(init.value);
    case 'normal':
      return new Random(...seed).fillNormal(new Float32Array(sizeOf(shape)), init.mean, init.deviation);
    case 'drawn': {
      const { type, ...params } = init.by;
      return registry.get('initialiser', type).build(params)(shape, init.fans, new Random(...seed));
    }
  }
}
