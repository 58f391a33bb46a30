import type { Call } from '../core/call.js';
import { type Diagnostic, UserError } from '../core/errors.js';
import { formatShape, sameShape, type Shape } from '../core/shape.js';
import { formatCall } from '../core/call.js';
import type { Registry } from '../registry/index.js';
import type { GameGraph } from '../recipe/game.js';
import type { Locator, Recipe } from '../recipe/recipe.js';
import { planCost } from './cost.js';
import { planFields, sortByName } from './fields.js';
import { LayerError } from './layers.js';
import { gameGraph, parseLoss, parseTensor, type ParsedTensor, stepsOf } from './parse.js';
import { NetworkError, Shapes, UnknownShape } from './shapes.js';
import type { LossPlan, OutputPlan, Plan, TensorPlan, UpdatePlan } from './types.js';

/**
 * What a recipe amounts to: every network layer by layer, every tensor's shape, and what a step costs. No tensor is made.
 * @param locate gives messages their place in the recipe's text.
 * @throws UserError (exit code 2) with every finding at once.
 */
export function planRecipe(recipe: Recipe, registry: Registry, locate: Locator = () => ({})): Plan {
  const fields = planFields(recipe);
  const graph = gameGraph(recipe, registry);
  const shapes = new Shapes(
    recipe,
    registry,
    new Map(Object.values(fields).map((field) => [field.name, field.shape])),
  );
  const problems = new Problems(recipe, locate);
  const play = recipe.game.play.map((entry) => [entry].flat());

  const tensors = planTensors(recipe, registry, graph, play.flat(), shapes, problems);
  const updates = play.flat().map((name) => planUpdate(recipe, registry, name, shapes, problems));
  const outputs = sortByName(
    Object.entries(recipe.game.outputs).map(([name, output]) => ({
      name,
      ...output,
      shape: shapes.values.get(name) ?? [],
    })),
  );
  for (const output of outputs)
    problems.catch(['game', 'outputs', output.name], () => checkOutput(output, shapes));
  problems.throwIfAny();

  const byName = <T extends { readonly name: string }>(items: readonly T[]): Readonly<Record<string, T>> =>
    Object.fromEntries(sortByName(items).map((item) => [item.name, item]));
  const plan = {
    recipe,
    fields,
    networks: byName([...shapes.networks.values()]),
    tensors,
    updates: byName(updates),
    play,
    outputs: byName(outputs),
  };
  return { ...plan, cost: planCost(plan, graph, registry) };
}

/** Findings of planning, each beside the part of the recipe that it is about. */
class Problems {
  private readonly found: Diagnostic[] = [];

  constructor(
    private readonly recipe: Recipe,
    private readonly locate: Locator,
  ) {}

  /** @returns undefined where `f` found a mistake of the recipe's. */
  catch<T>(path: readonly string[], f: () => T): T | undefined {
    try {
      return f();
    } catch (error) {
      if (error instanceof NetworkError) {
        const { network, reason } = error;
        this.add('network', this.blockPath(error), `${network}: ${reason.message}`, reason.remedy);
      } else if (error instanceof UserError) this.add('shape', path, error.message, error.remedy);
      else if (!(error instanceof UnknownShape)) throw error;
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.found.length === 0) return;
    const what = this.found.length === 1 ? 'an error' : `${this.found.length} errors`;
    throw new UserError(`The plan of ${this.recipe.name} has ${what}.`, {
      exitCode: 2,
      diagnostics: this.found,
    });
  }

  private add(
    code: string,
    path: readonly (string | number)[],
    message: string,
    remedy: string | undefined,
  ): void {
    if (this.found.some((d) => d.message === message)) return;
    this.found.push({
      severity: 'error',
      code,
      message,
      ...(remedy === undefined ? {} : { remedy }),
      ...this.locate(path),
    });
  }

  /** Where the block was written that a layer belongs to, else its network. */
  private blockPath({ network, reason }: NetworkError): readonly (string | number)[] {
    const names = reason instanceof LayerError ? reason.layer.split('/') : [];
    for (const [key, blocks] of Object.entries(this.recipe.networks[network] ?? {})) {
      if (!Array.isArray(blocks)) continue;
      const at = blocks.findIndex(
        (block: unknown) =>
          typeof block === 'object' && block !== null && 'id' in block && names.includes(String(block.id)),
      );
      if (at >= 0) return ['networks', network, key, at];
    }
    return ['networks', network];
  }
}

