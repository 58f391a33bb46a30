import { canonicalJson } from '../../core/json.js';
import type { OptimizerConfig } from '../recipe.js';
import type { Origin } from '../read/source.js';
import { type CheckContext, keyAt, valueAt } from './context.js';

/** The optimiser's state belongs to a network: updates that share a network share it, and must agree on it. */
export function checkOptimizers(context: CheckContext): void {
  const { draft, findings } = context;
  const owners = new Map<string, string>();
  for (const name of [...new Set((draft.play ?? []).flat())]) {
    const update = draft.updates.get(name);
    for (const network of update?.train ?? []) {
      const owner = owners.get(network);
      if (owner === undefined) owners.set(network, name);
      else if (!agree(draft.updates.get(owner)?.optimizer, update?.optimizer)) {
        const at = keyAt(context, ['game', 'updates', name, 'optimizer']);
        findings.error('optimizers-differ', at, owner, name, network);
      }
    }
  }
}

/** An optimizer that is wrong itself is not compared. */
const agree = (a: OptimizerConfig | undefined, b: OptimizerConfig | undefined): boolean =>
  !a || !b || canonicalJson(a) === canonicalJson(b);

/** `play` lists updates that exist, each at most once; updates train networks that exist. */
export function checkPlay(context: CheckContext): void {
  const { draft, findings } = context;
  const updates = [...draft.updates.keys()];
  const seen = new Set<string>();
  draft.play?.forEach((entry, i) => {
    const group = typeof entry === 'string' ? [entry] : entry;
    group.forEach((name, j) => {
      const at = (): Origin =>
        valueAt(context, typeof entry === 'string' ? ['game', 'play', i] : ['game', 'play', i, j]);
      if (!updates.includes(name)) findings.error('unknown-update', at(), name, updates);
      else if (seen.has(name)) findings.error('played-twice', at(), name);
      seen.add(name);
    });
  });
  for (const [update, { train }] of draft.updates) {
    train?.forEach((name, i) => {
      if (draft.networks.has(name)) return;
      const at = valueAt(context, ['game', 'updates', update, 'train', i]);
      const id = name === update ? 'unknown-network.update' : 'unknown-network.name';
      findings.error(id, at, name, [...draft.networks.keys()]);
    });
  }
}
