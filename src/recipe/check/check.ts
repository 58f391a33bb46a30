import { GameGraph } from './game-graph.js';
import { checkBlocks } from './blocks.js';
import { checkCalls } from './calls.js';
import { type CheckContext, keyAt } from './context.js';
import { checkData } from './data.js';
import { checkGradients, networkUse, type Use } from './gradients.js';
import { checkLosses } from './losses.js';
import { checkNames } from './names.js';
import { checkOutputs, checkSufficient } from './outputs.js';
import { checkOptimizers, checkPlay } from './play.js';
import { certainSites, graphOf } from './sites.js';
import { checkMetrics, checkTrain } from './train.js';

export interface Checked {
  /** How its tensors depend on each other. */
  readonly graph: GameGraph;
  /** undefined where too much of the game is wrong to know. */
  readonly use: Use | undefined;
  /** Nothing is wrong with the game, so that what is missing was really left out. */
  readonly isSound: boolean;
}

/** Checks what a recipe means. Which networks are used is checked later, for all phases together (`checkUse`). */
export function check(context: CheckContext): Checked {
  const { draft, findings } = context;
  checkNames(context);
  checkData(context);
  checkBlocks(context);
  checkTrain(context);
  checkMetrics(context);
  if (!draft.hasAllNames) return { graph: new GameGraph(new Map()), use: undefined, isSound: false };
  const before = findings.reported;
  const sites = checkCalls(context);
  checkPlay(context);
  const graph = graphOf(context, sites);
  const cycle = graph.cycle();
  if (cycle) findings.error('tensor-cycle', keyAt(context, ['game', 'tensors', cycle[0]!]), cycle);
  checkOutputs(context);
  const parts = [
    ...draft.tensors.values(),
    ...[...draft.updates.values()].flatMap((update) => [...update.losses.values()]),
  ];
  // What depends on the whole game is checked only where the game is whole: else each mistake would be followed by others.
  const isWhole = findings.reported === before && !parts.includes(undefined) && draft.play !== undefined;
  const certain = certainSites(context, sites, graph);
  checkSufficient(context, graph, certain);
  checkLosses(context, graph, certain);
  checkGradients(context, graph, certain);
  const isSound = isWhole && findings.reported === before;
  checkOptimizers(context);
  return { graph, use: isWhole ? networkUse(context, graph, certain) : undefined, isSound };
}
