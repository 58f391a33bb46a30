import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { CLASS, defineDataset, type Example, USUAL_SPLITS } from '../registry/index.js';

/** How many files outside of all classes are named. */
const NAMED = 5;

export const classFolders = defineDataset({
  type: 'class-folders',
  summary: 'One folder per class: each image and the class it is of.',
  description:
    'The layout of ImageNet: `PATH/train/cat/1.jpg`, or `PATH/cat/1.jpg`, which is all train or is divided by `splits`. A field `from: class` is a one-hot vector over the classes of all splits in the order of their names (2 before 10), or in the order that its `classes` gives. Folders inside a class are looked into.',
  params: Type.Object({}, { additionalProperties: false }),
  example: {
    type: 'class-folders',
    path: 'shapes',
    fields: { real: 'image', label: { from: 'class', classes: ['circle', 'square', 'triangle'] } },
    size: 32,
  },
  files: true,
  from: ['image', CLASS],
  classes: true,

  open(_params, { folder: root = '', list, folders, warn }) {
    const examplesIn = async (folder: string, prefix: string): Promise<Example[]> => {
      const files = await list(folder);
      const outside = files.filter((file) => !file.includes('/'));
      if (outside.length > 0 && outside.length === files.length) {
        throw new UserError(`${folder} has images, and no folder per class.`, {
          remedy: 'Each class is a folder: cat/1.jpg, dog/1.jpg. For images without classes: `type: images`.',
        });
      }
      if (outside.length > 0) {
        const named = outside.slice(0, NAMED).join(', ');
        const more = outside.length > NAMED ? `, and ${outside.length - NAMED} more` : '';
        warn(`Left out, since they lie in no class's folder: ${named}${more} of ${folder}.`);
      }
      return files
        .filter((file) => file.includes('/'))
        .map((file) => ({
          name: prefix + file,
          files: [`${folder}/${file}`],
          class: file.slice(0, file.indexOf('/')),
        }));
    };
    return Promise.resolve({
      splits: () => folders(root),
      async examples(split) {
        if (split !== undefined) return examplesIn(`${root}/${split}`, '');
        const splits = (await folders(root)).filter((name) => USUAL_SPLITS.includes(name));
        if (splits.length === 0) return examplesIn(root, '');
        return (await Promise.all(splits.map((name) => examplesIn(`${root}/${name}`, `${name}/`)))).flat();
      },
      places: ({ files: [file = ''] }, from) => from.map(() => ({ file })),
    });
  },
});
