import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Image } from '../../../src/core/image.js';
import { BadExamples } from '../../../src/data/sources/bad-examples.js';
import { DiskCache } from '../../../src/data/cache/disk-cache.js';
import { CacheFileWriter } from '../../../src/data/cache/cache-file.js';
import { DiskCacheReader } from '../../../src/data/cache/disk-cache-reader.js';
import * as images from '../../../src/data/decode/images.js';
import { makePixels } from '../../../src/data/pixels.js';
import type { Example } from '../../../src/registry/index.js';
import { makeFolder } from '../support/fixtures.js';

const LARGE = 1e9;
let folder: string;
beforeEach(async () => {
  folder = await makeFolder();
  vi.stubEnv('GAN_CACHE_FOLDER', join(folder, 'cache'));
});

const kept = (): readonly string[] => {
  const pixels = join(folder, 'cache', 'pixels');
  return readdirSync(pixels).map((name) => join(pixels, name));
};

/** Three examples, each with a file of its own, whose pixels are its number. */
function threeExamples(): readonly Example[] {
  return [1, 2, 3].map((n) => {
    const file = join(folder, `${n}.txt`);
    writeFileSync(file, `${n}`);
    return { name: `${n}`, files: [file] };
  });
}

const pixelsOf = ({ name }: Example): Image => ({
  width: 2,
  height: 1,
  channels: 1,
  data: Uint8Array.of(Number(name), 255),
});

/** Reads all as a run does. @returns the names of what was decoded */
async function readAll(
  examples: readonly Example[],
  {
    limit = LARGE,
    what = 'x',
    only = examples,
  }: { limit?: number; what?: string; only?: readonly Example[] } = {},
): Promise<readonly string[]> {
  const decoded: string[] = [];
  const bad = new BadExamples('x', examples.length, 1, () => undefined);
  const reader = new DiskCache(limit).reader(what, examples, bad)!;
  for (const example of only) {
    const images = await reader.read(example, () => {
      decoded.push(example.name);
      return Promise.resolve([pixelsOf(example), pixelsOf(example)]);
    });
    expect(images).toEqual([pixelsOf(example), pixelsOf(example)]);
  }
  reader.close();
  return decoded;
}

const ALL_NAMES = ['1', '2', '3'];

test('what one run decoded the next one finds, and nothing that is made otherwise', async () => {
  const examples = threeExamples();
  expect(await readAll(examples)).toEqual(ALL_NAMES);
  expect(await readAll(examples)).toEqual([]);
  expect(await readAll(examples, { what: 'y' })).toEqual(ALL_NAMES);
});

test('a file that has changed is decoded again, and all are kept anew by the run after', async () => {
  const examples = threeExamples();
  await readAll(examples);
  utimesSync(examples[1]!.files[0]!, 1, 1);
  expect(await readAll(examples)).toEqual(['2', '3']);
  expect(await readAll(examples)).toEqual(ALL_NAMES);
  expect(await readAll(examples)).toEqual([]);
});

test('a new example is added to what is there', async () => {
  const examples = threeExamples();
  await readAll(examples.slice(0, 2));
  expect(await readAll(examples)).toEqual(['3']);
  expect(await readAll(examples)).toEqual([]);
});

