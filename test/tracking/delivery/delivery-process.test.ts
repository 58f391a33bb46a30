import { EventEmitter } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FromDelivery } from '../../../src/tracking/delivery/messages.js';
import type { DeliveryProcess as TrackingClass } from '../../../src/tracking/delivery/delivery-process.js';

/** The process that delivers, as the one that trains sees it. */
class Sink extends EventEmitter {
  readonly sent: unknown[] = [];
  connected = true;
  readonly stderr = Object.assign(new EventEmitter(), { unref: () => undefined });
  send = (message: unknown): void => void this.sent.push(message);
  disconnect = (): void => void (this.connected = false);
  unref = (): void => undefined;
  says = (message: FromDelivery): unknown => this.emit('message', message);
}
let sinks: Sink[] = [];
/** Milliseconds; time goes by only while somebody sleeps. */
let now = 0;
let meanwhile: () => void = () => undefined;
// Modules anew, since other files may have loaded it with what it really needs.
const MOCKED = ['node:child_process', 'node:timers/promises'];
let DeliveryProcess: typeof TrackingClass;
beforeAll(async () => {
  vi.resetModules();
  vi.doMock(MOCKED[0]!, () => ({ fork: () => sinks[sinks.push(new Sink()) - 1] }));
  vi.doMock(MOCKED[1]!, () => ({
    setTimeout: (ms: number): Promise<void> => {
      now += ms;
      meanwhile();
      return Promise.resolve();
    },
  }));
  ({ DeliveryProcess } = await import('../../../src/tracking/delivery/delivery-process.js'));
});
afterAll(() => {
  for (const name of MOCKED) vi.doUnmock(name);
  vi.resetModules();
});
beforeEach(() => {
  [sinks, now, meanwhile] = [[], 1_000_000, () => undefined];
  vi.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

const REST = 'MLflow has not got everything of this run: `gan sync` sends the rest.';
function begin(): { tracking: TrackingClass; messages: string[]; sink: Sink } {
  const messages: string[] = [];
  const warn = (text: string): unknown => messages.push(text);
  const events = { opened: (url: string) => messages.push(`opened ${url}`), warn };
  const tracking = new DeliveryProcess('/run', { uri: 'http://h' }, events);
  return { tracking, messages, sink: sinks[0]! };
}

describe('the end of a run waits for what is still on its way', () => {
  const well: FromDelivery = { type: 'well', url: 'u' };
  const failed: FromDelivery = { type: 'failed', message: 'm', remedy: undefined };
  test.each([
    ['8 s for a server of which nothing is known', undefined, 0, false, 8525],
    ['20 s for one that takes what it gets', well, 0, true, 20_525],
    ['3 s for one that has gone silent at the end of a short run', well, 300_000, false, 3025],
    ['1 % of the run for it at the end of a longer one', well, 500_000, false, 5025],
    ['8 s for it at most', well, 10_000_000, false, 8025],
    ['not at all for one that fails', failed, 0, false, 525],
  ])('%s', async (_what, message, age, progress, waits) => {
    const { tracking, messages, sink } = begin();
    if (message) sink.says(message);
    now += age;
    const ending = now;
    if (progress) meanwhile = () => sink.says({ type: 'progress' });
    await tracking.end();
    expect(now - ending).toBe(waits);
    const grace = message === undefined ? 8000 : message.type === 'well' ? 20_000 : 0;
    expect(sink.sent).toEqual([
      { type: 'begin', folder: '/run', options: { uri: 'http://h' } },
      { type: 'end', grace },
    ]);
    expect([sink.connected, messages.at(-1)]).toEqual([false, REST]);
  });

  test.each([true, false])('until it is done; what is missing is said (complete: %s)', async (complete) => {
    const { tracking, messages, sink } = begin();
    meanwhile = () => now >= 1_000_100 && sink.says({ type: 'done', complete });
    await tracking.end();
    expect([now - 1_000_000, messages]).toEqual([100, complete ? [] : [REST]]);
  });

  test('and longer where the server answers meanwhile', async () => {
    const { tracking, sink } = begin();
    meanwhile = () => now === 1_008_000 && sink.says(well);
    await tracking.end();
    // Three seconds of silence from then on.
    expect(now).toBe(1_011_025);
  });

  test('and not for a sink that is gone', async () => {
    const { tracking, messages, sink } = begin();
    meanwhile = () => sink.emit('exit', 1);
    await tracking.end();
    expect([now, sinks.length, messages]).toEqual([1_000_025, 1, [REST]]);
  });
});

test('what the sink says is passed on, its page and that all is well again once', () => {
  const { messages, sink } = begin();
  sink.says({ type: 'well', url: undefined });
  sink.says({ type: 'well', url: 'u' });
  sink.says({ type: 'failed', message: 'No.', remedy: 'Try.' });
  sink.says({ type: 'well', url: 'u' });
  sink.says({ type: 'warning', text: 'Hm.' });
  sink.emit('error', new Error('fork'));
  const again = 'MLflow answers again; what is missing is being sent.';
  expect(messages).toEqual(['No. Try. Training goes on.', again, 'Hm.', 'MLflow gets nothing: fork.']);
  const other = begin();
  for (const url of ['u', 'v']) sinks[1]!.says({ type: 'well', url });
  expect(other.messages).toEqual(['opened u']);
});

test('a sink that breaks down is started again three times, then what it said last is told', () => {
  const { messages } = begin();
  for (let i = 0; i < 4; i++) {
    expect(sinks).toHaveLength(i + 1);
    sinks[i]!.stderr.emit('data', Buffer.from(`at x\nTypeError: ${i}\n${'-'.repeat(1000)}`));
    sinks[i]!.emit('exit', 1);
  }
  expect(sinks).toHaveLength(4);
  expect(sinks[3]!.sent).toHaveLength(1);
  expect(messages).toEqual(['What sends this run to MLflow broke down: TypeError: 3. Training goes on.']);
  begin();
  sinks[4]!.emit('exit', 0);
  expect(sinks).toHaveLength(5);
});
