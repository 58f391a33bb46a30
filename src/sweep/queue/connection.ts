import { Redis } from 'ioredis';
import { UserError } from '../../core/errors.js';

/** Milliseconds until a Redis that does not answer counts as not there, busy as it or this machine may be; and between two tries to reach it again. */
const PATIENCE = 20_000;
const LAST_RETRY = 1000;

/** `rediss://me@host:6379`: an address without its password, for messages. */
export function publicAddress(url: string): string {
  return url.replace(/^(\w+:\/\/)([^/@]*)@/, (_, protocol: string, user: string) => {
    const [name = ''] = user.split(':');
    return `${protocol}${name === '' ? '' : `${name}@`}`;
  });
}

/**
 * A connection that finds its way back whenever Redis was away, once it has been there.
 * @throws UserError where the address is none, nobody answers there, or who asks is not let in.
 */
export async function connectRedis(url: string): Promise<Redis> {
  if (!/^rediss?:\/\/./.test(url)) {
    throw new UserError(`${publicAddress(url)} is no address of a Redis server.`, {
      exitCode: 2,
      remedy: 'Write redis://HOST:6379, redis://USER:PASSWORD@HOST:6379/0, or rediss:// for TLS.',
    });
  }
  let connected = false;
  const redis = new Redis(url, {
    lazyConnect: true,
    // As BullMQ's workers need it: what was asked while Redis was away is answered when it is back.
    maxRetriesPerRequest: null,
    connectTimeout: PATIENCE,
    retryStrategy: (times) => (connected ? Math.min(LAST_RETRY, times * 50) : null),
  });
  // Whoever listens to none of a connection's errors is ended by the first.
  let last: Error | undefined;
  redis.on('error', (error: Error) => (last = error));
  try {
    await redis.connect();
    await redis.ping();
    connected = true;
    return redis;
  } catch (error) {
    redis.disconnect();
    throw refusal(url, last ?? error);
  }
}

function refusal(url: string, error: unknown): UserError {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  const where = publicAddress(url);
  if (/NOAUTH|WRONGPASS|NOPERM|invalid username-password|invalid password/i.test(reason)) {
    return new UserError(`Redis at ${where} does not let us in: ${reason}`, {
      cause: error,
      remedy:
        'Put user and password into the address: redis://USER:PASSWORD@HOST. GAN_QUEUE keeps it off the command line.',
    });
  }
  const isTls = /certificate|self.signed|SSL|TLS|wrong version/i.test(reason);
  return new UserError(`There is no Redis at ${where}: ${reason}`, {
    cause: error,
    remedy: isTls
      ? 'NODE_EXTRA_CA_CERTS=ca.pem makes a certificate authority known; rediss:// is with TLS, redis:// without.'
      : 'Start one (`redis-server`, or a container), and check host and port.',
  });
}
