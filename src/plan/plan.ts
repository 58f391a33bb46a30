import type { Diagnostic } from '../core/errors.js';
import { sameShape } from '../core/shape.js';
import type { Registry } from '../registry/index.js';
import type { Locator, Recipe } from '../recipe/index.js';
import { classVectors } from './classes.js';
import { planCost } from './cost.js';
import { planFields, sortByName } from './fields.js';
import { gameGraph } from './parse.js';
import { planError } from './plan-error.js';
import { Problems, throwIfAny } from './problems.js';
import { Shapes } from './shapes.js';
import { planTensors } from './tensors.js';
import type { OutputPlan, Plan } from './types.js';
import { planUpdate } from './updates.js';

/**
 * What a recipe amounts to: every network layer by layer, every tensor's shape, and what a step costs. No tensor is made.
 * @param locate gives messages their place in the recipe's text.
 * @throws UserError (exit code 2) with every finding at once.
 */
export function planRecipe(recipe: Recipe, registry: Registry, locate: Locator = () => ({})): Plan {
  const { parts, problems } = planParts(recipe, registry, locate);
  throwIfAny(recipe.name, problems);
  return withCost(parts, registry);
}

/** A plan before its cost. Where there are problems, what could not be planned has no shape, or is missing. */
export type PlanParts = Omit<Plan, 'cost'>;

/** Plans what can be planned of a recipe, which may lack parts that its calls name. */
export function planParts(
  recipe: Recipe,
  registry: Registry,
  locate: Locator,
): { readonly parts: PlanParts; readonly problems: readonly Diagnostic[] } {
  const fields = planFields(recipe, registry);
  const graph = gameGraph(recipe, registry);
  const shapes = new Shapes(
    recipe,
    registry,
    new Map(Object.values(fields).map((field) => [field.name, field.shape])),
  );
  const problems = new Problems(recipe, locate);
  const play = recipe.game.play.map((entry) => [entry].flat());

  const tensors = planTensors(recipe, registry, graph, play.flat(), shapes, problems);
  const updates = play.flat().map((name) => planUpdate(recipe, registry, name, graph, shapes, problems));
  const outputs = sortByName(
    Object.entries(recipe.game.outputs).map(([name, output]) => ({
      name,
      ...output,
      shape: shapes.values.get(name) ?? [],
    })),
  );
  for (const output of outputs)
    problems.catch(['game', 'outputs', output.name], () => checkOutput(output, shapes));

  const byName = <T extends { readonly name: string }>(items: readonly T[]): Readonly<Record<string, T>> =>
    Object.fromEntries(sortByName(items).map((item) => [item.name, item]));
  const parts = {
    recipe,
    fields,
    networks: byName([...shapes.networks.values()]),
    tensors,
    updates: byName(updates),
    play,
    outputs: byName(outputs),
    classes: Object.fromEntries(classVectors({ fields, tensors })),
  };
  return { parts, problems: problems.found };
}

/** The whole plan. Its cost is counted when it is asked for: checking does not. */
export function withCost(parts: PlanParts, registry: Registry): Plan {
  let cost: Plan['cost'] | undefined;
  return {
    ...parts,
    get cost() {
      return (cost ??= planCost(parts, gameGraph(parts.recipe, registry), registry));
    },
  };
}

function checkOutput({ name, shape, reference }: OutputPlan, shapes: Shapes): void {
  const expected = reference === undefined ? undefined : shapes.values.get(reference);
  if (!expected || shape.length === 0 || sameShape(shape, expected)) return;
  throw planError('shapes-differ.output', { key: 'reference' }, name, shape, reference!, expected);
}
