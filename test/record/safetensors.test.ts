import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/core/state.js';
import { sizeOf } from '../../src/core/shape.js';
import { hashFile } from '../../src/record/hash-file.js';
import { readSafetensors, SafetensorsError, writeSafetensors } from '../../src/record/safetensors.js';
import { temporaryFolder } from './temp.js';

const folder = temporaryFolder();
let files = 0;
const newFile = (): string => join(folder, `${++files}.safetensors`);

const write = (
  file: string,
  arrays: readonly NamedArray[],
  metadata?: Record<string, string>,
): Promise<void> =>
  writeSafetensors(
    file,
    arrays.map(({ name, shape, data }) => ({ name, shape, read: () => Promise.resolve(data) })),
    metadata && { metadata },
  );

const ramp = (name: string, ...shape: number[]): NamedArray => ({
  name,
  shape,
  data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => i / 7 - 3),
});

/** A file of these bytes of header and data, whether or not they make sense. */
function forge(header: unknown, dataBytes: number, claimed?: number): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimed ?? text.length));
  const file = newFile();
  writeFileSync(file, Buffer.concat([length, text, Buffer.alloc(dataBytes)]));
  return file;
}

const entry = (from: number, to: number, ...shape: number[]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to],
});

test('gives back every array to the bit, in order, with the metadata and the checksum', async () => {
  const shape = fc.array(fc.nat(4), { maxLength: 4 });
  const arrays = fc.uniqueArray(
    fc
      .tuple(fc.string({ unit: 'binary', minLength: 1 }), shape)
      .chain(([name, sizes]) =>
        fc
          .float32Array({ minLength: sizeOf(sizes), maxLength: sizeOf(sizes) })
          .map((data) => ({ name, shape: sizes, data })),
      )
      .filter(({ name }) => name !== '__metadata__'),
    { selector: ({ name }) => name },
  );
  const metadata = fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(arrays, metadata, async (written, notes) => {
      const file = newFile();
      await write(file, written, notes);
      const { bytes, sha256 } = hashFile(file);
      const read = await readSafetensors(file);
      const content = readFileSync(file);
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
      expect(read.sha256).toBe(sha256);
      expect(read.metadata).toEqual(notes);
      const byName = (a: NamedArray, b: NamedArray): number => (a.name < b.name ? -1 : 1);
      expect(read.arrays.toSorted(byName)).toEqual(written.toSorted(byName));
    }),
    { numRuns: 15 },
  );
});

test('a file larger than one piece is whole', async () => {
  const file = newFile();
  const large = ramp('large', 3, 1024, 1025);
  await write(file, [ramp('first', 5), large, ramp('last', 1)]);
  const { arrays } = await readSafetensors(file);
  expect(Buffer.from(arrays[1]!.data.buffer).equals(Buffer.from(large.data.buffer))).toBe(true);
});

test('arrays that cannot be told apart, or do not fill their shape, are mistakes of ours', async () => {
  await expect(write(newFile(), [ramp('a', 1), ramp('a', 2)])).rejects.toThrow(/Two arrays are named "a"/);
  await expect(write(newFile(), [ramp('__metadata__', 1)])).rejects.toThrow(/reserved/);
  await expect(write(newFile(), [{ ...ramp('a', 2), shape: [3] }])).rejects.toThrow(/2 values.*\[3\]/);
});

describe('a file that is not sound is refused with what is wrong', () => {
  test.each([
    ['no header', () => forge('', 0, 3), /claims 3 bytes/],
    ['a header longer than the file', () => forge({}, 0, 1000), /claims 1000 bytes, and the file has 10/],
    ['an absurd length', () => forge({}, 0, 2 ** 52), /claims/],
    ['no JSON', () => forge('{"a": ', 0), /no JSON/],
    ['no object', () => forge([], 0), /no JSON object/],
    ['an overlap', () => forge({ a: entry(0, 8, 2), b: entry(4, 12, 2) }, 12), /"b" overlaps/],
    ['a gap', () => forge({ a: entry(0, 8, 2), b: entry(12, 16, 1) }, 16), /"b" leaves a gap/],
    ['too much data', () => forge({ a: entry(0, 8, 2) }, 9), /end at byte \d+, the file at/],
    ['too little data', () => forge({ a: entry(0, 8, 2) }, 7), /end at byte/],
    ['bytes that are not the shape’s', () => forge({ a: entry(0, 8, 3) }, 8), /8 bytes for the shape \[3\]/],
    ['half precision', () => forge({ a: { ...entry(0, 4, 2), dtype: 'F16' } }, 4), /"a" is F16/],
    ['a negative size', () => forge({ a: entry(0, 4, -1, -1) }, 4), /no shape/],
    ['an entry that is none', () => forge({ a: null }, 0), /no shape/],
    ['metadata that are no texts', () => forge({ __metadata__: { a: 1 } }, 0), /more than texts/],
  ])('%s', async (_what, make, message) => {
    const reading = readSafetensors(make());
    await expect(reading).rejects.toThrow(SafetensorsError);
    await expect(reading).rejects.toThrow(message);
  });

  test('cut off anywhere', async () => {
    const file = newFile();
    await write(file, [ramp('a', 10), ramp('b', 3)]);
    const { bytes } = hashFile(file);
    for (let left = bytes - 1; left >= 0; left -= 7) {
      truncateSync(file, left);
      await expect(readSafetensors(file)).rejects.toThrow(SafetensorsError);
    }
  });
});

const python = ((): string | undefined => {
  for (const command of [process.env['PYTHON'], 'python3', 'python']) {
    if (command === undefined) continue;
    try {
      execFileSync(command, ['-c', 'import numpy, safetensors'], { stdio: 'ignore' });
      return command;
    } catch {
      continue;
    }
  }
  // In CI a missing component fails; elsewhere it is skipped with its reason.
  if (process.env['CI'] === 'true') throw new Error('CI needs a Python with safetensors and numpy.');
  console.warn(
    'Not compared with the reference implementation: no Python with safetensors and numpy ($PYTHON).',
  );
  return undefined;
})();

test.skipIf(python === undefined)(
  'the reference implementation reads ours, and we read its own',
  async () => {
    const [ours, theirs] = [newFile(), newFile()];
    const arrays = [ramp('encoder/e1/conv/kernel', 4, 4, 3, 8), ramp('scalar'), ramp('empty', 0, 3)];
    await write(ours, arrays, { made: 'here' });
    const script = `
import sys
import numpy
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
arrays = load_file(sys.argv[1])
assert safe_open(sys.argv[1], 'np').metadata() == {'made': 'here'}
save_file({name: numpy.asarray(value * 2) for name, value in arrays.items()}, sys.argv[2], {'made': 'there'})
`;
    execFileSync(python!, ['-c', script, ours, theirs]);
    const read = await readSafetensors(theirs);
    expect(read.metadata).toEqual({ made: 'there' });
    for (const { name, shape, data } of arrays) {
      const back = read.arrays.find((array) => array.name === name);
      expect(back).toEqual({ name, shape, data: data.map((value) => value * 2) });
    }
  },
);
