import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { BadExample, type DatasetContext, defineDataset, type Example } from '../registry/index.js';

/** How many files without a partner are named. */
const NAMED = 5;

/** A folder that holds a field's files, and what goes before their names where several folders are one heap. */
interface Part {
  readonly folder: string;
  readonly prefix: string;
}

/** The folders of a field; of all splits for undefined. */
type Layout = (split: string | undefined, from: string) => readonly Part[];

export const pairedFolders = defineDataset({
  type: 'paired-folders',
  summary: 'One folder per field; files of equal name, whatever their extension, are one example.',
  description:
    "A field's `from` names its folder. Splits are above or below it: `PATH/train/photos/1.jpg` or `PATH/photos/train/1.jpg`; without them, `PATH/photos/1.jpg`, all files are train, or are divided by `splits`. With one field it is a plain folder of images.",
  params: Type.Object({}, { additionalProperties: false }),
  example: {
    type: 'paired-folders',
    path: 'facades',
    fields: { source: 'labels', target: 'photos' },
    size: 256,
  },
  files: true,
  from: undefined,

  async open(_params, context) {
    const { splits, layout } = await findLayout(context);
    return {
      splits: () => Promise.resolve(splits),
      examples: (split) => pairUp(layout, split, context),
      places: ({ files, name }, from) =>
        from.map((field) => {
          const file = files[context.from.indexOf(field)];
          if (file === undefined) throw new BadExample(name, `has no image for ${field}`);
          return { file };
        }),
    };
  },
});

async function findLayout(
  context: DatasetContext,
): Promise<{ readonly splits: readonly string[]; readonly layout: Layout }> {
  const { folder: root = '', from, folders } = context;
  const top = await folders(root);
  if (from.every((name) => top.includes(name))) {
    const below = await Promise.all(from.map((name) => folders(`${root}/${name}`)));
    const splits = below[0]!.filter((split) => below.every((names) => names.includes(split)));
    const layout: Layout = (split, name) => [
      { folder: `${root}/${name}${split === undefined ? '' : `/${split}`}`, prefix: '' },
    ];
    return { splits, layout };
  }
  const inside = await Promise.all(top.map((split) => folders(`${root}/${split}`)));
  const splits = top.filter((_, i) => from.every((name) => inside[i]!.includes(name)));
  if (splits.length > 0) {
    const layout: Layout = (split, name) =>
      split === undefined
        ? splits.map((one) => ({ folder: `${root}/${one}/${name}`, prefix: `${one}/` }))
        : [{ folder: `${root}/${split}/${name}`, prefix: '' }];
    return { splits, layout };
  }
  const wanted = from.map((name) => `"${name}"`).join(' and ');
  const found = [...new Set([...top, ...inside.flat()])].map((name) => `"${name}"`).join(', ');
  throw new UserError(`${root} has no folder ${wanted}, neither directly nor inside a split's folder.`, {
    remedy: `\`from\` of each field names its folder. There are: ${found || 'none'}.`,
  });
}

/** The examples whose every field has a file; tells of the files without a partner. */
async function pairUp(
  layout: Layout,
  split: string | undefined,
  context: DatasetContext,
): Promise<readonly Example[]> {
  const byField = await Promise.all(context.from.map((from) => filesByName(layout(split, from), context)));
  const [first, ...others] = byField;
  const names = [...first!.keys()].filter((name) => others.every((files) => files.has(name)));
  const paired = new Set(names);
  const files = byField.flatMap((found) =>
    [...found].filter(([name]) => !paired.has(name)).map(([, file]) => file),
  );
  const listed = `${files.slice(0, NAMED).join(', ')}${files.length > NAMED ? `, and ${files.length - NAMED} more` : ''}`;
  if (names.length === 0 && files.length > 0) {
    throw new UserError(`No two files of ${context.from.join(' and ')} have one name: ${listed}.`, {
      remedy: 'Pairs go by the name without its extension: photos/12.jpg and maps/12.png are one.',
    });
  }
  if (files.length > 0) context.warn(`Left out, since the other folder has no file of that name: ${listed}.`);
  return names.map((name) => ({ name, files: byField.map((found) => found.get(name)!) }));
}

/** By path below the folder, without the extension. */
async function filesByName(
  parts: readonly Part[],
  { list, warn }: DatasetContext,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const { folder, prefix } of parts) {
    for (const file of await list(folder)) {
      const name = prefix + file.replace(/\.[^./]+$/, '');
      const known = files.get(name);
      if (known === undefined) files.set(name, `${folder}/${file}`);
      else warn(`Left out: ${folder}/${file}, since ${known} has the same name.`);
    }
  }
  return files;
}
