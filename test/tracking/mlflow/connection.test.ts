import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { connectionFromEnvironment, tlsOptions } from '../../../src/tracking/mlflow/connection.js';
import { gridImagePaths, safeKey, stepOfGridImage } from '../../../src/tracking/mlflow/names.js';
import { temporaryFolder } from '../../record/temp.js';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const [USER, PASSWORD, TOKEN] = [
  'MLFLOW_TRACKING_USERNAME',
  'MLFLOW_TRACKING_PASSWORD',
  'MLFLOW_TRACKING_TOKEN',
] as const;
const [CA, MINE, TRUST] = [
  'MLFLOW_TRACKING_SERVER_CERT_PATH',
  'MLFLOW_TRACKING_CLIENT_CERT_PATH',
  'MLFLOW_TRACKING_INSECURE_TLS',
] as const;
const plain = { uri: 'http://h', insecure: false, timeout: 30_000 };

test.each([
  ['http://h', {}, plain],
  ['HTTPS://H:443/a/b//', {}, { ...plain, uri: 'https://h/a/b' }],
  ['http://h:5000/?x=1#/runs', {}, { ...plain, uri: 'http://h:5000' }],
  // Who asks: a password wins over a token, variables over the address, and each takes what the other lacks.
  ['http://u:p%40@h', {}, { ...plain, authorization: basic('u:p@') }],
  ['http://%C3%A4:p@h', {}, { ...plain, authorization: basic('ä:p') }],
  ['http://u:p@h', { [USER]: 'x', [PASSWORD]: 'y' }, { ...plain, authorization: basic('x:y') }],
  ['http://u:p@h', { [USER]: 'x' }, { ...plain, authorization: basic('x:p') }],
  ['http://u@h', { [PASSWORD]: 'y' }, { ...plain, authorization: basic('u:y') }],
  ['http://u@h', {}, plain],
  ['http://h', { [PASSWORD]: 'y' }, plain],
  ['http://u:p@h', { [TOKEN]: 't' }, { ...plain, authorization: basic('u:p') }],
  ['http://u@h', { [TOKEN]: 't' }, { ...plain, authorization: 'Bearer t' }],
  ['http://h', { [USER]: '', [PASSWORD]: '', [TOKEN]: '' }, plain],
  // Certificates.
  ['http://h', { [CA]: '/ca' }, { ...plain, caFile: '/ca' }],
  ['http://h', { [MINE]: '/me' }, { ...plain, clientCertFile: '/me' }],
  ['http://h', { [CA]: '', [MINE]: '' }, plain],
  ...['1', 'true', 'YES', 'on'].map(
    (yes) => ['http://h', { [TRUST]: yes }, { ...plain, insecure: true }] as const,
  ),
  ...['', '0', 'false', 'only', '11'].map((no) => ['http://h', { [TRUST]: no }, plain] as const),
  // Seconds.
  ['http://h', { MLFLOW_HTTP_REQUEST_TIMEOUT: '7' }, { ...plain, timeout: 7000 }],
  ['http://h', { MLFLOW_HTTP_REQUEST_TIMEOUT: '0.5' }, { ...plain, timeout: 500 }],
  ...['', '0', '-1', 'soon'].map((odd) => ['http://h', { MLFLOW_HTTP_REQUEST_TIMEOUT: odd }, plain] as const),
] as const)('%s with %j is %j', (uri, env, connection) => {
  expect(connectionFromEnvironment(uri, env)).toEqual(connection);
});

test.each(['ftp://u:p@h', 'xhttp://u:p@h', 'httpx://u:p@h', '//u:p@h'])(
  '%s is no address, and shows no password',
  (uri) => {
    const bare = uri.replace('u:p@', '');
    const expected = `The tracking URI "${bare}" is no http:// or https:// address.`;
    expect(() => connectionFromEnvironment(uri, {})).toThrow(
      expect.objectContaining({ kind: 'settings', message: expected }),
    );
  },
);

test('a file of authorities is given to TLS as such; one that holds none, or no key, is named', () => {
  const [root = ''] = rootCertificates;
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const ca = file('ca.pem', root);
  expect(tlsOptions(plain)).toEqual({});
  expect(tlsOptions({ ...plain, insecure: true })).toEqual({ rejectUnauthorized: false });
  expect(tlsOptions({ ...plain, caFile: ca })).toEqual({ ca: root });
  const bad = (path: string, why: string): object => {
    const message = expect.stringMatching(`${path} cannot be read: .*${why}`) as string;
    return expect.objectContaining({ kind: 'settings', message }) as object;
  };
  const none = join(folder, 'none');
  const empty = file('empty.pem', 'x');
  expect(() => tlsOptions({ ...plain, caFile: none })).toThrow(bad(none, 'ENOENT'));
  expect(() => tlsOptions({ ...plain, caFile: empty })).toThrow(bad(empty, 'no certificate in it'));
  expect(() => tlsOptions({ ...plain, clientCertFile: ca })).toThrow(bad(ca, ''));
});

test.each([
  ['D/adversarial-real_1.x: y', 'D/adversarial-real_1.x: y'],
  ['é/日本/٣', 'é/日本/٣'],
  ['a%b#c(µ+)', 'a_b_c(µ_)'.replace(/[()]/g, '_')],
  ['a//b///c', 'a/b/c'],
  ['../up', '_up'],
  ['/a/', '_a_'],
  ['.a..', '_a_'],
  ['x'.repeat(250), 'x'.repeat(250)],
  ['x'.repeat(251), 'x'.repeat(250)],
])('the key %s is safe as %s', (name, key) => {
  expect(safeKey(name)).toBe(key);
});

test('a picture of the image grid has a name for its title, step and time, and one for each of them', () => {
  const [full, small] = gridImagePaths('samples/a%', 12, 1_700_000_000_000);
  const stem =
    /^images\/samples~a_\+step\+12\+timestamp\+1700000000000\+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
  expect(full).toMatch(new RegExp(`${stem.source}\\.png$`));
  expect(small).toBe(full.replace('.png', '+compressed.webp'));
  const ids = [
    ['samples/a%', 12, 1_700_000_000_000],
    ['samples/a%', 13, 1_700_000_000_000],
    ['samples/a%', 12, 1_700_000_000_001],
    ['samples/b%', 12, 1_700_000_000_000],
  ].map((given) => gridImagePaths(...(given as [string, number, number]))[0].slice(-40));
  expect(ids[0]).toBe(full.slice(-40));
  expect(new Set(ids).size).toBe(4);
  expect([full, small, 'images/x.png', 'a+step+1'].map(stepOfGridImage)).toEqual([
    12,
    12,
    undefined,
    undefined,
  ]);
});
