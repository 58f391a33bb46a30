import { UserError } from '../../core/errors.js';
import type { FieldConfig } from '../../recipe/index.js';
import type { Example } from '../../registry/index.js';
import { byName } from './listing.js';

/**
 * The classes of a field in the order of their numbers: as the recipe names them, else those of all splits by name.
 * @throws UserError where they are others, or more or fewer, than the recipe says.
 */
export function chooseClasses(
  source: string,
  field: string,
  wanted: FieldConfig['classes'],
  examples: readonly Example[],
  warn: (text: string) => void,
): readonly string[] {
  const found = [...new Set(examples.flatMap((example) => example.class ?? []))].sort(byName);
  const listed = `${found.slice(0, 20).join(', ')}${found.length > 20 ? `, and ${found.length - 20} more` : ''}`;
  if (typeof wanted === 'object') {
    const unknown = found.filter((name) => !wanted.includes(name));
    if (unknown.length > 0) {
      throw new UserError(
        `Source "${source}" has examples of ${unknown.join(', ')}, which the field "${field}" has no class for.`,
        { remedy: `Its classes are ${wanted.join(', ')}. Add the name, or take the folder away.` },
      );
    }
    const empty = wanted.filter((name) => !found.includes(name));
    if (empty.length > 0) warn(`Source "${source}" has no example of ${empty.join(', ')}.`);
    return wanted;
  }
  if (wanted !== undefined && wanted !== found.length) {
    throw new UserError(
      `Source "${source}" has ${found.length} classes (${listed}), and the field "${field}" says ${wanted}.`,
      { remedy: 'Correct `classes`, or leave it out: the folders are then counted.' },
    );
  }
  if (found.length < 2) {
    throw new UserError(`Source "${source}" has one class alone (${listed}): a class needs another.`, {
      remedy:
        'Each class is a folder: PATH/train/cat/1.jpg. For a folder of images without classes, `type: images`.',
    });
  }
  return found;
}
