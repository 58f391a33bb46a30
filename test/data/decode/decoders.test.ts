import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MessagePort, receiveMessageOnPort, type WorkerOptions } from 'node:worker_threads';
import { beforeEach, expect, test, vi } from 'vitest';
import { decodeInThreads } from '../../../src/data/decode/in-threads.js';
import type { DecodeJob, DecodeRequest } from '../../../src/data/decode/messages.js';
import { DecoderPool } from '../../../src/data/decode/pool.js';
import type { Field } from '../../../src/data/field.js';
import { decodeImage } from '../../../src/data/decode/images.js';
import { makePixels } from '../../../src/data/pixels.js';
import { cut } from '../../../src/data/sources/cut.js';
import { draw, makeFolder, save, square } from '../support/fixtures.js';

/** Threads that are none: what they are asked waits at their ports. */
const { started } = vi.hoisted(() => ({ started: [] as { thread: EventEmitter; port: MessagePort }[] }));
beforeEach(() => void started.splice(0));
vi.mock('../../../src/core/node/thread.js', () => ({
  startThread: (_url: string, _file: string, { workerData }: WorkerOptions) => {
    const thread = Object.assign(new EventEmitter(), { unref: () => undefined });
    started.push({ thread, port: workerData as MessagePort });
    return thread;
  },
}));
vi.mock('node:worker_threads', async (original) => ({
  ...(await original<object>()),
  get workerData() {
    return started[0]!.port;
  },
}));

const FITTING = { fit: 'fill', interpolation: 'bicubic' } as const;
const field = (as: Field['as']): Field => ({ name: as, from: 'x', as, palette: undefined });
const jobOf = (file: string, changes: Partial<DecodeJob> = {}): DecodeJob => ({
  file,
  cuts: [{ field: field('rgb') }],
  size: square(8),
  fitting: FITTING,
  ...changes,
});
/** What a thread was asked and has not looked at. */
function asked({ port }: { readonly port: MessagePort }): readonly DecodeRequest[] {
  const found = receiveMessageOnPort(port);
  return found ? [found.message as DecodeRequest, ...asked({ port })] : [];
}
const files = (requests: readonly DecodeRequest[]) => requests.map(({ file }) => file).join();

test('every thread is given two files at once, a new one first, and the next when it is done with one', async () => {
  const pool = new DecoderPool(2);
  const answers: string[] = [];
  for (const n of [1, 2, 3, 4, 5, 6])
    void pool.decode(jobOf(`${n}.jpg`)).then((pixels) => answers.push(`${n}:${pixels?.[0]?.width}`));
  const [a, b] = started.map(asked);
  expect([files(a!), files(b!)]).toEqual(['1.jpg,3.jpg', '2.jpg,4.jpg']);
  started[1]!.port.postMessage({ id: b![1]!.id, pixels: [{ width: 44 }] });
  await vi.waitFor(() => expect(answers).toEqual(['4:44']));
  started[0]!.port.postMessage({ id: a![0]!.id, pixels: undefined });
  await vi.waitFor(() => expect(answers).toEqual(['4:44', '1:undefined']));
  expect(started.map(asked).map(files)).toEqual(['6.jpg', '5.jpg']);
});

test.each([
  [9, 8],
  [7, 7],
  [0, 0],
])('of %d threads %d start, and none for what is no JPEG by its name', async (threads, most) => {
  const pool = new DecoderPool(threads);
  expect(await pool.decode(jobOf('1.jpg.png'))).toBeUndefined();
  expect(started).toHaveLength(0);
  for (const name of ['a.jpg', 'a.JPEG', ...Array<string>(20).fill('b.jpeg')]) void pool.decode(jobOf(name));
  expect(started).toHaveLength(most);
});

