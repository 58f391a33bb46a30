import { suggest } from '../suggest.js';
import { type CheckContext, valueAt } from './context.js';

/** `play` lists updates that exist, each at most once; updates train networks that exist. */
export function checkPlay(context: CheckContext): void {
  const { draft, findings } = context;
  const updates = [...draft.updates.keys()];
  const seen = new Set<string>();
  draft.play?.forEach((entry, i) => {
    const group = typeof entry === 'string' ? [entry] : entry;
    group.forEach((name, j) => {
      const at = valueAt(context, typeof entry === 'string' ? ['game', 'play', i] : ['game', 'play', i, j]);
      if (!updates.includes(name)) {
        findings.error('unknown-update', `"${name}" is no update.`, at, suggest(name, updates, 'Updates'));
      } else if (seen.has(name)) {
        const remedy =
          'An update is played at most once a step; `every` on the others plays it more often than them.';
        findings.error('played-twice', `"${name}" is played twice.`, at, remedy);
      }
      seen.add(name);
    });
  });
  for (const [update, { train }] of draft.updates) {
    train.forEach((name, i) => {
      if (draft.networks.has(name)) return;
      const known = suggest(name, [...draft.networks.keys()], 'Networks') ?? '';
      const remedy =
        name === update
          ? `An update trains the network of its name, unless \`train\` says which. ${known}`
          : known;
      const at = valueAt(context, ['game', 'updates', update, 'train', i]);
      findings.error('unknown-network', `"${name}" is no network of this recipe.`, at, remedy);
    });
  }
}
