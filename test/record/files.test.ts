import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Image } from '../../src/core/image.js';
import { writeExport } from '../../src/record/export.js';
import { isAlive, reason, removeUnfinished, replaceFile } from '../../src/record/files.js';
import { describeRun, listRuns } from '../../src/record/find-run.js';
import { breakForeignLock, holdsLock, isLocked, lockFolder, unlockFolder } from '../../src/record/lock.js';
import { readOutput, readOutputs, writeOutputs } from '../../src/record/pictures/outputs.js';
import { readSafetensors } from '../../src/record/safetensors.js';
import { layOut, parseHeader } from '../../src/record/safetensors-header.js';
import { makeRequestedFile, writeRequestedFile } from '../../src/record/requested-file.js';
import { temporaryFolder } from './temp.js';

const root = temporaryFolder();
let folders = 0;
const newFolder = (): string => {
  const folder = join(root, `${++folders}`);
  mkdirSync(folder);
  return folder;
};
const GONE = 2 ** 22 + 1;

test.each([
  ['ENOSPC', 'the disk is full (ENOSPC)'],
  ['EACCES', 'permission denied (EACCES)'],
  ['EODD', 'as it says'],
  [undefined, 'as it says'],
])('%s reads: %s', (code, text) => {
  expect(reason(Object.assign(new Error('as it says'), { code }) as NodeJS.ErrnoException)).toBe(text);
});

test('a file is replaced whole and leaves nothing else; what the dead left is removed, what others write is not', async () => {
  const folder = newFolder();
  await replaceFile(join(folder, 'a'), 'old');
  writeFileSync(join(folder, `a.${hostname()}.${process.pid}.new`), 'of a process of the same number');
  await replaceFile(join(folder, 'a'), 'new');
  expect([readdirSync(folder), readFileSync(join(folder, 'a'), 'utf8')]).toEqual([['a'], 'new']);
  await expect(replaceFile(join(folder, 'a', 'b'), 'x')).rejects.toThrow('ENOTDIR');
  expect([isAlive(process.pid), isAlive(1), isAlive(GONE)]).toEqual([true, true, false]);
  const [mine, gone] = [`b.${hostname()}.${process.ppid}.new`, `b.${hostname()}.${GONE}.new`];
  const kept = ['a', mine, `b.elsewhere.${GONE}.new`, `${gone}.png`, 'b.new'].sort();
  for (const name of [...kept, gone]) writeFileSync(join(folder, name), '');
  await removeUnfinished(folder);
  expect(readdirSync(folder).sort()).toEqual(kept);
});

test('what a person asks for gets its folders, or a reason why not; mistakes of ours stay what they are', async () => {
  const folder = newFolder();
  await writeRequestedFile(join(folder, 'x/y/z.txt'), 'text');
  expect(readFileSync(join(folder, 'x/y/z.txt'), 'utf8')).toBe('text');
  const inTheWay = writeRequestedFile(join(folder, 'x/y/z.txt/w'), '');
  await expect(inTheWay).rejects.toThrow(/z\.txt\/w cannot be written: .* \(E(EXIST|NOTDIR)\)\.$/);
  await expect(inTheWay).rejects.toMatchObject({ name: 'UserError' });
  const bug = makeRequestedFile(join(folder, 'v'), () => Promise.reject(new TypeError('bug')));
  await expect(bug).rejects.toThrow(TypeError);
});

test('runs are listed by when they began: by their id, else by the time of their recipe; files and hidden folders are none', async () => {
  const runs = newFolder();
  const make = (path: string, seconds: number): void => {
    mkdirSync(join(runs, path), { recursive: true });
    writeFileSync(join(runs, path, 'recipe.yaml'), '');
    utimesSync(join(runs, path, 'recipe.yaml'), seconds, seconds);
  };
  const second = Date.UTC(2026, 10, 23, 19, 5, 1) / 1000;
  make('b/2026-11-23-190501-zzzz', 5);
  make('a/2026-11-23-190501-aaaa', 6);
  make('a/chosen', second - 1);
  make('c/2026-13-23-190501-odd', second + 1);
  for (const hidden of ['.hidden/x', 'a/.new-x']) make(hidden, 1);
  mkdirSync(join(runs, 'a/empty'));
  writeFileSync(join(runs, 'file'), '');
  const found = await listRuns(runs);
  expect(found.map(({ name, id, began }) => `${name}/${id} ${began / 1000 - second}`)).toEqual([
    'a/chosen -1',
    'a/2026-11-23-190501-aaaa 0',
    'b/2026-11-23-190501-zzzz 0',
    'c/2026-13-23-190501-odd 1',
  ]);
  expect(await listRuns(join(runs, 'none'))).toEqual([]);
  expect(await describeRun(found[0]!.path)).toEqual(found[0]);
});

test('weights are exported under their names, in place of older ones, each saying whose it is', async () => {
  const run = newFolder();
  const array = (...data: number[]) => {
    const read = () => Promise.resolve(Float32Array.from(data));
    return { name: 'k', shape: [data.length], read };
  };
  mkdirSync(join(run, 'export'));
  writeFileSync(join(run, 'export/G.safetensors.new'), 'of a killed process');
  for (const value of [1, 2])
    expect(await writeExport(run, { G: [array(value)], F: [array(3, 4)] }, { step: '7' })).toBeUndefined();
  expect(readdirSync(join(run, 'export'))).toEqual(['F.safetensors', 'G.safetensors']);
  const { arrays, metadata } = await readSafetensors(join(run, 'export/G.safetensors'));
  expect(arrays).toEqual([{ name: 'k', shape: [1], data: Float32Array.of(2) }]);
  expect(metadata).toEqual({ network: 'G', step: '7' });
  mkdirSync(join(run, 'export/D.safetensors'));
  const failed = await writeExport(run, { D: [array(1)] }, {});
  expect(failed).toMatch(/^The weights could not be exported to .*export: .*E[A-Z]+/);
  expect(readdirSync(join(run, 'export'))).toEqual(['D.safetensors', 'F.safetensors', 'G.safetensors']);
});