test('a thread that ends fails its own files with its reason, and closing waits for all', async () => {
  const pool = new DecoderPool(2);
  const [lost, kept] = [pool.decode(jobOf('1.jpg')), pool.decode(jobOf('2.jpg'))];
  started[0]!.thread.emit('error', new Error('out of memory'));
  started[0]!.thread.emit('exit', 1);
  await expect(lost).rejects.toThrow('out of memory');
  started[1]!.port.postMessage({ id: asked(started[1]!)[0]!.id, pixels: [] });
  expect(await kept).toEqual([]);
  const [other, another] = [pool.decode(jobOf('3.jpg')), pool.decode(jobOf('4.jpg'))];
  expect(started).toHaveLength(3);
  let closed = false;
  const closing = pool.close().then(() => (closed = true));
  started[1]!.thread.emit('exit', 7);
  await expect(other).rejects.toThrow('A thread that decodes images ended with code 7.');
  expect(closed).toBe(false);
  started[2]!.thread.emit('exit', 0);
  await expect(another).rejects.toThrow('ended with code 0');
  await closing;
});

test('an example of several files is asked for file by file and put together again', async () => {
  const cuts = ['2.jpg', '1.jpg', '2.jpg'].map((file, i) => ({ file, field: field(i ? 'grey' : 'rgb') }));
  const jobs: unknown[] = [];
  const decode = (without?: string) => (job: DecodeJob) => {
    jobs.push([job.file, job.size, job.fitting]);
    const made = job.cuts.map((each) => `${job.file} ${each.field.name}`);
    return Promise.resolve(job.file === without ? undefined : made);
  };
  const answer = (without?: string) =>
    decodeInThreads({ decode: decode(without) } as unknown as DecoderPool, cuts, square(9), FITTING);
  expect(await answer()).toEqual(['2.jpg rgb', '1.jpg grey', '2.jpg grey']);
  expect(jobs).toEqual(['2.jpg', '1.jpg'].map((file) => [file, square(9), FITTING]));
  expect(await answer('1.jpg')).toBeUndefined();
});

test('a thread makes the pixels that are made without it, and leaves what is not plain to others', async () => {
  const folder = await makeFolder();
  const at = (name: string) => join(folder, name);
  /** Noise, so that no two pictures are alike. */
  const picture = (width = 64) =>
    draw(width, 32, (x, y) => [(x * 7) % 256, (y * 31) % 256, (x * y + 50) % 256]);
  await save(at('1.jpg'), picture().jpeg());
  await save(at('odd.jpg'), picture(63).jpeg());
  await save(at('turned.jpg'), picture().withMetadata({ orientation: 6 }).jpeg());
  // Named as what it is not.
  writeFileSync(at('png.jpg'), await picture().png().toBuffer());
  const pool = new DecoderPool(1);
  const halves = [
    { half: 'left', field: field('rgb') },
    { half: 'right', field: field('grey') },
    { field: field('rgb') },
  ] as const;
  const of = (side: number, fit: 'fill' | 'cover' | 'crop') =>
    jobOf(at('1.jpg'), { cuts: halves, size: square(side), fitting: { fit, interpolation: 'lanczos' } });
  const jobs = [of(8, 'fill'), of(40, 'cover'), of(32, 'crop')];
  const others = [
    of(33, 'crop'),
    jobOf(at('odd.jpg'), { cuts: halves.slice(0, 1) }),
    ...['turned.jpg', 'png.jpg', 'gone.jpg'].map((name) => jobOf(at(name))),
  ];
  const made = [...jobs, ...others].map((job) => pool.decode(job));
  await import('../../../src/data/decode/thread.js');
  const image = await decodeImage(at('1.jpg'));
  for (const [i, { cuts, size, fitting }] of jobs.entries()) {
    const expected = cuts.map((each) => makePixels(cut(image, each), each.field, size, fitting));
    expect(await made[i]).toEqual(structuredClone(await Promise.all(expected)));
  }
  expect(await Promise.all(made.slice(jobs.length))).toEqual(others.map(() => undefined));
});
