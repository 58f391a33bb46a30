import { type Call, formatCall } from '../../core/call.js';
import type { LossConfig } from '../recipe.js';
import type { GameGraph } from '../game.js';
import type { Origin } from '../source.js';
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
  if (given.length === 0) {
    const remedy =
      'Give it `real` and `fake` where the discriminator is trained, `fool` where what made the fakes is.';
    findings.error(
      'missing-key',
      `The loss ${path.at(-1)!} (${loss.type}) judges nothing.`,
      keyAt(context, path),
      remedy,
    );
  }
  const lacking = isRelative ? otherSide(given) : undefined;
  if (lacking !== undefined) {
    findings.error(
      'missing-key',
      `The loss ${path.at(-1)!} (${loss.type}) compares real ones with fakes, and is not given "${lacking}".`,
      keyAt(context, path),
      'Give it `real` and `fake` where the discriminator is trained, `fool` and `real` where what made the fakes is.',
    );
  }
  for (const key of given) {
    // What fakes are compared with, and no lesson.
    if (isRelative && key === 'real' && given.includes('fool')) continue;
    const call = siteAt(sites, [...path, key]);
    if (!call) continue;
    const at = (): Origin => spanAt(context, [...path, key], call.span);
    const judge = graph.head(call)?.network;
    if (judge === undefined) {
      findings.error(
        'no-scores',
        `"${key}" takes scores, and ${name(call)} is made by no network.`,
        at(),
        `Call a discriminator on it: D(${name(call)}).`,
      );
    } else if (key === 'fool' && train.includes(judge)) {
      const remedy = `Put it into the update that trains what made the fakes, or say \`fake\` here.`;
      findings.error(
        'fools-itself',
        `The update ${update} trains ${judge}, and cannot fool it.`,
        at(),
        remedy,
      );
    } else if (key !== 'fool' && !train.includes(judge)) {
      const remedy = `Say \`fool\` where the update is to have its fakes called real; \`real\` and \`fake\` teach ${judge}.`;
      findings.error(
        'untaught-judge',
        `"${key}" teaches ${judge}, which the update ${update} does not train.`,
        at(),
        remedy,
      );
    }
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
    context.findings.error(
      'bad-call',
      '"at" names a field or tensor, and this is a call.',
      valueAt(context, [...path, 'at']),
      'Give the call a name in `tensors`.',
    );
    return;
  }
  const of = siteAt(sites, [...path, 'of']);
  if (of?.kind === 'name' && of.name === at.name) {
    context.findings.error(
      'no-slope',
      `The gradient of ${at.name} by itself is 1, whatever is trained.`,
      valueAt(context, [...path, 'of']),
      `Call the network on it whose gradient is penalised: of: D(${at.name}).`,
    );
    return;
  }
  if (!of || graph.slopesBy(of, at.name)) return;
  context.findings.error(
    'no-slope',
    `${formatCall(of)} does not change with ${at.name}: its gradient there is 0, whatever is trained.`,
    valueAt(context, [...path, 'at']),
    'Name what `of` is computed from, or call the network on it.',
  );
}
