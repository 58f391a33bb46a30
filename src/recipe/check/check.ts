import { GameGraph } from '../game.js';
import { checkBlocks } from './blocks.js';
import { checkCalls } from './calls.js';
import { type CheckContext, keyAt } from './context.js';
import { checkData } from './data.js';
import { checkGradients, checkUse } from './gradients.js';
import { checkLosses } from './losses.js';
import { checkNames } from './names.js';
import { checkOutputs, checkSufficient } from './outputs.js';
import { checkOptimizers, checkPlay } from './play.js';
import { graphOf } from './sites.js';
import { checkMetrics, checkTrain } from './train.js';

/** Checks what a recipe means, after its form. @returns how its tensors depend on each other. */
export function check(context: CheckContext): GameGraph {
  const { draft, findings } = context;
  checkNames(context);
  checkData(context);
  checkBlocks(context);
  checkTrain(context);
  checkMetrics(context);
  if (!draft.hasAllNames) return new GameGraph(new Map());
  const before = findings.errors;
  const sites = checkCalls(context);
  checkPlay(context);
  const graph = graphOf(context, sites);
  const cycle = graph.cycle();
  if (cycle) {
    const message = `${[...cycle, cycle[0]!].join(' needs ')}: these tensors cannot be computed.`;
    findings.error('tensor-cycle', message, keyAt(context, ['game', 'tensors', cycle[0]!]));
  }
  checkOutputs(context);
  // What depends on the whole game is judged where the game is whole: else each slip would bring others along.
  const parts = [
    ...draft.tensors.values(),
    ...[...draft.updates.values()].flatMap((update) => [...update.losses.values()]),
  ];
  if (findings.errors > before || parts.includes(undefined) || !draft.play) return graph;
  checkOptimizers(context);
  checkSufficient(context, graph);
  checkLosses(context, graph, sites);
  checkGradients(context, graph, sites);
  checkUse(context, graph, sites);
  return graph;
}
