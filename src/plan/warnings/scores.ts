import { getOwn } from '../../core/get-own.js';
import type { Call } from '../../core/call.js';
import { UserError } from '../../core/errors.js';
import { partEnds } from '../../core/parts.js';
import type { GameGraph } from '../../recipe/index.js';
import type { Registry, ScoreLoss } from '../../registry/index.js';
import { gameGraph } from '../parse.js';
import type { PlanParts } from '../plan.js';
import type { LossPlan, NetworkPlan, PlannedLayer, UpdatePlan } from '../types.js';

/** One operand of a loss of scores, and the network that gave them. */
export interface Score {
  readonly update: UpdatePlan;
  readonly loss: LossPlan;
  readonly definition: ScoreLoss;
  readonly key: 'real' | 'fake' | 'fool';
  readonly call: Call;
  readonly judge: NetworkPlan;
  /** Layers that the scores come from. */
  readonly ends: readonly PlannedLayer[];
  readonly path: readonly string[];
}

/** All scores that losses of played updates read. */
export function scoresOf(plan: PlanParts, registry: Registry): readonly Score[] {
  const graph = gameGraph(plan.recipe, registry);
  return Object.values(plan.updates).flatMap((update) =>
    update.losses.flatMap((loss) => {
      const definition = registry.get('loss', loss.config.type);
      if (definition.operands !== 'scores') return [];
      return (['real', 'fake', 'fool'] as const).flatMap((key): Score[] => {
        const call = loss.operands[key];
        const source = call && endsOf(plan, graph, call);
        if (!source) return [];
        const { network: judge, ends } = source;
        const path = ['game', 'updates', update.name, 'losses', loss.name, key];
        return [{ update, loss, definition, key, call, judge, ends, path }];
      });
    }),
  );
}

/** Whether a score trains its network to tell real from fake; with `fool` a relative loss also reads real scores. */
export const teaches = ({ key, update, judge }: Score): boolean =>
  key !== 'fool' && update.train.includes(judge.name);

/** The network that made a call's values, and the layers they come from; undefined where no planned network has the part. */
export function endsOf(
  plan: PlanParts,
  graph: GameGraph,
  call: Call,
): { readonly network: NetworkPlan; readonly ends: readonly PlannedLayer[] } | undefined {
  const head = graph.head(call);
  const network = head && getOwn(plan.networks, head.network);
  if (!network) return undefined;
  try {
    const ids = partEnds(network, head.part);
    return { network, ends: network.layers.filter(({ config }) => ids.includes(config.id)) };
  } catch (error) {
    // Reported as an error elsewhere.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The range of values that some layers end in, where they have one. */
export function rangeOf(
  layers: readonly PlannedLayer[],
  registry: Registry,
): { readonly layer: PlannedLayer; readonly range: readonly [number, number] } | undefined {
  for (const layer of layers) {
    const range = registry.get('layer', layer.config.type).range;
    if (range) return { layer, range };
  }
  return undefined;
}
