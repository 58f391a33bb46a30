import type { Call } from '../../core/call.js';
import { tensorOperands } from './draft.js';
import { GameGraph, type TensorNode } from './game-graph.js';
import type { Path } from '../read/node.js';
import type { ReadSite } from './calls.js';
import type { CallSite, CheckContext } from './context.js';

/** The call at a path, where there is a sound one. */
export function siteAt(sites: readonly CallSite[], path: Path): Call | undefined {
  return sites.find(
    (site) => site.path.length === path.length && site.path.every((step, i) => step === path[i]),
  )?.call;
}

/** Calls below a path. */
export function sitesBelow(
  sites: readonly CallSite[],
  path: Path,
): readonly (CallSite & { readonly call: Call })[] {
  return sites.filter(
    (site): site is CallSite & { call: Call } =>
      site.call !== undefined && path.every((step, i) => step === site.path[i]),
  );
}

/**
 * The sites without calls that name what does not exist, or tensors that are wrong themselves. A mistake that is found in
 * the remaining calls is no consequence of another one.
 */
export function certainSites(
  { draft }: CheckContext,
  sites: readonly ReadSite[],
  graph: GameGraph,
): readonly CallSite[] {
  const doubtful = new Set(
    [...draft.tensors].flatMap(([name, config]) => {
      const sitesOfTensor = sites.filter(({ path }) => path[1] === 'tensors' && path[2] === name);
      const isCycle = sitesOfTensor.some(({ call }) => call && graph.tensorsBehind(call).has(name));
      return config === undefined || isCycle || sitesOfTensor.some((site) => !site.isSound) ? [name] : [];
    }),
  );
  return sites.map(({ path, call, isSound }) => {
    const isCertain = isSound && call && [...graph.tensorsBehind(call)].every((name) => !doubtful.has(name));
    return { path, call: isCertain ? call : undefined };
  });
}

/** Whether all calls below a path are certain. */
export const areCertain = (sites: readonly CallSite[], path: Path): boolean =>
  sites
    .filter((site) => path.every((step, i) => step === site.path[i]))
    .every(({ call }) => call !== undefined);

/** The game's dependencies, as far as its tensors are sound. */
export function graphOf({ draft, registry }: CheckContext, sites: readonly CallSite[]): GameGraph {
  const tensors = [...draft.tensors].map(([name, config]): [string, TensorNode] => {
    const path = ['game', 'tensors', name];
    if (typeof config === 'string') {
      const call = siteAt(sites, path);
      return [name, { calls: call ? [call] : [], stopsGradient: false }];
    }
    const type = config?.type ?? '';
    const calls = tensorOperands(registry, type).map((key) => siteAt(sites, [...path, key]));
    const stopsGradient = registry.find('tensor', type)?.stopsGradient ?? false;
    return [name, { calls: calls.filter((call) => call !== undefined), stopsGradient }];
  });
  return new GameGraph(new Map(tensors));
}
