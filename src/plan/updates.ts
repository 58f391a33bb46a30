import type { Call } from '../core/call.js';
import { partEnds } from '../core/parts.js';
import { sameShape, type Shape } from '../core/shape.js';
import type { LossDefinition, Registry } from '../registry/index.js';
import type { GameGraph, Recipe } from '../recipe/index.js';
import { sortByName } from './fields.js';
import { parseLoss, stepsOf } from './parse.js';
import { planError } from './plan-error.js';
import type { Problems } from './problems.js';
import type { Shapes } from './shapes.js';
import type { LossPlan, NetworkPlan, UpdatePlan } from './types.js';

/** An update with its losses' calls, each of a known shape, in alphabetical order. */
export function planUpdate(
  recipe: Recipe,
  registry: Registry,
  name: string,
  graph: GameGraph,
  shapes: Shapes,
  problems: Problems,
): UpdatePlan {
  const { train, every, optimizer, losses } = recipe.game.updates[name]!;
  const planned = Object.entries(losses).map(([loss, config]): LossPlan => {
    const parsed = parseLoss(loss, config, registry);
    const path = ['game', 'updates', name, 'losses', loss];
    const definition = registry.get('loss', config.type);
    const operands = Object.entries(parsed.operands).map(([key, call]) => ({
      key,
      call,
      shapes: problems.catch([...path, key], () =>
        takesList(definition, key) ? shapes.of(call) : [shapes.one(call)],
      ),
    }));
    problems.catch(path, () => checkComparable(operands));
    problems.catch(path, () => checkMask(operands));
    problems.catch(path, () => {
      if (definition.operands !== 'difference' || !definition.check) return;
      for (const shape of operands.find(({ key }) => key === 'of')?.shapes ?? [])
        definition.check(parsed.params, shape);
    });
    const areProbabilities = operands.some(({ call, shapes: known }) => {
      if (!known) return false;
      const judge = graph.head(call);
      const network = judge && shapes.networks.get(judge.network);
      return network !== undefined && endsInSigmoid(network, judge?.part);
    });
    return { ...parsed, scores: areProbabilities ? 'probabilities' : 'logits' };
  });
  return { name, train, every: stepsOf(every), optimizer, losses: sortByName(planned) };
}

/** Whether an operand may be several tensors, such as features: the loss is the mean over them. */
function takesList({ operands }: LossDefinition, key: string): boolean {
  if (operands === 'difference') return key !== 'where';
  return operands === 'scores' || (operands === 'penalty' && key === 'of');
}

/** Whether a call's values are probabilities. */
function endsInSigmoid(network: NetworkPlan, part: string | undefined): boolean {
  const ends = partEnds(network, part);
  return network.layers
    .filter(({ config }) => ends.includes(config.id))
    .every(({ config }) => config.type === 'sigmoid');
}

interface Operand {
  readonly key: string;
  readonly call: Call;
  /** undefined where they are not known. */
  readonly shapes: readonly Shape[] | undefined;
}

/** `of` and `to` have one shape, each of a list with its like. */
function checkComparable(operands: readonly Operand[]): void {
  const [of, to] = ['of', 'to'].map((key) => operands.find((operand) => operand.key === key));
  if (!of?.shapes || !to?.shapes) return;
  const same =
    of.shapes.length === to.shapes.length && of.shapes.every((shape, i) => sameShape(shape, to.shapes![i]!));
  if (same) return;
  throw planError('shapes-differ.compared', { key: 'of' }, [of.call, of.shapes], [to.call, to.shapes]);
}

/** A mask `where` must have the size of what is compared, and one channel or as many. */
function checkMask(operands: readonly Operand[]): void {
  const [of, where] = ['of', 'where'].map((key) => operands.find((operand) => operand.key === key));
  if (!of?.shapes || !where?.shapes) return;
  const [mask] = where.shapes;
  const fits = of.shapes.every(
    (shape) =>
      sameShape(shape.slice(0, -1), mask!.slice(0, -1)) &&
      (mask!.at(-1) === 1 || mask!.at(-1) === shape.at(-1)),
  );
  if (fits) return;
  throw planError('shapes-differ.mask', { key: 'where' }, [where.call, where.shapes], [of.call, of.shapes]);
}
