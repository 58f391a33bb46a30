import { basename, resolve } from 'node:path';
import { cancel, confirm, intro, isCancel, log, select, text } from '@clack/prompts';
import { paint } from '../../core/node/paint.js';
import { UserError } from '../../core/errors.js';
import { type Answers, proposeBatch, proposeSize, SIZES } from './answers.js';
import { type Layout, LAYOUTS, lookAtFolder, type Sight } from './look.js';

/** Answers given as flags. */
export interface InitFlags {
  readonly data?: string;
  readonly layout?: Layout;
  readonly source?: string;
  readonly target?: string;
  readonly size?: number;
  readonly batch?: number;
  readonly epochs?: number;
  readonly name?: string;
  /** Accepts every proposal, without questions. */
  readonly yes?: true;
}

const EPOCHS = 200;
const LAYOUT_TEXTS: { readonly [L in Layout]: string } = {
  'side-by-side': 'pairs, both images in one file, left | right',
  'paired-folders': 'pairs, a folder for each side, files of equal name',
  'unpaired-folders': 'two folders of images without pairs (CycleGAN)',
  images: 'one folder of images, to make the like from noise',
};

/** Answers from flags, from the data folder and, on a terminal, from questions. */
export async function gatherAnswers(
  flags: InitFlags,
  interactive: boolean,
): Promise<Omit<Answers, 'path'> & { folder: string }> {
  const ask = interactive && !flags.yes;
  if (ask) intro('A new recipe. Enter takes what is proposed.');
  const folder =
    flags.data ??
    (ask ? await askText('Where are the images?', './data') : missing('--data PATH', 'where the images are'));
  const sight = await lookAtFolder(resolve(folder));
  if (sight && ask) log.info(describe(sight));
  if (!sight && ask) log.warn(unseen(folder));

  const layout =
    flags.layout ??
    (ask
      ? await askLayout(sight?.layout)
      : (sight?.layout ??
        missing(
          '--layout NAME',
          `how they lie, one of ${LAYOUTS.join(', ')}: ${folder} has no images that show it`,
        )));
  if (!sight && !ask) console.error(`${paint.yellow('warning')} ${unseen(folder)}`);
  const sides = sight?.layout === layout ? sight.from : undefined;
  const [a, b] = sides ?? (layout === 'side-by-side' ? ['left', 'right'] : ['a', 'b']);
  const swap =
    ask && layout !== 'images' && flags.source === undefined && flags.target === undefined
      ? !(await askYes(`Made from ${a}, is what ${b} shows?`))
      : false;
  const [first, second] = swap ? [b, a] : [a, b];
  const number = async (flag: number | undefined, question: string, proposed: number): Promise<number> =>
    flag ?? (ask ? Number(await askText(question, String(proposed), isCount)) : proposed);
  const size = flags.size ?? (ask ? await askSize(proposeSize(sight)) : proposeSize(sight));
  checkSize(size);
  const batch = await number(flags.batch, 'Images in a batch?', proposeBatch(layout, size));
  const epochs = await number(flags.epochs, 'How many passes over the data (epochs)?', EPOCHS);
  const proposed = nameOf(folder, layout);
  const name = flags.name ?? (ask ? await askText('What is it called?', proposed, isName) : proposed);
  return {
    folder,
    name,
    layout,
    from: fromTo(flags, [first, second]),
    size,
    batch,
    epochs,
    hasVal: sight?.hasVal ?? false,
  };
}

const unseen = (folder: string): string =>
  `There are no images in ${folder} (yet); nothing is proposed from them.`;

/** Source and target: flags first; where one is given, the other side is the other one. */
function fromTo(
  { source: chosen, target }: Pick<InitFlags, 'source' | 'target'>,
  [first, second]: readonly [string, string],
): readonly [string, string] {
  const source = chosen ?? (target === first ? second : first);
  const from = [source, target ?? (source === second ? first : second)] as const;
  if (from[0] !== from[1]) return from;
  throw new UserError(
    `What is to be made cannot be made from itself: source and target are both "${source}".`,
    {
      exitCode: 2,
      remedy: `Sides are, for example, ${first} and ${second}.`,
    },
  );
}

function missing(flag: string, what: string): never {
  throw new UserError(`Without a terminal gan init cannot ask: it needs ${flag}, ${what}.`, {
    exitCode: 2,
    remedy:
      'E.g. gan init mine.yaml --data ./photos --layout side-by-side --size 256; gan init --help lists all flags.',
  });
}

function checkSize(size: number): void {
  if (SIZES.some((each) => each === size)) return;
  throw new UserError(`gan init makes recipes of ${SIZES.join(', ')} pixels, not ${size}.`, {
    exitCode: 2,
    remedy: 'Take the nearest; `size` and `depth` in the recipe may be changed afterwards.',
  });
}

const describe = ({ layout, count, height, width, from, hasVal }: Sight): string =>
  `${count} images, ${width}x${height} pixels${from ? ` (${from.join(', ')})` : ''}: ${LAYOUT_TEXTS[layout]}${hasVal ? '' : '; no folder val, so a tenth is kept apart'}`;

/** A recipe's name made from the data folder's. */
function nameOf(folder: string, layout: Layout): string {
  const plain = basename(resolve(folder))
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  const base = plain === '' ? 'mine' : plain;
  return `${base}-${{ 'side-by-side': 'pix2pix', 'paired-folders': 'pix2pix', 'unpaired-folders': 'cyclegan', images: 'gan' }[layout]}`;
}

const isCount = (value: string): string | undefined =>
  /^[1-9][0-9]*$/.test(value) ? undefined : 'A whole number from 1.';
const isName = (value: string): string | undefined =>
  /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(value) ? undefined : 'Letters, digits, and - _ . inside.';

/** @throws UserError after Ctrl-C. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  cancel('Nothing was written.');
  throw new UserError('gan init was left.', { exitCode: 1 });
}

async function askText(
  message: string,
  proposed: string,
  wrong?: (value: string) => string | undefined,
): Promise<string> {
  const validate = (value: string | undefined): string | undefined =>
    wrong?.(value === undefined || value === '' ? proposed : value);
  return answered(await text({ message, placeholder: proposed, defaultValue: proposed, validate }));
}

const askYes = async (message: string): Promise<boolean> => answered(await confirm({ message }));

async function askLayout(proposed: Layout | undefined): Promise<Layout> {
  const options = LAYOUTS.map((value) => ({ value, label: LAYOUT_TEXTS[value] }));
  return answered(
    await select<Layout>({
      message: 'How do they lie there?',
      options,
      ...(proposed ? { initialValue: proposed } : {}),
    }),
  );
}

async function askSize(proposed: number): Promise<number> {
  const options = SIZES.map((value) => ({ value: value, label: `${value} x ${value}` }));
  return answered(
    await select<number>({ message: 'At which size, in pixels?', options, initialValue: proposed }),
  );
}
