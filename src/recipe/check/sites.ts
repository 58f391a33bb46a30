import type { Call } from '../../core/call.js';
import { tensorOperands } from '../draft.js';
import { GameGraph, type TensorNode } from '../game.js';
import type { Path } from '../node.js';
import type { CallSite, CheckContext } from './context.js';

/** The call at a path, where one stands there and is sound. */
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
