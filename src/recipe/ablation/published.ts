import type { Findings } from '../messages/findings.js';
import { entry, find, type Node, textOf, toJson } from '../read/node.js';
import type { Axis } from './axes.js';

/** Published numbers are for levels of the table's axes: as many for each level as there are metrics. */
export function checkPublished(root: Node, axes: readonly Axis[], findings: Findings): void {
  const list = find(root, ['report', 'published']);
  const levelsOf = (key: string): readonly string[] | undefined => {
    const name = textOf(find(root, ['report', key]));
    return axes.find((axis) => axis.name === name)?.levels.map((level) => level.name);
  };
  const [rows, columns] = [levelsOf('rows'), levelsOf('columns')];
  for (const item of list?.kind === 'list' ? list.items : []) {
    const values = entry(item, 'values')!.value;
    const names = toJson(entry(item, 'metrics')!.value) as readonly string[];
    if (!rows) {
      findings.error('no-rows', item.origin);
      continue;
    }
    checkLevels(values, rows, columns ? [columns] : [], names, findings);
  }
}

function checkLevels(
  values: Node,
  levels: readonly string[],
  below: readonly (readonly string[])[],
  names: readonly string[],
  findings: Findings,
): void {
  if (values.kind !== 'map') return;
  for (const [level, { key, value }] of values.entries) {
    if (!levels.includes(level)) findings.error('unknown-level', key, level, levels);
    const [next, ...rest] = below;
    if (next && value.kind === 'map') checkLevels(value, next, rest, names, findings);
    else if (next) findings.error('bad-published.columns', value.origin, level, next);
    else if (value.kind !== 'list')
      findings.error('bad-published.numbers', value.origin, level, names.length);
    else if (value.items.length !== names.length)
      findings.error('bad-published.count', value.origin, level, value.items.length, names.length);
  }
}
