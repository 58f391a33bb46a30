import { type Call, mentions } from '../../core/call.js';
import type { GameGraph } from './game-graph.js';
import { type CallSite, type CheckContext, keyAt, spanAt, valueAt } from './context.js';
import { areCertain, sitesBelow } from './sites.js';

/** Losses of each played update reach what it trains, and nothing is differentiated at weights that have changed since. */
export function checkGradients(context: CheckContext, graph: GameGraph, sites: readonly CallSite[]): void {
  const moved = new Map<string, string>();
  for (const entry of context.draft.play ?? []) {
    const group = typeof entry === 'string' ? [entry] : entry;
    for (const name of group) {
      checkReach(context, graph, sites, name);
      checkStale(context, graph, sites, name, moved);
    }
    for (const name of group)
      for (const network of context.draft.updates.get(name)?.train ?? []) moved.set(network, name);
  }
}

function checkReach(context: CheckContext, graph: GameGraph, sites: readonly CallSite[], name: string): void {
  const update = context.draft.updates.get(name);
  const path = ['game', 'updates', name];
  if (!update?.train || [...update.losses.values()].includes(undefined) || !areCertain(sites, path)) return;
  // They may be under a misspelt key.
  if (update.losses.size === 0 && !update.isSound) return;
  const reached = new Set<string>();
  for (const [loss, config] of update.losses) {
    if (!config || config.weight === 0) continue;
    for (const { call } of sitesBelow(sites, ['game', 'updates', name, 'losses', loss])) {
      for (const network of graph.networksBehind(call, { gradient: true })) reached.add(network);
    }
  }
  update.train.forEach((network, i) => {
    if (reached.has(network) || !context.draft.networks.has(network)) return;
    const at = valueAt(context, [...path, 'train', i]);
    context.findings.error('untrained.loss', at, name, network, [...reached]);
  });
}

/**
 * Tensors are computed once a step, with the weights at its start. An update that trains a network through a tensor must
 * come before any other that moves the network: its gradients would belong to weights that are gone.
 */
function checkStale(
  context: CheckContext,
  graph: GameGraph,
  sites: readonly CallSite[],
  name: string,
  moved: ReadonlyMap<string, string>,
): void {
  const train = context.draft.updates.get(name)?.train ?? [];
  for (const { path, call } of sitesBelow(sites, ['game', 'updates', name, 'losses'])) {
    const through = graph.networksThroughTensors(call);
    const network = train.find((n) => moved.has(n) && through.has(n));
    if (network === undefined) {
      checkParts(context, graph, { name, path, call, moved });
      continue;
    }
    const at = spanAt(context, path, call.span);
    context.findings.error('stale-tensor.weights', at, name, network, moved.get(network)!);
  }
}

/**
 * Where a batch is computed in parts, a later update computes again the tensors that its gradients go through. It cannot do
 * so with weights that have moved since the step began.
 */
function checkParts(
  context: CheckContext,
  graph: GameGraph,
  {
    name,
    path,
    call,
    moved,
  }: {
    readonly name: string;
    readonly path: CallSite['path'];
    readonly call: Call;
    readonly moved: ReadonlyMap<string, string>;
  },
): void {
  const { train: settings, updates } = context.draft;
  if (!settings || settings.accumulate === 1) return;
  const trained = updates.get(name)?.train ?? [];
  for (const tensor of graph.tensorsBehind(call, { gradient: true })) {
    const callees = graph.tensors.get(tensor)!.calls.flatMap((each) => [...mentions(each).networks]);
    const gone = callees.find((network) => moved.has(network));
    const reached = graph.tensors
      .get(tensor)!
      .calls.flatMap((each) => [...graph.networksBehind(each, { gradient: true })]);
    const network = trained.find((each) => reached.includes(each));
    if (gone === undefined || network === undefined) continue;
    context.findings.error('stale-tensor.accumulate', spanAt(context, path, call.span), {
      update: name,
      network,
      tensor,
      by: gone,
      earlier: moved.get(gone)!,
    });
    return;
  }
}

/** Networks that a game uses, and those that it trains. */
export interface Use {
  readonly used: ReadonlySet<string>;
  readonly trained: ReadonlySet<string>;
}

export function networkUse({ draft }: CheckContext, graph: GameGraph, sites: readonly CallSite[]): Use {
  const played = (draft.play ?? []).flat();
  const used = new Set<string>();
  const calls = [
    ...played.flatMap((name) => sitesBelow(sites, ['game', 'updates', name])),
    ...[...draft.outputs.keys()].flatMap((name) => sitesBelow(sites, ['game', 'tensors', name])),
  ];
  for (const { call } of calls)
    for (const network of graph.networksBehind(call, { gradient: false })) used.add(network);
  return { used, trained: new Set(played.flatMap((name) => draft.updates.get(name)?.train ?? [])) };
}

/**
 * A network that no played update and no output uses is not built; one that is used and never trained stays noise.
 * @param uses of each phase.
 */
export function checkUse(context: CheckContext, uses: readonly Use[]): void {
  const { draft, findings } = context;
  const used = new Set(uses.flatMap((use) => [...use.used]));
  const trained = new Set(uses.flatMap((use) => [...use.trained]));
  for (const network of draft.networks.keys()) {
    const at = keyAt(context, ['networks', network]);
    if (!used.has(network)) findings.warning('unused-network', at, network);
    else if (!trained.has(network) && draft.networks.get(network)?.weights === undefined)
      findings.error('untrained.network', at, network);
  }
}
