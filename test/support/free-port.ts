import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems give ports above these to whoever connects to somewhere. */
const [LOWEST, HIGHEST] = [10_000, 32_000];

/**
 * A port of this machine for a server of a test's own, which may be down for a while: one that nobody is given as the end
 * of a connection, be it of a client that looks for this very server.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