/** Tensors that played updates or outputs need, each after those it needs. */
function planTensors(
  recipe: Recipe,
  registry: Registry,
  graph: GameGraph,
  played: readonly string[],
  shapes: Shapes,
  problems: Problems,
): readonly TensorPlan[] {
  const parsed = new Map(
    Object.entries(recipe.game.tensors).map(([name, written]) => [
      name,
      parseTensor(name, written, registry),
    ]),
  );
  const needed = new Set<string>(Object.keys(recipe.game.outputs));
  for (const name of played) {
    for (const [loss, config] of Object.entries(recipe.game.updates[name]!.losses)) {
      const calls = Object.values(parseLoss(loss, config, registry).operands);
      for (const call of calls) graph.tensorsBehind(call).forEach((tensor) => needed.add(tensor));
    }
  }
  const planned: TensorPlan[] = [];
  const visit = (name: string): void => {
    const tensor = parsed.get(name);
    if (!tensor || planned.some((p) => p.name === name)) return;
    const calls = tensor.call ? [tensor.call] : tensor.operands;
    const before = calls.flatMap((call) => [...graph.tensorsBehind(call)]);
    [...new Set(before)].sort().forEach(visit);
    const shape = problems.catch(['game', 'tensors', name], () => tensorShape(tensor, shapes, registry));
    if (shape) shapes.values.set(name, shape);
    planned.push({ ...tensor, shape: shape ?? [] });
  };
  [...needed].sort().forEach(visit);
  return planned;
}

function tensorShape({ call, config, operands }: ParsedTensor, shapes: Shapes, registry: Registry): Shape {
  if (call) return shapes.one(call);
  const { type, ...params } = config!;
  return registry.get('tensor', type).shape(
    params,
    operands.map((operand) => shapes.one(operand)),
  );
}

function planUpdate(
  recipe: Recipe,
  registry: Registry,
  name: string,
  shapes: Shapes,
  problems: Problems,
): UpdatePlan {
  const { train, every, optimizer, losses } = recipe.game.updates[name]!;
  const planned = Object.entries(losses).map(([loss, config]): LossPlan => {
    const parsed = parseLoss(loss, config, registry);
    const path = ['game', 'updates', name, 'losses', loss];
    const operands = Object.entries(parsed.operands).map(([key, call]) => ({
      key,
      call,
      shapes: problems.catch([...path, key], () => shapes.of(call)),
    }));
    problems.catch(path, () => checkComparable(operands));
    const judges = operands.map(({ call }) =>
      call.kind === 'call' ? shapes.networks.get(call.network) : undefined,
    );
    return { ...parsed, scores: judges.some((judge) => judge?.probabilities) ? 'probabilities' : 'logits' };
  });
  return { name, train, every: stepsOf(every), optimizer, losses: sortByName(planned) };
}

/** `of` and `to` have one shape, each of a list with its like. */
function checkComparable(
  operands: readonly { key: string; call: Call; shapes: readonly Shape[] | undefined }[],
): void {
  const [of, to] = ['of', 'to'].map((key) => operands.find((operand) => operand.key === key));
  if (!of?.shapes || !to?.shapes) return;
  const same =
    of.shapes.length === to.shapes.length && of.shapes.every((shape, i) => sameShape(shape, to.shapes![i]!));
  if (same) return;
  const show = (shapes: readonly Shape[]): string => shapes.map(formatShape).join(', ');
  throw new UserError(
    `${formatCall(of.call)} is ${show(of.shapes)} and ${formatCall(to.call)} is ${show(to.shapes)}: they cannot be compared.`,
    { exitCode: 2 },
  );
}

function checkOutput({ name, shape, reference }: OutputPlan, shapes: Shapes): void {
  const expected = reference === undefined ? undefined : shapes.values.get(reference);
  if (!expected || shape.length === 0 || sameShape(shape, expected)) return;
  throw new UserError(
    `The output ${name} is ${formatShape(shape)}, and its reference ${reference!} is ${formatShape(expected)}.`,
    {
      exitCode: 2,
      remedy: 'An output has its reference’s shape: mind `output.channels`, and a depth that fits `size`.',
    },
  );
}