test.each<[string, (file: string) => void]>([
  ['cut off', (file) => truncateSync(file, statSync(file).size - 5)],
  ['empty', (file) => truncateSync(file, 0)],
  ['something else', (file) => writeFileSync(file, 'x'.repeat(500))],
  ['with another pixel', (file) => flip(file, 0)],
  ['with another index', (file) => flip(file, statSync(file).size - 30)],
])('a damaged cache file is not used: %s', async (_, damage) => {
  const examples = threeExamples();
  await readAll(examples);
  damage(kept()[0]!);
  expect(await readAll(examples)).toContain('1');
  await readAll(examples);
  expect(await readAll(examples)).toEqual([]);
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 1;
  writeFileSync(file, bytes);
}

test.each([
  [9, ALL_NAMES],
  [11, []],
])('what another process began %d minutes ago: %j is read again', async (minutes, expected) => {
  const examples = threeExamples();
  await readAll(examples);
  const [file] = kept() as [string];
  rmSync(file);
  writeFileSync(`${file}.new`, 'of another process');
  const then = Date.now() / 1000 - 60 * minutes;
  utimesSync(`${file}.new`, then, then);
  await readAll(examples);
  expect(await readAll(examples)).toEqual(expected);
});

test('packs are of one system, and of one version of what decodes', async () => {
  const examples = threeExamples();
  for (const change of [
    () => undefined,
    () => vi.spyOn(process, 'arch', 'get').mockReturnValue('mips'),
    () => vi.spyOn(process, 'platform', 'get').mockReturnValue('aix'),
    () => vi.spyOn(images, 'decoderVersions').mockReturnValue(['0.0.1']),
  ]) {
    change();
    expect(await readAll(examples)).toEqual(ALL_NAMES);
    expect(await readAll(examples)).toEqual([]);
  }
  vi.restoreAllMocks();
  expect(await readAll(examples)).toEqual([]);
});

test('a reader asks once for the room of a whole split, stops at the limit, and records bad examples', async () => {
  const examples = threeExamples();
  const asked: number[] = [];
  const read = async (limit: number, name: string, ...order: readonly number[]) => {
    const file = join(folder, name);
    const write = () => new CacheFileWriter(file, `${file}.new`);
    const hasRoomFor = (bytes: number) => asked.push(bytes) > 0;
    const bad = new BadExamples('x', 3, 1, () => undefined);
    const reader = new DiskCacheReader(file, examples, bad, {
      limit,
      write,
      hasRoomFor,
      prune: () => undefined,
    });
    const decoded: number[] = [];
    for (const n of order) {
      const decode = () => {
        decoded.push(n);
        return name === 'bad' && n === 1
          ? Promise.reject(new Error('odd'))
          : Promise.resolve([pixelsOf(examples[n]!)]);
      };
      await reader.read(examples[n]!, decode).catch(() => undefined);
    }
    reader.close();
    return [existsSync(file), decoded];
  };
  // Two bytes each.
  expect(await read(6, 'all', 2, 0, 1)).toEqual([true, [2, 0, 1]]);
  expect(await read(5, 'less', 2, 0, 1)).toEqual([false, [2, 0, 1]]);
  expect(asked).toEqual([6, 6]);
  expect(await read(6, 'some', 0, 2, 0)).toEqual([false, [0, 2, 0]]);
  expect(await read(6, 'bad', 0, 1, 2)).toEqual([true, [0, 1, 2]]);
  expect(await read(6, 'bad', 0, 1, 2)).toEqual([true, [1]]);
});

test('the packs that were not used for longest make room', async () => {
  const examples = threeExamples();
  await readAll(examples, { what: 'old' });
  await readAll(examples, { what: 'used' });
  const bytes = statSync(kept()[0]!).size;
  for (const file of kept()) utimesSync(file, 1, 1);
  writeFileSync(join(folder, 'cache/pixels/notes'), 'x'.repeat(9999));
  expect(await readAll(examples, { what: 'used' })).toEqual([]);
  // Of three packs exactly two may stay; notes are none.
  await readAll(examples, { what: 'new', limit: 2 * bytes });
  expect(kept()).toHaveLength(3);
  expect(await readAll(examples, { what: 'used' })).toEqual([]);
  expect(await readAll(examples, { what: 'new' })).toEqual([]);
});

describe('without a cache everything is decoded', () => {
  test('where the folder cannot be', async () => {
    writeFileSync(join(folder, 'cache'), 'a file');
    const examples = threeExamples();
    expect(await readAll(examples)).toEqual(ALL_NAMES);
    expect(await readAll(examples)).toEqual(ALL_NAMES);
  });

  test('where it is turned off', () => {
    const bad = new BadExamples('x', 1, 1, () => undefined);
    expect(new DiskCache(0).reader('x', threeExamples(), bad)).toBeUndefined();
  });
});

/** Where this fails pixels have changed: put up PIXELS_VERSION of disk-cache.ts, and the new hashes here. */
test('pixels are those of the version that packs are marked with', async () => {
  const image: Image = {
    width: 50,
    height: 40,
    channels: 3,
    data: Uint8Array.from({ length: 6000 }, (_, i) => (i * i * 31 + i * 7) % 251),
  };
  const hashes: string[] = [];
  for (const interpolation of ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const) {
    for (const fit of ['fill', 'cover'] as const) {
      for (const as of ['rgb', 'grey', 'mask'] as const) {
        const field = { name: 'a', from: 'a', as, palette: undefined };
        const made = await makePixels(image, field, { width: 33, height: 61 }, { fit, interpolation });
        hashes.push(createHash('sha256').update(made.data).digest('hex'));
      }
    }
  }
  expect(createHash('sha256').update(hashes.join()).digest('hex').slice(0, 16)).toBe('e1d3a362eb9db349');
});
