import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BadExamples } from '../../../src/data/sources/bad-examples.js';
import { BadExample, type Example } from '../../../src/registry/index.js';
import {
  all,
  draw,
  makeFolder,
  numbered,
  numbers,
  open,
  save,
  saveBytes,
  saveNumbered,
  source,
  take,
} from '../support/fixtures.js';

/** A JPEG whose header is sound and whose pixels end early. */
async function saveTruncated(file: string): Promise<void> {
  const whole = file.replace(/\.jpg$/, '.whole.jpeg.txt');
  await save(whole, draw(256, 128, (x, y) => [(x * 7) % 256, (y * 11) % 256, (x * y) % 256]).jpeg());
  const content = await readFile(whole);
  await saveBytes(file, content.subarray(0, content.length / 2));
}

test('headers are looked at on opening: each bad file is named, and the next good one stands in, for the last the first', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'train'), 9);
  await saveBytes(join(folder, 'train/4.png'), '');
  await save(
    join(folder, 'train/9.png'),
    draw(15, 8, () => [7, 0, 0]),
  );
  const { data, warnings } = await open(source(folder), { maxBadShare: 0.3 });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /^Skipped 2 examples:\n {2}.*4\.png cannot be decoded .*\n {2}.*9\.png is 15 pixels wide/,
  );
  expect(data.skipped.map(({ file }) => file)).toEqual([
    join(folder, 'train/4.png'),
    join(folder, 'train/9.png'),
  ]);
  expect(data.stepsPerEpoch).toBe(9);
  const epoch = (await take(data, 9)).flatMap((batch) => numbers(batch));
  expect([...epoch].sort((a, b) => a - b)).toEqual([1, 1, 2, 3, 5, 5, 6, 7, 8]);
});

test('a cut-off file is found when it is read, named once, and left out of val', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'train'), 1);
  await saveNumbered(join(folder, 'val'), 3);
  await saveTruncated(join(folder, 'val/2a.jpg'));
  const { data, warnings } = await open(source(folder), { maxBadShare: 0.3 });
  expect(warnings).toEqual([]);
  expect(await data.count('val')).toBe(4);
  for (let round = 0; round < 2; round++) {
    const val = await all(data.examples('val'));
    expect(val.flatMap((batch) => numbers(batch))).toEqual([1, 2, 3]);
  }
  expect(await data.count('val')).toBe(3);
  expect((await all(data.examples('val', 3))).flatMap((batch) => numbers(batch))).toEqual([1, 2, 3]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /^Skipped: .*2a\.jpg cannot be decoded \((.*premature end.*|damaged or cut off)\)\.$/,
  );
});

test('what stands in depends on the files alone: a run resumed later reads the same', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'train'), 6);
  await saveTruncated(join(folder, 'train/3.jpg'));
  const unbroken = await take((await open(source(folder), { maxBadShare: 0.5 })).data, 20);
  const resumed = await take((await open(source(folder), { maxBadShare: 0.5 })).data, 8, 12);
  expect(resumed).toEqual(unbroken.slice(12));
});

/** The first `count` of `total` examples, added at once. */
function addBad(count: number, total: number, maxShare: number) {
  const warnings: string[] = [];
  const bad = new BadExamples('pairs', total, maxShare, (text) => warnings.push(text));
  const found = Array.from({ length: count }, (_, i): { example: Example; error: BadExample } => ({
    example: { name: `${i}`, files: [] },
    error: new BadExample(`${i}.png`, 'is odd'),
  }));
  return { add: () => bad.add(found), bad, found, warnings };
}

