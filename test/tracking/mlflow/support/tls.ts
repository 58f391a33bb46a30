import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const openssl = (cwd: string, ...args: readonly string[]): void => {
  execFileSync('openssl', args, { cwd, stdio: 'ignore' });
};

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority with its certificate `<name>.pem`, in a folder. */
export class Authority {
  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {
    openssl(
      folder,
      ...['req', '-x509', ...NEW_KEY, '-days', '2'],
      ...['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`],
    );
  }

  get file(): string {
    return join(this.folder, `${this.name}.pem`);
  }

  /** Certificate and key in one PEM file. @param altName `IP:127.0.0.1`, `DNS:example.org` */
  issue(name: string, altName: string): string {
    writeFileSync(join(this.folder, `${name}.ext`), `subjectAltName=${altName}\n`);
    openssl(
      this.folder,
      ...['req', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    openssl(
      this.folder,
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${this.name}.pem`, '-CAkey', `${this.name}.key`],
      ...['-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.crt`],
    );
    const file = join(this.folder, `${name}.pem`);
    const part = (ending: string): string => readFileSync(join(this.folder, `${name}.${ending}`), 'utf8');
    writeFileSync(file, part('crt') + part('key'));
    return file;
  }
}

/** Speaks TLS before a server that does not. @param clients authority of the certificates that clients must have. */
export async function serveTls(
  target: number,
  certificate: string,
  clients?: Authority,
): Promise<{ readonly uri: string; stop(): Promise<void> }> {
  const pem = readFileSync(certificate, 'utf8');
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer(
    {
      cert: pem,
      key: pem,
      ...(clients ? { requestCert: true, rejectUnauthorized: true, ca: readFileSync(clients.file) } : {}),
    },
    (client) => {
      keep(client);
      const upstream = connect(target, '127.0.0.1');
      keep(upstream);
      client.pipe(upstream).pipe(client);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    uri: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
