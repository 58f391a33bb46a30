import type { Call } from '../../core/call.js';
import type { LossConfig } from '../recipe.js';
import type { GameGraph } from './game-graph.js';
import type { Origin } from '../read/source.js';
import { type CallSite, type CheckContext, keyAt, spanAt, valueAt } from './context.js';
import { siteAt } from './sites.js';

/** Each loss has the operands it needs, on the side of the game where they mean something. */
export function checkLosses(context: CheckContext, graph: GameGraph, sites: readonly CallSite[]): void {
  const isNetwork = (name: string): boolean => context.draft.networks.has(name);
  for (const [update, { train, losses }] of context.draft.updates) {
    for (const [name, loss] of losses) {
      if (!loss) continue;
      const path = ['game', 'updates', update, 'losses', name];
      const definition = context.registry.find('loss', loss.type);
      if (definition?.operands === 'scores' && train?.every(isNetwork)) {
        const isRelative = definition.relative === true;
        checkScores(context, graph, { update, train, path, loss, sites, isRelative });
      }
      if (definition?.operands === 'penalty') checkPenalty(context, graph, path, sites);
    }
  }
}

interface ScoreLoss {
  readonly update: string;
  readonly train: readonly string[];
  readonly path: readonly string[];
  readonly loss: LossConfig;
  readonly sites: readonly CallSite[];
  readonly isRelative: boolean;
}

function checkScores(
  context: CheckContext,
  graph: GameGraph,
  { update, train, path, loss, sites, isRelative }: ScoreLoss,
): void {
  const { findings } = context;
  const given = ['real', 'fake', 'fool'].filter((key) => loss[key] !== undefined);
  if (given.length === 0) findings.error('missing-key.scores', keyAt(context, path), path.at(-1)!, loss.type);
  const lacking = isRelative ? otherSide(given) : undefined;
  if (lacking !== undefined)
    findings.error('missing-key.side', keyAt(context, path), path.at(-1)!, loss.type, lacking);
  for (const key of given) {
    // A relative loss compares the fakes with these: nothing is trained on them.
    if (isRelative && key === 'real' && given.includes('fool')) continue;
    const call = siteAt(sites, [...path, key]);
    if (!call) continue;
    const at = (): Origin => spanAt(context, [...path, key], call.span);
    const discriminator = graph.head(call)?.network;
    if (discriminator === undefined) findings.error('no-scores', at(), key, name(call));
    else if (key === 'fool' && train.includes(discriminator))
      findings.error('fools-itself', at(), update, discriminator);
    else if (key !== 'fool' && !train.includes(discriminator))
      findings.error('untaught-judge', at(), update, discriminator, key);
  }
}

/** What a loss that compares two sides lacks. */
function otherSide(given: readonly string[]): string | undefined {
  if (given.length === 0) return undefined;
  if (!given.includes('real')) return 'real';
  return given.length === 1 ? 'fake' : undefined;
}

const name = (call: Call): string => (call.kind === 'name' ? call.name : call.network);

function checkPenalty(
  context: CheckContext,
  graph: GameGraph,
  path: readonly string[],
  sites: readonly CallSite[],
): void {
  const at = siteAt(sites, [...path, 'at']);
  if (!at) return;
  if (at.kind === 'call') {
    context.findings.error('bad-call.at', valueAt(context, [...path, 'at']));
    return;
  }
  const of = siteAt(sites, [...path, 'of']);
  if (of?.kind === 'name' && of.name === at.name) {
    context.findings.error('no-slope.one', valueAt(context, [...path, 'of']), at.name);
    return;
  }
  if (!of || graph.slopesBy(of, at.name)) return;
  context.findings.error('no-slope.zero', valueAt(context, [...path, 'at']), of, at.name);
}
