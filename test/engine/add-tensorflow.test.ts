import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { addableEngine } from '../../src/engine/index.js';
import { download } from '../../src/engine/tensorflow/add/download.js';
import { requirementsOf } from '../../src/engine/tensorflow/add/requirements.js';
import { findWheel } from '../../src/engine/tensorflow/add/wheels.js';

const BYTES = Buffer.from('the bytes of a wheel');
const LINUX = /-manylinux\S*_x86_64$/;
const sha256 = createHash('sha256').update(BYTES).digest('hex');

let server: Server;
let folder: string;
let origin: string;

/** A package index with one project, whose files all hold the same bytes. */
beforeAll(async () => {
  const file = (filename: string, more = {}) => ({
    filename,
    url: `../files/${filename}`,
    hashes: { sha256 },
    size: BYTES.length,
    ...more,
  });
  const files = [
    file('thing-1.10.0-cp312-cp312-manylinux_2_27_x86_64.whl'),
    file('thing-1.9.0-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl'),
    file('thing-1.11.0-cp312-cp312-manylinux_2_27_x86_64.whl', { yanked: 'broken' }),
    file('thing-2.0.0-cp312-cp312-manylinux_2_27_x86_64.whl', { hashes: {} }),
    file('thing-1.12.0-cp312-cp312-win_amd64.whl'),
    file('thing-1.12.0.tar.gz'),
  ];
  server = createServer((request, response) => {
    if (request.url === '/simple/thing/') {
      response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json');
      response.end(JSON.stringify({ files }));
    } else if (request.url === '/simple/html/') {
      response.setHeader('content-type', 'text/html').end('<html></html>');
    } else if (request.url?.startsWith('/simple/files/')) response.end(BYTES);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-add-'));
  vi.stubEnv('PIP_INDEX_URL', `${origin}/simple`);
  vi.stubEnv('GAN_ENGINE_FOLDER', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('the wheel that is fetched', () => {
  test('is the newest that satisfies the specifier, runs here and was not yanked', async () => {
    expect((await findWheel('thing', '<2,>=1.2', LINUX)).name).toMatch(/^thing-1\.10\.0-/);
    expect((await findWheel('thing', '<1.10', LINUX)).name).toMatch(/^thing-1\.9\.0-/);
  });

  test.each([
    ['thing', '==3.0', /has no wheel thing ==3\.0/],
    ['thing', '==2.0.0', /gives no sha256/],
    ['html', '==1.0', /does not speak the JSON form/],
    ['nothing', '==1.0', /answered 404/],
  ])('%s %s: says what is wrong, and what to do', async (project, specifier, message) => {
    const error: unknown = await findWheel(project, specifier, LINUX).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(message) as string });
    expect((error as { remedy: string }).remedy).toContain('PIP_INDEX_URL');
  });

  test('arrives whole, or not at all', async () => {
    const wheel = await findWheel('thing', '==1.10.0', LINUX);
    let bytes = 0;
    const file = await download(wheel, folder, (piece) => (bytes += piece));
    expect(await readFile(file)).toEqual(BYTES);
    expect(bytes).toBe(BYTES.length);
    await expect(download({ ...wheel, sha256: '0'.repeat(64) }, folder, () => undefined)).rejects.toThrow(
      /not what the index promised/,
    );
  });
});

test('requirements of an extra are read from a wheel’s metadata', () => {
  const metadata = [
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
    "Requires-Dist: nvidia-nccl-cu12 (<3.0,>=2.27.7) ; extra == 'and-cuda'",
    'Requires-Dist: other; extra == "else"',
  ].join('\n');
  expect(requirementsOf(metadata, 'and-cuda')).toEqual([
    { project: 'nvidia-cudnn-cu12', specifier: '<10.0,>=9.3.0.75' },
    { project: 'nvidia-nccl-cu12', specifier: '<3.0,>=2.27.7' },
  ]);
});

describe('gan engine add', () => {
  const add = () => addableEngine('tensorflow').add({ gpu: false, force: false, report: () => undefined });

  test('asks for a compiler before it fetches anything', async () => {
    vi.stubEnv('CXX', 'no-such-compiler');
    await expect(add()).rejects.toThrow(/no-such-compiler/);
    expect(await readdir(folder)).toEqual([]);
  });

  test('says that the index cannot be reached, and leaves nothing', async () => {
    vi.stubEnv('CXX', process.execPath);
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
    await expect(add()).rejects.toThrow(/cannot be reached/);
    expect(await readdir(folder)).toEqual([]);
  });

  test('is for engines that npm does not bring', () => {
    expect(() => addableEngine('ort')).toThrow('installed with this project');
    expect(() => addableEngine('cuda')).toThrow('There is no engine "cuda"');
  });

  test('remove says where there is nothing to remove', async () => {
    expect(await addableEngine('tensorflow').remove({ gpu: false })).toEqual([]);
  });
});
