import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What a bad network or a proxy before a server does: `freeze` takes the connection and says nothing; `cut` hands the
 * request on and cuts the answer; `half-close` ends its side after the request; a number answers with that status.
 */
export type Fault =
  'none' | 'freeze' | 'cut' | 'half-close' | { readonly delay: number } | { readonly status: number };

/** A TCP proxy before a server, whose manners can be changed at any time. */
export class FaultyProxy {
  fault: Fault = 'none';
  /** Connections that met a fault. */
  faults = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {}

  static async start(target: number, host = '127.0.0.1'): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server, target);
    server.on('connection', (socket) => proxy.take(socket));
    server.listen(0, host);
    await once(server, 'listening');
    return proxy;
  }

  get uri(): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  /** Changes manners for connections that are open, too. */
  become(fault: Fault): void {
    this.fault = fault;
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.become('none');
    this.server.close();
    await once(this.server, 'close');
  }

  private take(client: Socket): void {
    this.keep(client);
    const { fault } = this;
    if (fault !== 'none') this.faults++;
    if (fault === 'freeze') return void client.resume();
    if (typeof fault === 'object' && 'status' in fault) {
      const body = '<html><body>Bad luck</body></html>';
      const head = `HTTP/1.1 ${fault.status} X\r\ncontent-type: text/html\r\ncontent-length: ${body.length}\r\nretry-after: 1\r\nconnection: close\r\n\r\n`;
      client.once('data', () => client.end(head + body));
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    this.keep(server);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    client.pipe(server);
    if (fault === 'cut') {
      server.once('data', (answer: Buffer) => {
        client.write(answer.subarray(0, 20));
        setTimeout(() => client.destroy(), 5);
      });
    } else if (fault === 'half-close') {
      server.once('data', () => client.end());
    } else if (typeof fault === 'object') {
      server.on('data', (answer: Buffer) => setTimeout(() => client.write(answer), fault.delay));
    } else server.pipe(client);
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}
