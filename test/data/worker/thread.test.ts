import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { packError, type Report, unpackError } from '../../../src/data/worker/messages.js';
import { RemoteData, type Thread } from '../../../src/data/worker/remote.js';
import { serve } from '../../../src/data/worker/serve.js';
import type { Batch, Data } from '../../../src/data/types.js';
import { all } from '../support/fixtures.js';

/** Turns of the event loop in which messages come over. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
}

const batchOf = (value: number): Batch => ({
  fields: { a: { data: new Float32Array([value]), shape: [1] } },
  names: {},
  size: 1,
});
const valueOf = ({ fields }: Batch) => fields['a']!.data[0];
const mistake = new UserError('No such split.', { remedy: 'Make one.', exitCode: 2 });

/** Both ends in this thread, over data that count what was made. */
function connect(ahead: number, withoutTrain = false) {
  let made = 0;
  const calls: unknown[] = [];
  const warnings: string[] = [];
  const { port1, port2 } = new MessageChannel();
  const data: Data = {
    ...{ sources: {}, palettes: {}, skipped: [] },
    get stepsPerEpoch() {
      if (withoutTrain) throw mistake;
      return 7;
    },
    get cache() {
      return { examples: made, bytes: 0, budget: 0 };
    },
    async *batches(from): AsyncGenerator<Batch, never> {
      for (;;) yield await Promise.resolve(batchOf(from + ++made));
    },
    async *examples(split, limit = -1) {
      calls.push([split, limit]);
      if (split === 'none') throw mistake;
      for (let n = 1; n <= 3; n++) yield await Promise.resolve(batchOf(++made));
    },
    count: (split) => (split === 'none' ? Promise.reject(mistake) : Promise.resolve(split.length)),
    digests: () => Promise.resolve({ a: 'digest' }),
    close: () => Promise.resolve(void calls.push('closed')),
  };
  serve(data, port2, ahead);
  const opened = receiveMessageOnPort(port1)!.message as Extract<Report, { type: 'opened' }>;
  const thread = Object.assign(new EventEmitter(), { ref: () => undefined });
  const remote = new RemoteData(thread as unknown as Thread, port1, opened.info, (text) =>
    warnings.push(text),
  );
  onTestFinished(() => port1.close());
  return { remote, thread, made: () => made, calls, warnings, port2 };
}

test.each([1, 2, 5])(
  '%d items wait for a slow consumer; a stream that is left makes no more',
  async (ahead) => {
    const { remote, made } = connect(ahead);
    const [batches, other] = [remote.batches(100), remote.batches(0)];
    for (let taken = 1; taken <= 13; taken++) {
      expect(valueOf((await batches.next()).value)).toEqual(100 + taken);
      if (taken % 4 > 1) continue;
      await settle();
      // More is asked for whenever half of them are taken, one after the other or several at once.
      expect(made() - taken).toBe(ahead - (taken % Math.ceil(ahead / 2)));
    }
    await other.next();
    await batches.return(undefined as never);
    await settle();
    const atEnd = made();
    await settle();
    expect(made()).toBe(atEnd);
    for (let n = 0; n < 6; n++) await other.next();
    expect(made()).toBeGreaterThan(atEnd);
  },
);

test('what is asked for comes with what is in memory by then', async () => {
  const { remote, calls } = connect(2);
  expect([remote.stepsPerEpoch, remote.cache.examples]).toEqual([7, 0]);
  expect((await all(remote.examples('val', 5))).map(valueOf)).toEqual([1, 2, 3]);
  expect(remote.cache.examples).toBe(3);
  expect([await remote.count('four'), await remote.digests()]).toEqual([4, { a: 'digest' }]);
  await all(remote.examples('val'));
  expect(calls.join()).toBe('val,5,val,Infinity');
});

test('a mistake ends its own request as what it is, and the others go on; a bug stays one', async () => {
  const { remote } = connect(2, true);
  const same = { name: 'UserError', message: 'No such split.', remedy: 'Make one.', exitCode: 2 };
  expect(() => remote.stepsPerEpoch).toThrow(expect.objectContaining(same));
  await expect(remote.count('none')).rejects.toMatchObject(same);
  await expect(all(remote.examples('none'))).rejects.toMatchObject(same);
  expect(await remote.count('val')).toBe(3);
  const across = (error: unknown) => unpackError(structuredClone(packError(error)));
  const diagnostics = [{ severity: 'error', code: 'x', message: 'y' }] as const;
  expect(across(new UserError('a', { diagnostics }))).toMatchObject({
    remedy: undefined,
    exitCode: 1,
    diagnostics,
  });
  expect(across(new TypeError('b'))).toMatchObject({ name: 'TypeError', message: 'b' });
  expect(across('c')).toMatchObject({ name: 'Error', message: 'c' });
});

test('a thread that dies ends the reading with its reason, once what has arrived is taken', async () => {
  const { remote, thread } = connect(3);
  const batches = remote.batches(0);
  await batches.next();
  await settle();
  thread.emit('error', new Error('out of memory'));
  thread.emit('exit', 1);
  expect([valueOf((await batches.next()).value), valueOf((await batches.next()).value)]).toEqual([2, 3]);
  await expect(batches.next().then(() => batches.next())).rejects.toThrow('out of memory');
  await remote.close();
});

test('warnings come over; closing ends the streams, waits for the thread and lets nothing be asked for', async () => {
  const { remote, thread, calls, warnings, port2 } = connect(1);
  port2.postMessage({ type: 'warning', text: 'odd' } satisfies Report);
  await remote.batches(0).next();
  expect(warnings).toEqual(['odd']);
  let closed = false;
  const closing = remote.close().then(() => (closed = true));
  await settle();
  expect([calls, closed]).toEqual([['closed'], false]);
  thread.emit('exit', 3);
  await closing;
  await remote.close();
  await expect(remote.count('val')).rejects.toThrow(/closed/);
  expect(calls).toEqual(['closed']);
});
