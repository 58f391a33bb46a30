import { Redis } from 'ioredis';
import { UserError } from '../../core/errors.js';

/** Long enough for a busy server or machine. */
const CONNECT_TIMEOUT_MS = 20_000;
const MAX_RETRY_DELAY_MS = 1000;

/** `rediss://me@host:6379`: an address without its password, for messages. */
export function publicAddress(url: string): string {
  return url.replace(/^(\w+:\/\/)([^/@]*)@/, (_, protocol: string, user: string) => {
    const [name = ''] = user.split(':');
    return `${protocol}${name === '' ? '' : `${name}@`}`;
  });
}

/**
 * A connection to Redis. Once established, it reconnects by itself.
 * @throws UserError where the address is invalid, no server answers, or it refuses the credentials.
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
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (times) => (connected ? Math.min(MAX_RETRY_DELAY_MS, times * 50) : null),
  });
  // Without a listener the first error would end the process.
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
