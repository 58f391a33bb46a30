import { UserError } from '../../core/errors.js';
import type { SourceConfig } from '../../recipe/index.js';
import {
  BadExample,
  type DatasetContext,
  type DatasetDefinition,
  type DatasetReader,
  type Example,
  ownParams,
  type Registry,
  USUAL_SPLITS,
} from '../../registry/index.js';
import { BadExamples } from './bad-examples.js';
import { chooseClasses } from './choose-classes.js';
import { choosePalette } from './choose-palette.js';
import type { Field } from '../field.js';
import { decodeImage, probeImage } from '../decode/images.js';
import { listFolders, listImages, noImages } from './listing.js';
import { type Folders, findFolder } from './paths.js';
import { checkPlaces } from './read-images.js';
import { forEachLimited, spread } from '../for-each-limited.js';
import { type SharedResources, Source } from './source.js';
import { openSplits, type Splits } from './splits.js';

/** Headers that are checked on opening, spread over the source: at most a second's work. The rest are checked when read. */
const MAX_CHECKED = 4000;
/** Files open at once; sharp has fewer threads. */
const MAX_OPEN_FILES = 16;

export interface OpenSourceOptions extends Folders {
  readonly registry: Registry;
  readonly resources: SharedResources;
  readonly maxBadShare: number;
  readonly warn: (text: string) => void;
}

/** Finds a source's examples and looks at their headers. @throws UserError where there is nothing to train on. */
export async function openSource(
  name: string,
  config: SourceConfig,
  options: OpenSourceOptions,
): Promise<Source> {
  checkSizes(name, config);
  const definition = options.registry.get('dataset', config.type);
  checkFrom(config, definition);
  const folder = definition.files ? await findFolder(name, pathOf(name, config), options) : undefined;
  const context: DatasetContext = {
    folder,
    from: [...new Set(Object.values(config.fields).map((field) => field.from))],
    list: listImages,
    folders: listFolders,
    probe: probeImage,
    decode: decodeImage,
    warn: options.warn,
  };
  const reader = await definition.open(ownParams(definition, config), context);
  const splits = await openSplits(name, reader, config.splits);
  const examples = [...new Set([...splits.values()].flat())];
  if (examples.length === 0) throw await nothingIn(name, folder);
  const bad = new BadExamples(name, examples.length, options.maxBadShare, options.warn);
  const pictured = Object.values(config.fields).filter(({ as }) => as !== 'class');
  const from = [...new Set(pictured.map((field) => field.from))];
  await checkHeaders(reader, examples, from, bad);
  const train = (splits.get('train') ?? examples).filter((example) => !bad.has(example));
  const fields: Field[] = [];
  for (const [field, { from, as, palette, classes }] of Object.entries(config.fields)) {
    const wanted = palette ?? (as === 'labels' ? 'auto' : undefined);
    const request = { field, from, folder, reader, train, size: config.size, folders: options };
    const chosen = wanted === undefined ? undefined : await choosePalette(wanted, request);
    const ofClass =
      as === 'class'
        ? { classes: chooseClasses(name, field, classes, classed(splits, config), options.warn) }
        : {};
    fields.push({ name: field, from, as, palette: chosen, ...ofClass });
  }
  return new Source(name, config, folder, fields, splits, bad, reader, options.resources);
}

/** Examples whose classes count: folders other than train, val and test may hold anything. */
function classed(splits: Splits, { splits: asked }: SourceConfig): readonly Example[] {
  const chosen = [...splits].filter(([name]) => asked !== undefined || USUAL_SPLITS.includes(name));
  return (chosen.length > 0 ? chosen : [...splits]).flatMap(([, examples]) => examples);
}

async function nothingIn(name: string, folder: string | undefined): Promise<UserError> {
  if (folder !== undefined) return noImages(name, folder);
  return new UserError(`Source "${name}" makes no examples: all its counts are 0.`, { exitCode: 2 });
}

function pathOf(name: string, { type, path }: SourceConfig): string {
  if (path !== undefined) return path;
  throw new UserError(`Source "${name}" has no path, and ${type} reads files.`, {
    remedy: 'Write `path:` in the recipe, or pass --data PATH.',
    exitCode: 2,
  });
}

/** Recipes are checked before; a path's type may have been exchanged on the command line since. */
function checkFrom({ type, fields }: SourceConfig, { from: choices }: DatasetDefinition): void {
  for (const [field, { from }] of Object.entries(fields)) {
    if (choices === undefined || choices.includes(from)) continue;
    throw new UserError(`Field "${field}" is from "${from}", which ${type} does not have.`, {
      remedy: `Choices: ${choices.join(', ')}.`,
      exitCode: 2,
    });
  }
}

function checkSizes(name: string, { size, fit, augment: { jitter } }: SourceConfig): void {
  if (!jitter) return;
  if (fit === 'crop') {
    throw new UserError(`Source "${name}" asks for both \`fit: crop\` and \`jitter\`.`, {
      remedy: 'Leave `jitter` out: with `fit: crop` train is cropped at random already, without resizing.',
      exitCode: 2,
    });
  }
  if (jitter.width < size.width || jitter.height < size.height) {
    throw new UserError(
      `Source "${name}" is resized to jitter ${jitter.width}x${jitter.height}, too small to crop ${size.width}x${size.height} from it.`,
      { remedy: 'Jitter is larger than size: the paper has 286 for 256.', exitCode: 2 },
    );
  }
}

async function checkHeaders(
  reader: DatasetReader,
  examples: readonly Example[],
  from: readonly string[],
  bad: BadExamples,
): Promise<void> {
  if ('read' in reader && !reader.check) return;
  const found: { example: Example; error: BadExample }[] = [];
  await forEachLimited(spread(examples, MAX_CHECKED), MAX_OPEN_FILES, async (example) => {
    try {
      await ('read' in reader ? reader.check?.(example) : checkPlaces(reader, example, from));
    } catch (error) {
      if (!(error instanceof BadExample)) throw error;
      found.push({ example, error });
    }
  });
  // In the order of the files, not of the threads.
  bad.add(found.sort((a, b) => examples.indexOf(a.example) - examples.indexOf(b.example)));
}
