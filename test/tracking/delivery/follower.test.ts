import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FailureKind, MlflowError } from '../../../src/tracking/mlflow/index.js';
import { type Deliverable, Follower } from '../../../src/tracking/delivery/follower.js';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** What is sent when, and what becomes of it: a failure to be thrown, or whether there may be more. */
class Delivery implements Deliverable {
  url: string | undefined = 'http://run';
  points: (number: number) => Error | boolean = () => false;
  files: (number: number) => Error | boolean = () => false;
  readonly pointsAt: number[] = [];
  readonly filesAt: number[] = [];
  concluded = 0;
  conclude(): void {
    this.concluded++;
  }
  sendPoints = (): Promise<boolean> => this.send(this.pointsAt, this.points);
  sendFile = (): Promise<boolean> => this.send(this.filesAt, this.files);
  private send(at: number[], what: Delivery['points']): Promise<boolean> {
    const result = what(at.push(Date.now()) - 1);
    return typeof result === 'boolean' ? Promise.resolve(result) : Promise.reject(result);
  }
}

const failure = (kind: FailureKind = 'unreachable', retryAfter?: number): MlflowError =>
  new MlflowError(kind, kind, retryAfter === undefined ? {} : { retryAfter });
const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });

/** Follows for so many ms. */
async function follow(delivery: Delivery, ms: number) {
  const log: string[] = [];
  const follower = new Follower(delivery, {
    failed: ({ message }) => log.push(`${Date.now()} ${message}`),
    well: () => log.push(`${Date.now()} well`),
  });
  const ended = { value: undefined as boolean | Error | undefined, at: -1 };
  void follower.run().then(
    (value) => Object.assign(ended, { value, at: Date.now() }),
    (value: unknown) => Object.assign(ended, { value, at: Date.now() }),
  );
  await vi.advanceTimersByTimeAsync(ms);
  return { follower, log, ended };
}

describe('tries', () => {
  const usual = [0, 1, 3, 7, 15, 30, 45, 60];
  const plans: [string, Delivery['points'], number[]][] = [
    ['1, 2, 4, 8 and then 15 s apart', () => failure(), usual],
    ['so, too, where the folder cannot be read', () => full, usual],
    ['a minute apart where somebody must act', () => failure('unauthorized'), [0, 60]],
    ['no sooner than is asked for', () => failure('throttled', 5000), [0, 5, 10, 15, 23, 38, 53]],
    ['no sooner than usual', () => failure('server', 500), usual],
    ['at once after a success', (n) => n === 2 || failure(), [0, 1, 3, 3, 4, 6, 10, 18, 33, 48]],
    ['once a second where there is nothing to do', (n) => n < 0, Array.from({ length: 62 }, (_, i) => i)],
  ];
  test.each(plans)('are %s', async (_what, points, seconds) => {
    const delivery = Object.assign(new Delivery(), { points });
    await follow(delivery, 61_000);
    expect(delivery.pointsAt.map((at) => at / 1000)).toEqual(seconds);
    // The other lane does not wait for it.
    expect(delivery.filesAt.length).toBeGreaterThan(60);
  });

  test.each([0, 1, 2, 5])('of something that fails %i times are one more', async (failures) => {
    const files = (n: number): Error | boolean => n < failures && failure();
    const delivery = Object.assign(new Delivery(), { files });
    const { follower, ended } = await follow(delivery, 0);
    follower.end(100_000);
    await vi.advanceTimersByTimeAsync(100_000);
    // Where nothing fails it has looked before it was told to end.
    const times = delivery.filesAt.filter((at) => at <= ended.at).length;
    expect([times, ended.value]).toEqual([failures === 0 ? 2 : failures + 1, true]);
    expect(ended.at).toBe(1000 * usual[failures]!);
  });

  test('end with a mistake of ours', async () => {
    const bug = new TypeError('bug');
    const { ended } = await follow(Object.assign(new Delivery(), { points: () => bug }), 0);
    expect(ended).toEqual({ value: bug, at: 0 });
  });
});

describe('the end', () => {
  test.each([
    ['a failure that lasts for its grace', () => failure(), 2500, 2500],
    ['one that will not pass, at once', () => failure('forbidden'), 2500, 0],
    ['one without grace, at once', () => failure(), 0, 0],
  ])('is reached by %s', async (_what, points, grace, at) => {
    const delivery = Object.assign(new Delivery(), { points });
    const { follower, ended } = await follow(delivery, 0);
    follower.end(grace);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(ended).toEqual({ value: false, at });
  });

  test('counts its grace from when it was told, however long something has failed', async () => {
    const early = Object.assign(new Delivery(), { points: () => failure() });
    const { follower, ended } = await follow(early, 10_000);
    follower.end(2500);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(ended).toEqual({ value: false, at: 12_500 });
  });

  test('comes when both lanes are empty, and says that nothing changes only where that is so', async () => {
    const [points, files] = [3, 6].map((pieces) => (n: number) => n < pieces);
    const delivery = Object.assign(new Delivery(), { points, files });
    const { follower, ended } = await follow(delivery, 500);
    expect([delivery.pointsAt.length, delivery.filesAt.length]).toEqual([7, 7]);
    follower.end(0, false);
    await vi.advanceTimersByTimeAsync(0);
    expect([ended.value, ended.at, delivery.concluded]).toEqual([true, 500, 0]);
    expect([delivery.pointsAt.length, delivery.filesAt.length]).toEqual([8, 8]);
    const { follower: other } = await follow(delivery, 0);
    other.end(0);
    expect(delivery.concluded).toBe(1);
  });
});

test('news: what fails, once for each kind until all is well again, and that it is', async () => {
  const plan = [failure('server'), failure('server'), failure('disk'), false, failure('server')];
  const delivery = Object.assign(new Delivery(), { points: (n: number) => plan[n] ?? false });
  const { log } = await follow(delivery, 20_000);
  expect(log).toEqual(['0 server', '3000 disk', '7000 well', '8000 server', '9000 well']);
  const mute = new Delivery();
  mute.url = undefined;
  const { log: nothing } = await follow(mute, 2000);
  expect(nothing).toEqual([]);
  mute.url = 'http://run';
  await vi.advanceTimersByTimeAsync(5000);
  expect(nothing).toEqual(['23000 well']);
});
