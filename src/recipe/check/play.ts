import { canonicalJson } from '../../core/json.js';
import type { OptimizerConfig } from '../recipe.js';
import type { Origin } from '../read/source.js';
import { suggest } from '../messages/suggest.js';
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
        const message = `${owner} and ${name} both train ${network}, with different optimizers.`;
        const remedy = 'Optimizer state belongs to the network: use the same optimizer for both.';
        findings.error(
          'optimizers-differ',
          message,
          keyAt(context, ['game', 'updates', name, 'optimizer']),
          remedy,
        );
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
      if (!updates.includes(name)) {
        findings.error(
          'unknown-update',
          `There is no update "${name}".`,
          at(),
          suggest(name, updates, 'Updates'),
        );
      } else if (seen.has(name)) {
        const remedy = 'To play it more often than the others, set `every` on the others.';
        findings.error('played-twice', `"${name}" is played twice.`, at(), remedy);
      }
      seen.add(name);
    });
  });
  for (const [update, { train }] of draft.updates) {
    train?.forEach((name, i) => {
      if (draft.networks.has(name)) return;
      const known = suggest(name, [...draft.networks.keys()], 'Networks') ?? '';
      const remedy =
        name === update
          ? `An update trains the network of its name, unless \`train\` names others. ${known}`
          : known;
      const at = valueAt(context, ['game', 'updates', update, 'train', i]);
      findings.error('unknown-network', `There is no network "${name}" in this recipe.`, at, remedy);
    });
  }
}