test.each([
  [1, 20, 0.05],
  [0, 5, 0],
  [1, 3, 0.5],
  // 0.29 * 100 and 0.58 * 50 are a little less than the 29 that are meant.
  [29, 100, 0.29],
  [29, 50, 0.58],
])('exactly the allowed share is accepted, and one more is refused: %d of %d', (count, total, share) => {
  const allowed = addBad(count, total, share);
  allowed.add();
  expect(allowed.bad.size).toBe(count);
  expect(allowed.warnings).toHaveLength(count === 0 ? 0 : 1);
  if (count < total) expect(addBad(count + 1, total, share).add).toThrow(`${count + 1} of the ${total} exam`);
});

test('a message names ten and counts the others; what was told of is not told of again', () => {
  const lines = (count: number) => addBad(count, count, 0.125).add;
  expect(lines(10)).toThrow(/up to 12\.5 % are skipped\.(\n {2}\d\.png is odd){10}$/);
  expect(lines(11)).toThrow(/(\n {2}\d\.png is odd){10}\n {2}and 1 more$/);
  const { add, bad, found, warnings } = addBad(3, 9, 1);
  bad.add(found.slice(0, 1));
  add();
  add();
  expect(warnings).toEqual(['Skipped: 0.png is odd.', 'Skipped 2 examples:\n  1.png is odd\n  2.png is odd']);
  expect(bad.skipped[2]).toEqual({ source: 'pairs', file: '2.png', reason: 'is odd' });
  expect([bad.has(found[2]!.example), bad.has({ ...found[2]!.example })]).toEqual([true, false]);
});

test('too many found while training end the run with the same error', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 4);
  await saveTruncated(join(folder, '5.jpg'));
  const { data } = await open(source(folder));
  await expect(take(data, 10)).rejects.toThrow(/^1 of the 5 examples/);
});

test('where one source cannot be read, the example beside it is left out too', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'photos/val'), 4);
  await saveNumbered(join(folder, 'maps/val'), 4);
  await saveTruncated(join(folder, 'photos/val/2.jpg'));
  await save(join(folder, 'maps/val/2.jpg'), numbered(99).jpeg());
  const fields = {
    photos: { x: { from: 'left', as: 'rgb' } },
    maps: { y: { from: 'left', as: 'rgb' } },
  } as const;
  const sources = {
    photos: source(join(folder, 'photos'), { fields: fields.photos }),
    maps: source(join(folder, 'maps'), { fields: fields.maps }),
  };
  const val = await all((await open(sources, { maxBadShare: 0.5 })).data.examples('val'));
  expect(val.flatMap((batch) => numbers(batch, 'x'))).toEqual([1, 2, 3, 4]);
  expect(val.flatMap((batch) => numbers(batch, 'y'))).toEqual([1, 2, 3, 4]);
});

test('a bug in a reader is no bad file', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 2);
  const { data, warnings } = await open(
    source(folder, { interpolation: 'unheard-of' as 'nearest', size: { width: 4, height: 4 } }),
  );
  await expect(take(data, 1)).rejects.not.toMatchObject({ name: 'UserError' });
  expect(warnings).toEqual([]);
});

test('threads that decode give the same batches, and what is bad is told by its name', async () => {
  const folder = await makeFolder();
  for (const n of [1, 2, 3]) await save(join(folder, `${n}.jpg`), numbered(50 * n).jpeg());
  await saveNumbered(folder, 1);
  await saveTruncated(join(folder, '4.jpg'));
  const fields = { a: { from: 'right', as: 'rgba' }, b: { from: 'left', as: 'grey' } } as const;
  const config = source(folder, {
    fields,
    augment: { jitter: { width: 11, height: 9 }, flip: 'horizontal' },
  });
  const read = async (decoders: number) => {
    const { data } = await open(config, { decoders, batch: 2, maxBadShare: 0.5 });
    const batches = [...(await take(data, 4)), ...(await all(data.examples('train')))];
    // The decoder's own words differ from time to time.
    return { batches, skipped: data.skipped.map(({ file }) => file) };
  };
  const alone = await read(0);
  expect(alone.skipped).toEqual([join(folder, '4.jpg')]);
  expect(await read(2)).toEqual(alone);
});
