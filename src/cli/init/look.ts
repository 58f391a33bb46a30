import { join } from 'node:path';
import { listFolders, listImages, probeImage } from '../../data/node.js';
import { USUAL_SPLITS } from '../../registry/index.js';

export const LAYOUTS = ['side-by-side', 'paired-folders', 'unpaired-folders', 'images'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** What a data folder seems to hold. */
export interface Sight {
  readonly layout: Layout;
  /** Where the fields come from: halves, folders. */
  readonly from: readonly [string, string] | undefined;
  /** Images in all. */
  readonly count: number;
  /** Of one image of an example, in pixels, from a typical file. */
  readonly height: number;
  readonly width: number;
  /** Whether there is a split `val`. */
  readonly hasVal: boolean;
}

/** Files whose headers are read. */
const MAX_PROBED_FILES = 24;

/** Guesses from a folder's names and some headers; undefined where it holds no readable images. */
export async function lookAtFolder(folder: string): Promise<Sight | undefined> {
  const top = await listFolders(folder);
  const splits = top.filter((name) => USUAL_SPLITS.includes(name));
  const others = top.filter((name) => !USUAL_SPLITS.includes(name));
  const inner = splits[0] === undefined ? others : await listFolders(join(folder, splits[0]));
  const files = await listImages(folder);
  const size = await typicalSize(files.map((file) => join(folder, file)));
  if (!size) return undefined;
  const below = splits[0] === undefined ? folder : join(folder, splits[0]);
  const hasVal = splits.includes('val') || (splits[0] === undefined && (await hasInnerVal(folder, inner)));
  const seen = { count: files.length, hasVal };
  const names = await Promise.all(
    inner.map(async (name) => ({ name, files: await listImages(join(below, name)) })),
  );
  const [a, b, ...more] = names.filter((each) => each.files.length > 0);
  if (a && b && more.length === 0) {
    const paired = sameNames(a.files, b.files);
    return {
      ...seen,
      ...size,
      layout: paired ? 'paired-folders' : 'unpaired-folders',
      from: [a.name, b.name],
    };
  }
  // Twice as wide as high: two images in one file.
  if (Math.abs(size.width / size.height - 2) < 0.05)
    return {
      ...seen,
      height: size.height,
      width: size.width / 2,
      layout: 'side-by-side',
      from: ['left', 'right'],
    };
  return { ...seen, ...size, layout: 'images', from: undefined };
}

async function hasInnerVal(folder: string, inner: readonly string[]): Promise<boolean> {
  const below = await Promise.all(inner.map((name) => listFolders(join(folder, name))));
  return below.length > 0 && below.every((names) => names.includes('val'));
}

const stem = (file: string): string => file.replace(/\.[^./]+$/, '');

/** Whether at least half of the smaller folder's names are in the larger one. */
function sameNames(a: readonly string[], b: readonly string[]): boolean {
  const names = new Set(a.map(stem));
  const shared = b.filter((file) => names.has(stem(file))).length;
  return shared >= 0.5 * Math.min(a.length, b.length);
}

async function typicalSize(files: readonly string[]): Promise<{ height: number; width: number } | undefined> {
  const stride = Math.max(1, Math.floor(files.length / MAX_PROBED_FILES));
  const sizes: { height: number; width: number }[] = [];
  for (const file of files.filter((_, i) => i % stride === 0).slice(0, MAX_PROBED_FILES)) {
    // Files that cannot be read are skipped.
    const size = await probeImage(file).catch(() => undefined);
    if (size) sizes.push(size);
  }
  return sizes.sort((a, b) => a.height * a.width - b.height * b.width)[sizes.length >> 1];
}
