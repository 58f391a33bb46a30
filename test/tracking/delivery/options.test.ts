import { expect, test } from 'vitest';
import { connectionOf } from '../../../src/tracking/delivery/options.js';

const plain = { uri: 'http://h', insecure: false, timeout: 30_000 };

test('what is asked for by name wins over variables, also where that is not to trust anybody', () => {
  const env = {
    MLFLOW_TRACKING_SERVER_CERT_PATH: '/ca',
    MLFLOW_TRACKING_CLIENT_CERT_PATH: '/me',
    MLFLOW_TRACKING_INSECURE_TLS: '1',
  };
  const theirs = { caFile: '/ca', clientCertFile: '/me', insecure: true };
  expect(connectionOf({ uri: 'http://h' }, env)).toEqual({ ...plain, ...theirs });
  const ours = { caFile: '/ca2', clientCertFile: '/me2', insecure: false };
  expect(connectionOf({ uri: 'http://h', ...ours }, env)).toEqual({ ...plain, ...ours });
  expect(connectionOf({ uri: 'http://h', caFile: '/x' }, env)).toEqual({ ...plain, ...theirs, caFile: '/x' });
});
