import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Connection, MlflowClient } from '../../../src/tracking/mlflow/index.js';
import { describeMlflow, sharedServer } from './support/server.js';
import { Authority, hasOpenssl, serveTls } from './support/tls.js';

const work = mkdtempSync(join(tmpdir(), 'gan-tls-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
if (!hasOpenssl) console.warn('Left out, no openssl on PATH: MLflow behind TLS');

describeMlflow('the client before a server that speaks TLS', () => {
  let server: Awaited<ReturnType<typeof sharedServer>>;
  let ours: Authority;
  let theirs: Authority;
  beforeAll(async () => {
    if (!hasOpenssl) return;
    server = await sharedServer();
    ours = new Authority(work, 'ours');
    theirs = new Authority(work, 'theirs');
    return () => server.stop();
  });

  /** What becomes of a request. */
  const ask = async (uri: string, more: Partial<Connection>): Promise<unknown> => {
    const client = new MlflowClient({ uri, timeout: 120_000, ...more });
    onTestFinished(() => client.close());
    return client.getRun('0'.repeat(32)).then(
      () => 'answered',
      (error: unknown) => error,
    );
  };
  const listen = async (...args: Parameters<typeof serveTls>): Promise<string> => {
    const proxy = await serveTls(...args);
    onTestFinished(() => proxy.stop());
    return proxy.uri;
  };

  test.skipIf(!hasOpenssl)('whose authority is trusted, unknown, or of no matter', async () => {
    const uri = await listen(server.port, ours.issue('server', 'IP:127.0.0.1'));
    expect(await ask(uri, { caFile: ours.file })).toBe('answered');
    expect(await ask(uri, { insecure: true })).toBe('answered');
    const remedy = expect.stringContaining('MLFLOW_TRACKING_SERVER_CERT_PATH') as string;
    for (const unknown of [{}, { caFile: theirs.file }])
      expect(await ask(uri, unknown)).toMatchObject({ kind: 'tls', transient: false, remedy });
  });

  test.skipIf(!hasOpenssl)('whose certificate is of another name', async () => {
    const uri = await listen(server.port, ours.issue('elsewhere', 'DNS:mlflow.example'));
    const error = await ask(uri, { caFile: ours.file });
    expect(error).toMatchObject({
      kind: 'tls',
      message: expect.stringContaining('127.0.0.1 is not in the cert') as string,
      remedy: 'Call it by a name that its certificate has.',
    });
  });

  test.skipIf(!hasOpenssl)('that asks for a certificate of the client', async () => {
    const uri = await listen(server.port, ours.issue('guarded', 'IP:127.0.0.1'), ours);
    const known = ours.issue('client', 'DNS:client');
    expect(await ask(uri, { caFile: ours.file, clientCertFile: known })).toBe('answered');
    const remedy = expect.stringContaining('MLFLOW_TRACKING_CLIENT_CERT_PATH') as string;
    expect(await ask(uri, { caFile: ours.file })).toMatchObject({ remedy });
    const stranger = theirs.issue('stranger', 'DNS:stranger');
    expect(await ask(uri, { caFile: ours.file, clientCertFile: stranger })).toMatchObject({ remedy });
  });
});
