import { type CheckContext, keyAt } from './context.js';

/** Keys of metrics and logs that an update's name would collide with. */
const RESERVED = ['train', 'val', 'test', 'learning_rate', 'health', 'system'];

/** Fields, tensors and networks share one name space: a call must know what a name means. */
export function checkNames(context: CheckContext): void {
  const { draft, findings } = context;
  const owners = new Map<string, string>();
  const claim = (name: string, owner: string, path: readonly string[]): void => {
    const other = owners.get(name);
    if (other === undefined) owners.set(name, owner);
    else findings.error('name-taken.value', keyAt(context, path), name, other, owner);
  };
  for (const { name, source } of draft.fields)
    claim(name, `a field of ${source}`, ['data', source, 'fields', name]);
  for (const name of draft.networks.keys()) claim(name, 'a network', ['networks', name]);
  for (const name of draft.tensors.keys()) claim(name, 'a tensor', ['game', 'tensors', name]);
  for (const name of draft.updates.keys()) {
    if (RESERVED.includes(name))
      findings.error('name-taken.update', keyAt(context, ['game', 'updates', name]), name);
  }
}