test('outputs: pictures by row and column, words left out, the newest step alone', async () => {
  const run = newFolder();
  expect(await readOutputs(run)).toBeUndefined();
  const flat = (value: number, channels: 1 | 3 | 4): Image => {
    return { width: 2, height: 1, channels, data: new Uint8Array(2 * channels).fill(value) };
  };
  const first = { label: 'r', images: ['dog', flat(10, 1), flat(20, 3)] };
  const rows = [first, { images: [flat(7, 1), flat(30, 4), flat(40, 3)] }];
  await writeOutputs(run, 1, { columns: ['y', 'a', 'b'], rows });
  mkdirSync(join(run, 'outputs/step-x'));
  await writeOutputs(run, 12, { columns: ['y', 'a', 'b'], rows });
  expect(readdirSync(join(run, 'outputs')).sort()).toEqual(['index.json', 'step-12', 'step-x']);
  const files = [0, 1].map((row) => [0, 1].map((column) => join('step-12', `${row}-${column}.png`)));
  const kept = [
    { label: 'r', files: files[0] },
    { label: '', files: files[1] },
  ];
  expect(await readOutputs(run)).toEqual({ step: 12, columns: ['a', 'b'], rows: kept });
  const values = await Promise.all(files.flat().map((file) => readOutput(run, file)));
  const shown = values.map(({ width, height, channels, data }) => [width, height, channels, data[0]].join());
  // Grey comes back as a colour that is grey.
  expect(shown).toEqual(['2,1,3,10', '2,1,3,20', '2,1,4,30', '2,1,3,40']);
  for (const text of ['{"step":', '{"step":1.5,"columns":[],"rows":[]}']) {
    writeFileSync(join(run, 'outputs/index.json'), text);
    expect(await readOutputs(run)).toBeUndefined();
  }
});

test('a header to the byte: length, then JSON padded to a multiple of 8; offsets count from the data', () => {
  for (let n = 0; n < 9; n++) {
    const name = 'n'.repeat(n);
    const [first, b] = [
      { name, shape: [2, 3] },
      { name: 'b', shape: [] },
    ];
    const bytes = layOut([first, b], { k: 'v' });
    const text = bytes.subarray(8).toString();
    const entry = `"${name}":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}`;
    const json = `{"__metadata__":{"k":"v"},${entry},"b":{"dtype":"F32","shape":[],"data_offsets":[24,28]}}`;
    expect(text).toBe(json.padEnd(Math.ceil(json.length / 8) * 8));
    expect([...bytes.subarray(0, 8)]).toEqual([text.length, 0, 0, 0, 0, 0, 0, 0]);
  }
  const of = (type: string, offsets: string): string =>
    `{"dtype":"${type}","shape":[2],"data_offsets":[${offsets}]}`;
  const half = `{"h":${of('F16', '8,12')},"a":${of('F32', '0,8')}}`;
  const { tensors } = parseHeader('f', half, 100, 112, (name) => name === 'h');
  expect(tensors.map(({ name, bytes, ignored }) => `${name} ${bytes} ${ignored}`)).toEqual([
    'a 8 false',
    'h 4 true',
  ]);
  expect(() => parseHeader('f', half, 100, 112)).toThrow('"h" is F16');
});

const dead = { pid: GONE, host: hostname(), process: 'dead' };
const live = { ...dead, pid: process.ppid };
test.each([
  // The lock there is, its age in ms, whether it is held; whether the one who knows better may break it.
  [dead, 0, false, false],
  [live, 1e9, true, false],
  // An earlier process with our pid, as in a container started again.
  [{ ...dead, pid: process.pid }, 0, false, false],
  [{ ...live, start: '1' }, 0, false, false],
  [{ ...live, boot: 'other' }, 0, false, false],
  [{ ...dead, host: 'elsewhere' }, 1e9, true, true],
  [{ ...dead, process: '../x' }, 500, true, false],
  ['torn', 500, true, false],
  ['torn', 3000, false, false],
  [{ pid: GONE }, 3000, false, false],
  ['null', 3000, false, false],
])('the lock %j of %i ms ago holds: %s', (lock, age, holds, breaks) => {
  const folder = newFolder();
  const file = join(folder, 'lock');
  writeFileSync(file, typeof lock === 'string' ? lock : JSON.stringify(lock));
  const written = (Date.now() - age) / 1000;
  utimesSync(file, written, written);
  const before = statSync(file).ino;
  expect([isLocked(folder), holdsLock(folder)]).toEqual([holds, false]);
  unlockFolder(folder);
  expect(statSync(file).ino).toBe(before);
  if (holds) {
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ name: 'UserError' }));
    breakForeignLock(folder);
    expect(isLocked(folder)).toBe(!breaks);
    return;
  }
  writeFileSync(`${file}.rest`, '');
  lockFolder(folder);
  expect([isLocked(folder), holdsLock(folder), readdirSync(folder)]).toEqual([true, true, ['lock']]);
  expect(() => lockFolder(folder)).toThrow(`The run ${folder} is in use by process ${process.pid}.`);
  breakForeignLock(folder);
  expect(holdsLock(folder)).toBe(true);
  unlockFolder(folder);
  expect([isLocked(folder), readdirSync(folder)]).toEqual([false, []]);
});
