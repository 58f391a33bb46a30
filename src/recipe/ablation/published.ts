import { counted } from '../../core/counted.js';
import type { Findings } from '../messages/findings.js';
import { entry, find, type Node, textOf, toJson } from '../read/node.js';
import { suggest } from '../messages/suggest.js';
import type { Axis } from './axes.js';

/** Published numbers stand for levels of the table's axes, as many for each as there are names. */
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
      const remedy = 'Set `rows` to the axis whose levels the numbers are for.';
      findings.error(
        'no-rows',
        'Published numbers belong to rows, but the report has none.',
        item.origin,
        remedy,
      );
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
    if (!levels.includes(level))
      findings.error(
        'unknown-level',
        `There is no level "${level}" on this axis.`,
        key,
        suggest(level, levels, 'Levels'),
      );
    const [next, ...rest] = below;
    if (next && value.kind === 'map') checkLevels(value, next, rest, names, findings);
    else if (next || value.kind !== 'list') {
      const remedy = next
        ? `Give numbers for each of ${next.join(', ')}.`
        : `Give a list of ${names.length} numbers.`;
      findings.error('bad-published', `${level} does not have the shape of the table.`, value.origin, remedy);
    } else if (value.items.length !== names.length)
      findings.error(
        'bad-published',
        `${level} has ${counted(value.items.length, 'number')}, but there ${names.length === 1 ? 'is' : 'are'} ${counted(names.length, 'metric')}.`,
        value.origin,
      );
  }
}
